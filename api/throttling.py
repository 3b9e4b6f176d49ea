"""Throttling: how many requests a key may make in a minute, and what is left of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from api import errors

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """What a key has left in this minute."""

    limit: int
    remaining: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"key";r={self.remaining};t={self.seconds}',
        }


def spend(key: UUID) -> Rate:
    """Count one request of this key. Refuses `TooManyRequests`."""
    limit: int = settings.API_REQUESTS_PER_MINUTE
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    seconds = WINDOW_SECONDS - int(now % WINDOW_SECONDS)
    counter = f"api.requests:{key}:{window}"
    cache.add(counter, 0, 2 * WINDOW_SECONDS)
    try:
        spent = cache.incr(counter)
    except ValueError:  # a full cache may forget any counter: nobody is refused for that
        spent = 1
    if spent > limit:
        raise errors.TooManyRequests(limit=limit, seconds=seconds)
    return Rate(limit, limit - spent, seconds)

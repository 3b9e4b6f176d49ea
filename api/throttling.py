"""Throttling: how many requests a key may make in a minute, and what is left of them."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from api import errors

WINDOW_SECONDS = 60
COLLEGES_AN_HOUR = 20


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
    spent, seconds = _count(f"api.requests:{key}", WINDOW_SECONDS)
    if spent > limit:
        raise errors.TooManyRequests(limit=limit, seconds=seconds)
    return Rate(limit, limit - spent, seconds)


def spend_college(address: str) -> None:
    """Count one college that is opened in the sandbox from this address. Refuses `TooManyColleges`."""
    spent, seconds = _count(f"api.colleges:{hashlib.sha256(address.encode()).hexdigest()[:16]}", 3600)
    if spent > COLLEGES_AN_HOUR:
        raise errors.TooManyColleges(limit=COLLEGES_AN_HOUR, seconds=seconds)


def _count(what: str, window_seconds: int) -> tuple[int, int]:
    """How often this has been counted in the present window, this time included, and the seconds until the next."""
    now = time.time()
    counter = f"{what}:{int(now // window_seconds)}"
    cache.add(counter, 0, 2 * window_seconds)
    try:
        spent = cache.incr(counter)
    except ValueError:  # a full cache may forget any counter: nobody is refused for that
        spent = 1
    return spent, window_seconds - int(now % window_seconds)

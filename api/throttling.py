"""Throttling: how many requests a key, an address or a learner may make in a minute, and what is left of them."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from api import errors
from config.refusals import Refusal

WINDOW_SECONDS = 60
COLLEGES_AN_HOUR = 20


@dataclass(frozen=True, slots=True)
class Rate:
    """What a key, or somebody without one, has left in this minute. `of` says which."""

    limit: int
    remaining: int
    seconds: int
    of: str = "key"

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"{self.of}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.of}";r={self.remaining};t={self.seconds}',
        }


def spend(key: UUID) -> Rate:
    """Count one request of this key. Refuses `TooManyRequests`."""
    return _spend("key", str(key), settings.API_REQUESTS_PER_MINUTE, errors.TooManyRequests)


def spend_address(address: str) -> Rate:
    """Count one request from this address, which is not kept. Refuses `TooManyFromYou`."""
    return _spend("address", _hashed(address), settings.PUBLIC_REQUESTS_PER_MINUTE, errors.TooManyFromYou)


def spend_learner(learner: UUID) -> Rate:
    """Count one request of this learner in their own session. Refuses `TooManyFromYou`."""
    return _spend("learner", str(learner), settings.PUBLIC_REQUESTS_PER_MINUTE, errors.TooManyFromYou)


def spend_college(address: str) -> Rate:
    """Count one college that is opened in the sandbox from this address, in an hour. Refuses `TooManyColleges`."""
    return _spend("college", _hashed(address), COLLEGES_AN_HOUR, errors.TooManyColleges, window_seconds=3600)


def _spend(of: str, whose: str, limit: int, refusal: type[Refusal], window_seconds: int = WINDOW_SECONDS) -> Rate:
    now = time.time()
    window = int(now // window_seconds)
    seconds = window_seconds - int(now % window_seconds)
    counter = f"api.requests:{of}:{whose}:{window}"
    cache.add(counter, 0, 2 * window_seconds)
    try:
        spent = cache.incr(counter)
    except ValueError:  # a full cache may forget any counter: nobody is refused for that
        spent = 1
    if spent > limit:
        raise refusal(limit=limit, seconds=seconds)
    return Rate(limit, limit - spent, seconds, of)


def _hashed(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()

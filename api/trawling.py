"""Trawling: somebody tries codes or keys to see which exist. Misses are counted, stopped, and told of."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

import ledger
from api import errors, events
from api.models import Key
from config.refusals import Refusal
from ledger import Actor

# What a careless typist with a list does not reach, and a search of 2^130 codes would need a little longer for.
MISSES_ALLOWED = 100
WINDOW = dt.timedelta(minutes=10)


def refuse_if_suspected(key: Key, at: dt.datetime) -> None:
    """Refuse a key that has missed too often, until its window is over. No query: the counts come with the key.

    Refuses `TooManyMisses`.
    """
    if key.misses < MISSES_ALLOWED or key.misses_since is None:
        return
    until = key.misses_since + WINDOW
    if at < until:
        raise errors.TooManyMisses(seconds=int((until - at).total_seconds()) + 1)


def count_misses(key: UUID, misses: int, actor: Actor) -> None:
    """Add what a key looked for in vain; when it reaches the limit, the event says so once a window. Locks the key."""
    with transaction.atomic():
        found = Key.objects.select_for_update().get(pk=key)
        now = ledger.now()
        if found.misses_since is None or found.misses_since + WINDOW <= now:
            found.misses, found.misses_since = 0, now
        before, found.misses = found.misses, found.misses + misses
        found.save(update_fields=["misses", "misses_since"])
        if before < MISSES_ALLOWED <= found.misses:
            ledger.record(
                events.TRAWLING_SUSPECTED.by(
                    actor, subject=found.subject, provider=found.provider_id, misses=found.misses
                )
            )


def count_wrong_key(address: str, refusal: Refusal) -> Refusal:
    """Count one wrong key from `address`: the refusal to answer with, which past the limit is `TooManyWrongKeys`.

    A right key from the same address is never held up, so nobody can lock a neighbour out. The address is kept
    as a hash, in the cache, for the window.
    """
    source = hashlib.sha256(address.encode()).hexdigest()[:16]
    counter = f"api.wrong_keys:{source}"
    cache.add(counter, 0, WINDOW.total_seconds())
    try:
        misses = cache.incr(counter)
    except ValueError:  # the window ended between the two
        return refusal
    if misses == MISSES_ALLOWED:
        actor = Actor.system("api.trawling")
        with transaction.atomic():
            ledger.record(
                events.TRAWLING_SUSPECTED.by(actor, subject=f"address:{source}", provider=None, misses=misses)
            )
    if misses < MISSES_ALLOWED:
        return refusal
    return errors.TooManyWrongKeys(seconds=int(WINDOW.total_seconds()))

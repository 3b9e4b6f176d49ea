"""The feed: what happened, in one order that never changes, for readers who must not miss anything or see it twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from ledger.models import Event, FeedCursor


class Place(NamedTuple):
    """A place in the feed: after this event."""

    era: int = 0
    xid: int = 0
    event_id: UUID = UUID(int=0)


def horizon() -> int:
    """Every transaction below this one has ended: what it wrote can be seen, or never will be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def read(after: Place, *, limit: int = 500, below: int | None = None) -> list[Event]:
    """The events after a place and below the horizon, in (era, xid, id) order, at most `limit`.

    An event of a transaction that began before another's and ended after it is still in order: nothing of either is
    read until both have ended. `below` is the horizon; None takes the present one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_event WHERE (era, xid, id) > (%s, %s::xid8, %s)"
            " AND (era < (SELECT era FROM ledger_book) OR xid < %s::xid8) ORDER BY era, xid, id LIMIT %s",
            [after.era, str(after.xid), after.event_id, str(horizon() if below is None else below), limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Event.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def consume(name: str, handle: Callable[[Sequence[Event]], None], *, limit: int = 500, below: int | None = None) -> int:
    """Hand the next events to `handle` and move the reader's cursor, both or neither; how many.

    A reader that is killed in between finds the same events again, and what `handle` wrote is gone with it.
    Locks the cursor: of two who read under one name the second waits, and goes on from there.
    """
    with transaction.atomic():
        FeedCursor.objects.bulk_create([FeedCursor(name=name)], ignore_conflicts=True)
        cursor = FeedCursor.objects.select_for_update().get(name=name)
        events = read(Place(cursor.era, cursor.xid, cursor.event_id), limit=limit, below=below)
        if events:
            handle(events)
            last = events[-1]
            cursor.era, cursor.xid, cursor.event_id = last.era, last.xid, last.id
            cursor.save()
    return len(events)


def start_from_now(name: str, *, below: int | None = None) -> None:
    """Have a reader begin with what happens from now on, or from a horizon on: what is below it counts as read."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT era FROM ledger_book")
        xid = horizon() if below is None else below
        start = {"era": cursor.fetchone()[0], "xid": xid, "event_id": Place().event_id}
        FeedCursor.objects.update_or_create(name=name, defaults=start)

"""Following: a provider's events page by page, from a place in the feed on, for those who would rather poll."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from api import errors
from api.listing import read_limit
from api.webhooks.kinds import TOLD
from ledger.feed import Place
from ledger.models import Event
from providers.models import Provider

_CURSOR = struct.Struct(">IQ16s")


@dataclass(frozen=True, slots=True)
class Page:
    """Events in the feed's order, and the place to go on from; it is there also when there were none."""

    events: list[Event]
    next_cursor: str


def page(provider: Provider, query: Mapping[str, str]) -> Page:
    """The events after the cursor `after`, or from the first one on; only those of a `kind`. Refuses `FieldWrong`.

    None is skipped and none comes twice: see `spreading.spread`. Two queries.
    """
    limit = read_limit(query.get("limit"))
    kind = query.get("kind")
    if kind is not None and kind not in TOLD:
        raise errors.FieldWrong(field="kind", wanted="one of " + ", ".join(TOLD))
    after = _read_cursor(query["after"]) if "after" in query else Place()
    found = _after(provider, after, kind, limit)
    last = Place(found[-1].era, found[-1].xid, found[-1].id) if found else after
    return Page(found, _cursor(last))


def _after(provider: Provider, after: Place, kind: str | None, limit: int) -> list[Event]:
    of_kind = "AND kind = %s" if kind else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id FROM api_providerevent"
            f" WHERE provider_id = %s {of_kind} AND (era, xid, event_id) > (%s, %s::xid8, %s)"
            " ORDER BY era, xid, event_id LIMIT %s",
            [provider.pk, *([kind] if kind else []), after.era, str(after.xid), after.event_id, limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = Event.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _cursor(place: Place) -> str:
    packed = _CURSOR.pack(place.era, place.xid, place.event_id.bytes)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read_cursor(text: str) -> Place:
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        era, xid, event = _CURSOR.unpack(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, struct.error):
        raise errors.FieldWrong(field="after", wanted="the next_cursor of an earlier answer, unchanged") from None
    if era > 2**31 - 1:
        raise errors.FieldWrong(field="after", wanted="the next_cursor of an earlier answer, unchanged")
    return Place(era, xid, UUID(bytes=event))

"""Statements: every movement of some accounts, newest first, page by page."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class CursorUnknown(Refusal):
    code = "cursor_unknown"
    status = 400
    says = _("This is not a place in the list.")
    do = _("Start again from its first page.")


_LAST = (2**31 - 1, 2**63 - 1, UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a transfer, as the account it is about sees it. Amounts are minor units, negative for money out."""

    transfer_id: UUID
    account_id: UUID
    counter_account_id: UUID
    amount_minor: int
    after_minor: int | None
    kind: str
    reference: str
    event_id: UUID
    created_at: dt.datetime
    era: int
    xid: int


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry]
    next: str | None


def page(
    accounts: Collection[UUID],
    *,
    after: str | None = None,
    limit: int = 50,
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
) -> Page:
    """The movements of `accounts`, newest first, from the place `after` on. One query, however long the history is.

    Only those that were posted from `since` on and before `before`. A transfer between two of the accounts is two
    entries. Refuses `CursorUnknown`.
    """
    wanted = list(accounts)
    era, xid, transfer = _read(after) if after else _LAST
    place: dict[str, Any] = {"era": era, "xid": str(xid), "transfer": transfer}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"accounts": wanted, **place, "limit": limit + 1, "since": since, "before": before})
        entries = [_entry(row) for row in cursor.fetchall()]
    # A page never ends between the two sides of a transfer.
    if len(entries) <= limit:
        return Page(entries, None)
    shown = entries[:limit]
    if shown[-1].transfer_id == entries[limit].transfer_id:
        shown = shown[:-1] or entries
    return Page(shown, _write(shown[-1]))


def after_each(entries: Collection[Entry]) -> dict[tuple[UUID, UUID], int]:
    """What their accounts stood at after these entries of a page, by transfer and account; also unbounded ones. One
    query, from the newest snapshot that is old enough on."""
    places: dict[UUID, list[tuple[int, int, UUID]]] = defaultdict(list)
    for entry in entries:
        places[entry.account_id].append((entry.era, entry.xid, entry.transfer_id))
    if not places:
        return {}
    first, last = [min(one) for one in places.values()], [max(one) for one in places.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _AFTER_EACH,
            [
                list(places),
                *([place[0] for place in ends] for ends in (first, last)),
                *([str(place[1]) for place in ends] for ends in (first, last)),
                *([place[2] for place in ends] for ends in (first, last)),
            ],
        )
        return {(transfer, account): balance for account, transfer, balance in cursor.fetchall()}


# Each account's own newest on each side, then the newest of them all. Account by account, because one index then gives
# them in their order: of many accounts at once PostgreSQL would sort the whole history of each, and of one it may walk
# the whole ledger backwards until it has met enough.
_ENTRIES = """
    SELECT side.* FROM unnest(%(accounts)s::uuid[]) AS mine (account) CROSS JOIN LATERAL (
        (SELECT id, debit_id, credit_id, -amount_minor, debit_after_minor, kind, reference, event_id, created_at,
                era, xid
         FROM ledger_transfer
         WHERE debit_id = account AND (era, xid, id) < (%(era)s, %(xid)s::xid8, %(transfer)s)
            AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s::timestamptz)
            AND (%(before)s::timestamptz IS NULL OR created_at < %(before)s::timestamptz)
         ORDER BY era DESC, ledger_transfer.xid DESC, id DESC LIMIT %(limit)s)
        UNION ALL
        (SELECT id, credit_id, debit_id, amount_minor, credit_after_minor, kind, reference, event_id, created_at,
                era, xid
         FROM ledger_transfer
         WHERE credit_id = account AND (era, xid, id) < (%(era)s, %(xid)s::xid8, %(transfer)s)
            AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s::timestamptz)
            AND (%(before)s::timestamptz IS NULL OR created_at < %(before)s::timestamptz)
         ORDER BY era DESC, ledger_transfer.xid DESC, id DESC LIMIT %(limit)s)
    ) AS side
    ORDER BY 10 DESC, 11 DESC, 1 DESC, 4 LIMIT %(limit)s
"""

# What came before an account's first entry, then each movement from there to its last.
_AFTER_EACH = """
    SELECT mine.account, moved.id, (before.balance + sum(moved.change) OVER (
        PARTITION BY mine.account ORDER BY moved.era, moved.xid, moved.id ROWS UNBOUNDED PRECEDING))::bigint
    FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::text[], %s::text[], %s::uuid[], %s::uuid[])
        AS mine (account, era, last_era, xid, last_xid, id, last_id)
    LEFT JOIN LATERAL (
        SELECT s.era, s.horizon, s.balance_minor FROM ledger_snapshot s
        WHERE s.account_id = mine.account AND (s.era, s.horizon) <= (mine.era, mine.xid::xid8)
        ORDER BY s.era DESC, s.horizon DESC LIMIT 1
    ) snapshot ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(snapshot.balance_minor, 0)
            + coalesce((SELECT sum(amount_minor) FROM ledger_transfer t WHERE t.credit_id = mine.account
                AND (t.era, t.xid) >= (coalesce(snapshot.era, 0), coalesce(snapshot.horizon, '0'::xid8))
                AND (t.era, t.xid, t.id) < (mine.era, mine.xid::xid8, mine.id)), 0)
            - coalesce((SELECT sum(amount_minor) FROM ledger_transfer t WHERE t.debit_id = mine.account
                AND (t.era, t.xid) >= (coalesce(snapshot.era, 0), coalesce(snapshot.horizon, '0'::xid8))
                AND (t.era, t.xid, t.id) < (mine.era, mine.xid::xid8, mine.id)), 0) AS balance
    ) before
    CROSS JOIN LATERAL (
        SELECT id, era, xid, amount_minor AS change FROM ledger_transfer t WHERE t.credit_id = mine.account
            AND (t.era, t.xid, t.id) >= (mine.era, mine.xid::xid8, mine.id)
            AND (t.era, t.xid, t.id) <= (mine.last_era, mine.last_xid::xid8, mine.last_id)
        UNION ALL
        SELECT id, era, xid, -amount_minor FROM ledger_transfer t WHERE t.debit_id = mine.account
            AND (t.era, t.xid, t.id) >= (mine.era, mine.xid::xid8, mine.id)
            AND (t.era, t.xid, t.id) <= (mine.last_era, mine.last_xid::xid8, mine.last_id)
    ) moved
"""


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(Entry.__slots__, row, strict=True))
    return Entry(**values | {"xid": int(row[-1])})


def _write(entry: Entry) -> str:
    return base64.urlsafe_b64encode(f"{entry.era}:{entry.xid}:{entry.transfer_id}".encode()).decode()


def _read(cursor: str) -> tuple[int, int, UUID]:
    try:
        era, xid, transfer = base64.urlsafe_b64decode(cursor.encode()).decode().split(":")
        place = int(era), int(xid), UUID(transfer)
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise CursorUnknown(field="after") from error
    if not (0 <= place[0] <= _LAST[0] and 0 <= place[1] <= _LAST[1]):
        raise CursorUnknown(field="after")
    return place

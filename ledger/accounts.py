"""Accounts: opened once a purpose, read in one query, locked in one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from config.ids import uuid7


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open. `owner_type` and `owner_id` are its owner's business; the ledger never looks into them."""

    kind: str
    currency: str
    bounded: bool
    owner_type: str
    owner_id: UUID
    id: UUID = field(default_factory=uuid7)


def open_accounts(accounts: Sequence[NewAccount]) -> list[UUID]:
    """Open accounts, or find those that are open for the same owner, kind and currency; ids in the order asked."""
    if not accounts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_open(%s::uuid[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::uuid[])",
            [
                [account.id for account in accounts],
                [account.kind for account in accounts],
                [account.currency for account in accounts],
                [account.bounded for account in accounts],
                [account.owner_type for account in accounts],
                [account.owner_id for account in accounts],
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def balances(accounts: Iterable[UUID]) -> dict[UUID, int]:
    """What each account holds, in minor units: the stored balance, or the newest snapshot and what came since.

    One query for all. An account that does not exist is not in the answer.
    """
    wanted = list(accounts)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [wanted])
        return dict(cursor.fetchall())


def lock(accounts: Iterable[UUID]) -> dict[UUID, int]:
    """The balances of bounded accounts, locked in id order until the transaction ends. One query."""
    wanted = list(accounts)
    if not wanted:
        return {}
    # Through the ledger's own function: the application may not lock a table that it may not write.
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, posted FROM ledger_lock(%s::uuid[])", [wanted])
        return dict(cursor.fetchall())


_BALANCES = """
    SELECT account.id, CASE WHEN account.bounded THEN balance.posted ELSE
        coalesce(snapshot.balance_minor, 0)
        + coalesce((SELECT sum(amount_minor) FROM ledger_transfer t WHERE t.credit_id = account.id
                    AND (t.era, t.xid) >= (coalesce(snapshot.era, 0), coalesce(snapshot.horizon, '0'::xid8))), 0)
        - coalesce((SELECT sum(amount_minor) FROM ledger_transfer t WHERE t.debit_id = account.id
                    AND (t.era, t.xid) >= (coalesce(snapshot.era, 0), coalesce(snapshot.horizon, '0'::xid8))), 0)
        END::bigint
    FROM ledger_account account
    LEFT JOIN ledger_balance balance ON balance.account_id = account.id
    LEFT JOIN LATERAL (
        SELECT s.era, s.horizon, s.balance_minor FROM ledger_snapshot s
        WHERE s.account_id = account.id ORDER BY s.era DESC, s.horizon DESC LIMIT 1
    ) snapshot ON NOT account.bounded
    WHERE account.id = ANY (%s::uuid[])
"""

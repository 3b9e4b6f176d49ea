"""Verification: everything that must always hold, recomputed from the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it must be."""

    table: str
    id: str
    says: str

    def __str__(self) -> str:
        return f"{self.table} {self.id}: {self.says}"


@dataclass(slots=True)
class Verdict:
    """What was looked at, and the first thing that did not hold, if anything."""

    broken: Broken | None = None
    transfers: int = 0
    events: int = 0
    accounts: int = 0
    checked: list[str] = field(default_factory=list)


Check = Callable[[], Iterator[Broken]]
_checks: dict[str, Check] = {}


def invariant(name: str) -> Callable[[Check], Check]:
    """Have `verify` run this too: a function that yields what is broken. A room registers its own at start-up."""

    def register(check: Check) -> Check:
        _checks[name] = check
        return check

    return register


def verify() -> Verdict:
    """Recompute every invariant, on one snapshot of the database; stops at the first that does not hold.

    Reads in one pass an index at a time on the server; what comes back is only what is broken.
    """
    verdict = Verdict()
    with transaction.atomic():
        # Inside a transaction that has read already, as in tests, the snapshot is the one there is.
        if connection.savepoint_ids == [] and not connection.atomic_blocks[:-1]:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [[verdict.transfers, verdict.events, verdict.accounts]] = _rows(
            "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_event),"
            " (SELECT count(*) FROM ledger_account)"
        )
        for name, check in _checks.items():
            verdict.broken = next(check(), None)
            if verdict.broken:
                return verdict
            verdict.checked.append(name)
    return verdict


def _rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def first(table: str, query: str) -> Iterator[Broken]:
    """What a query finds broken: its rows are (id, what is wrong)."""
    for row, says in _rows(query):
        yield Broken(table, str(row), says)


# Each account's own line of transfers, in its order, with what the balance must be after each.
_CHAINS = """
    WITH side AS (
        SELECT id, debit_id AS account, debit_seq AS seq, debit_after_minor AS after, -amount_minor AS change
        FROM ledger_transfer
        UNION ALL
        SELECT id, credit_id, credit_seq, credit_after_minor, amount_minor FROM ledger_transfer
    ), line AS (
        SELECT side.*, row_number() OVER place AS should_be, (sum(change) OVER place)::bigint AS holds
        FROM side JOIN ledger_account account ON account.id = side.account AND account.bounded
        WINDOW place AS (PARTITION BY account ORDER BY seq NULLS FIRST, side.id ROWS UNBOUNDED PRECEDING)
    )
"""


@invariant("each bounded account's transfers follow one another without a gap")
def chains() -> Iterator[Broken]:
    yield from first(
        "transfer",
        _CHAINS
        + """
        SELECT id, CASE WHEN seq IS DISTINCT FROM should_be
            THEN format('is number %s of account %s; it should be number %s',
                coalesce(seq::text, 'none'), account, should_be)
            ELSE format('leaves account %s at %s; its amounts so far make %s', account, after, holds) END
        FROM line
        WHERE seq IS DISTINCT FROM should_be OR after IS DISTINCT FROM holds OR after < 0
        ORDER BY id LIMIT 1
        """,
    )


@invariant("each balance is the sum of its transfers")
def balances() -> Iterator[Broken]:
    yield from first(
        "balance",
        """
        SELECT account.id, format('says %s after %s transfers; the transfers make %s, and there are %s',
            coalesce(balance.posted::text, 'nothing'), coalesce(balance.seq::text, 'no'),
            coalesce(total.holds, 0), coalesce(total.touched, 0))
        FROM ledger_account account
        LEFT JOIN ledger_balance balance ON balance.account_id = account.id
        LEFT JOIN (
            SELECT account, sum(change)::bigint AS holds, count(*) AS touched FROM (
                SELECT debit_id AS account, -amount_minor AS change FROM ledger_transfer
                UNION ALL SELECT credit_id, amount_minor FROM ledger_transfer
            ) side GROUP BY account
        ) total ON total.account = account.id
        WHERE account.bounded AND (balance.posted IS DISTINCT FROM coalesce(total.holds, 0)
            OR balance.seq IS DISTINCT FROM coalesce(total.touched, 0) OR balance.posted < 0)
        ORDER BY account.id LIMIT 1
        """,
    )


@invariant("each transfer is positive, in its accounts' currency, and explained by an event before it")
def transfers() -> Iterator[Broken]:
    yield from first(
        "transfer",
        """
        SELECT transfer.id, CASE
            WHEN transfer.amount_minor <= 0 THEN format('moves %s', transfer.amount_minor)
            WHEN event.id IS NULL THEN 'has no event that explains it'
            WHEN event.xid <> transfer.xid THEN format('is of transaction %s, its event of %s', transfer.xid, event.xid)
            WHEN debit.id IS NULL OR credit.id IS NULL THEN 'is between accounts that do not exist'
            ELSE format('is in %s, its accounts in %s and %s', transfer.currency, debit.currency, credit.currency) END
        FROM ledger_transfer transfer
        LEFT JOIN ledger_event event ON event.id = transfer.event_id
        LEFT JOIN ledger_account debit ON debit.id = transfer.debit_id
        LEFT JOIN ledger_account credit ON credit.id = transfer.credit_id
        WHERE transfer.amount_minor <= 0 OR event.id IS NULL OR event.xid <> transfer.xid
            OR debit.id IS NULL OR credit.id IS NULL
            OR transfer.currency <> debit.currency OR transfer.currency <> credit.currency
        ORDER BY transfer.id LIMIT 1
        """,
    )


@invariant("what an event says moved is what moved")
def amounts() -> Iterator[Broken]:
    """An event that names one amount is carried by transfers that make it: an amount edited between two unbounded
    accounts, which no balance would show, is found here."""
    yield from first(
        "transfer",
        """
        SELECT min(transfer.id::text), format('and its journal move %s; the event says %s', sum(transfer.amount_minor),
            event.data ->> 'amount_minor')
        FROM ledger_transfer transfer JOIN ledger_event event ON event.id = transfer.event_id
        WHERE event.data ? 'amount_minor'
        GROUP BY event.id, event.data
        HAVING sum(transfer.amount_minor) <> (event.data ->> 'amount_minor')::bigint
        ORDER BY 1 LIMIT 1
        """,
    )


@invariant("an event of a kind that moves money has moved it")
def unmoved() -> Iterator[Broken]:
    yield from first(
        "event",
        """
        SELECT event.id, format('says that %s moved; no transfer carries it', event.data ->> 'amount_minor')
        FROM ledger_event event
        WHERE (event.data ->> 'amount_minor')::bigint > 0
            AND event.kind IN (
                SELECT DISTINCT carrier.kind FROM ledger_transfer JOIN ledger_event carrier ON carrier.id = event_id
            )
            AND NOT EXISTS (SELECT FROM ledger_transfer transfer WHERE transfer.event_id = event.id)
        ORDER BY event.era, event.xid, event.id LIMIT 1
        """,
    )


@invariant("all accounts of a currency make zero")
def zero() -> Iterator[Broken]:
    yield from first(
        "currency",
        """
        SELECT currency, format('all accounts together hold %s; it should be 0', sum(holds)) FROM (
            SELECT account.currency, balance.posted AS holds
            FROM ledger_account account JOIN ledger_balance balance ON balance.account_id = account.id
            UNION ALL
            SELECT account.currency, -transfer.amount_minor FROM ledger_transfer transfer
            JOIN ledger_account account ON account.id = transfer.debit_id AND NOT account.bounded
            UNION ALL
            SELECT account.currency, transfer.amount_minor FROM ledger_transfer transfer
            JOIN ledger_account account ON account.id = transfer.credit_id AND NOT account.bounded
        ) part GROUP BY currency HAVING sum(holds) <> 0
        """,
    )


@invariant("each snapshot is the sum of what it counts")
def snapshots() -> Iterator[Broken]:
    yield from first(
        "snapshot",
        """
        SELECT snapshot.id,
            format('says %s; the transfers below its horizon make %s', snapshot.balance_minor, total.holds)
        FROM ledger_snapshot snapshot
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(
                CASE WHEN credit_id = snapshot.account_id THEN amount_minor ELSE -amount_minor END
            ), 0)::bigint AS holds
            FROM ledger_transfer transfer
            WHERE snapshot.account_id IN (transfer.debit_id, transfer.credit_id)
                AND (transfer.era, transfer.xid) < (snapshot.era, snapshot.horizon)
        ) total
        WHERE snapshot.balance_minor <> total.holds
        ORDER BY snapshot.id LIMIT 1
        """,
    )


@invariant("nothing is from a transaction that has not been yet")
def order() -> Iterator[Broken]:
    for table in ("transfer", "event"):
        yield from first(
            table,
            f"""
            SELECT id, format('is of era %s, transaction %s, which has not been yet', era, xid) FROM ledger_{table}
            WHERE era > (SELECT era FROM ledger_book) OR era = (SELECT era FROM ledger_book)
                AND xid >= pg_snapshot_xmax(pg_current_snapshot())
                AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
            ORDER BY era, xid, id LIMIT 1
            """,
        )

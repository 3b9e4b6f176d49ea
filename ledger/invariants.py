"""Invariants: what must always hold, each recomputed from the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ledger.models import Seal


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it must be."""

    table: str
    id: str
    says: str

    def __str__(self) -> str:
        return f"{self.table} {self.id}: {self.says}"


Check = Callable[[], Iterator[Broken]]
every: dict[str, Check] = {}


def invariant(name: str) -> Callable[[Check], Check]:
    """Have `verification.verify` run this too: a function that yields what is broken. A room registers its own at
    start-up."""

    def register(check: Check) -> Check:
        every[name] = check
        return check

    return register


def rows(query: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, given or None)
        return list(cursor.fetchall())


def first(table: str, query: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Broken]:
    """What a query finds broken: its rows are (id, what is wrong)."""
    for row, says in rows(query, given):
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
    """From the one before it, so that each transfer is looked at once however often snapshots were taken."""
    yield from first(
        "snapshot",
        """
        SELECT snapshot.id,
            format('says %s; the transfers below its horizon make %s', balance_minor, before_minor + moved.change)
        FROM (
            SELECT id, account_id, era, horizon, balance_minor, coalesce(lag(era) OVER earlier, 0) AS from_era,
                coalesce(lag(horizon) OVER earlier, '0') AS from_horizon,
                coalesce(lag(balance_minor) OVER earlier, 0) AS before_minor
            FROM ledger_snapshot WINDOW earlier AS (PARTITION BY account_id ORDER BY era, horizon)
        ) snapshot
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(change), 0)::bigint AS change FROM (
                SELECT amount_minor AS change FROM ledger_transfer WHERE credit_id = account_id
                    AND (ledger_transfer.era, xid) >= (from_era, from_horizon)
                    AND (ledger_transfer.era, xid) < (snapshot.era, horizon)
                UNION ALL
                SELECT -amount_minor FROM ledger_transfer WHERE debit_id = account_id
                    AND (ledger_transfer.era, xid) >= (from_era, from_horizon)
                    AND (ledger_transfer.era, xid) < (snapshot.era, horizon)
            ) side
        ) moved
        WHERE balance_minor <> before_minor + moved.change
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


def line_since(seal: Seal) -> Iterator[Broken]:
    """As `chains` and `balances`, for what came after a checkpoint: each bounded account's line goes on from the last
    transfer before it, and ends at the account's balance."""
    yield from first(
        "transfer",
        """
        WITH side AS (
            SELECT id, debit_id AS account, debit_seq AS seq, debit_after_minor AS after, -amount_minor AS change
            FROM ledger_transfer WHERE (era, xid, id) > (%(era)s, %(xid)s::xid8, %(id)s)
            UNION ALL
            SELECT id, credit_id, credit_seq, credit_after_minor, amount_minor
            FROM ledger_transfer WHERE (era, xid, id) > (%(era)s, %(xid)s::xid8, %(id)s)
        ), line AS (
            SELECT side.*, row_number() OVER place AS step, (sum(change) OVER place)::bigint AS moved,
                last_value(seq) OVER whole AS last_seq, last_value(after) OVER whole AS last_after
            FROM side JOIN ledger_account account ON account.id = side.account AND account.bounded
            WINDOW place AS (PARTITION BY account ORDER BY seq NULLS FIRST, side.id ROWS UNBOUNDED PRECEDING),
                whole AS (PARTITION BY account ORDER BY seq NULLS FIRST, side.id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), start AS (
            SELECT account, coalesce(before.seq, 0) AS seq, coalesce(before.after, 0) AS holds
            FROM (SELECT DISTINCT account FROM line) touched
            LEFT JOIN LATERAL (
                (SELECT debit_seq AS seq, debit_after_minor AS after FROM ledger_transfer
                WHERE debit_id = account AND (era, xid, id) <= (%(era)s, %(xid)s::xid8, %(id)s)
                ORDER BY era DESC, xid DESC, id DESC LIMIT 1)
                UNION ALL
                (SELECT credit_seq, credit_after_minor FROM ledger_transfer
                WHERE credit_id = account AND (era, xid, id) <= (%(era)s, %(xid)s::xid8, %(id)s)
                ORDER BY era DESC, xid DESC, id DESC LIMIT 1)
                ORDER BY seq DESC LIMIT 1
            ) before ON true
        )
        SELECT line.id, CASE
            WHEN line.seq IS DISTINCT FROM start.seq + step
                THEN format('is number %%s of account %%s; it should be number %%s',
                    coalesce(line.seq::text, 'none'), line.account, start.seq + step)
            WHEN after IS DISTINCT FROM holds + moved
                THEN format('leaves account %%s at %%s; it should be %%s', line.account, after, holds + moved)
            ELSE format('is the last of account %%s, which holds %%s after %%s transfers', line.account, posted,
                balance.seq) END
        FROM line JOIN start ON start.account = line.account
        LEFT JOIN ledger_balance balance ON balance.account_id = line.account
        WHERE line.seq IS DISTINCT FROM start.seq + step OR after IS DISTINCT FROM holds + moved OR after < 0
            OR balance.seq IS DISTINCT FROM last_seq OR balance.posted IS DISTINCT FROM last_after
        ORDER BY line.id LIMIT 1
        """,
        {"era": seal.era, "xid": str(seal.last_xid), "id": seal.last_row},
    )


def explained_since(seal: Seal) -> Iterator[Broken]:
    """As `transfers` and `amounts`, for what came after a checkpoint."""
    yield from first(
        "transfer",
        """
        SELECT min(transfer.id::text), CASE
            WHEN event.id IS NULL THEN 'has no event that explains it'
            WHEN bool_or(event.xid <> transfer.xid) THEN 'is of another transaction than its event'
            ELSE format('and its journal move %%s; the event says %%s', sum(amount_minor), data ->> 'amount_minor') END
        FROM ledger_transfer transfer LEFT JOIN ledger_event event ON event.id = transfer.event_id
        WHERE (transfer.era, transfer.xid, transfer.id) > (%(era)s, %(xid)s::xid8, %(id)s)
        GROUP BY event.id, data
        HAVING event.id IS NULL OR bool_or(event.xid <> transfer.xid)
            OR sum(amount_minor) <> (data ->> 'amount_minor')::bigint
        ORDER BY 1 LIMIT 1
        """,
        {"era": seal.era, "xid": str(seal.last_xid), "id": seal.last_row},
    )

"""Verification: everything that must always hold, and every seal, made again from the rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from ledger import auditing, invariants
from ledger.auditing import Progress
from ledger.invariants import Broken
from ledger.models import Seal

SEALED = "everything that was sealed is as it was sealed, and the log is the one that was published"


@dataclass(slots=True)
class Verdict:
    """What was looked at, and the first thing that did not hold, if anything. `sealed` is how many rows are leaves."""

    broken: Broken | None = None
    transfers: int = 0
    events: int = 0
    accounts: int = 0
    sealed: int = 0
    checked: list[str] = field(default_factory=list)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Run the block on the ledger as it is when it first reads, whoever writes meanwhile."""
    with transaction.atomic():
        # Inside a transaction that has read already, as in tests, the snapshot is the one there is.
        if connection.savepoint_ids == [] and not connection.atomic_blocks[:-1]:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def verify(*, since: Seal | None = None, progress: Progress = lambda done, of: None) -> Verdict:
    """Recompute every invariant and the whole log, on one snapshot of the database; stops at the first that does not
    hold. Streams: memory stays the same whatever the size.

    With `since`, only what came after that checkpoint: its leaves, and each account's line from where it stood then;
    what is before it stands as it was verified, by its root. `progress` is told how many leaves of how many are done.
    """
    with one_snapshot():
        if since is not None:
            _read_by_index()
        verdict = _count(since)
        for name, check in _checks(since, progress):
            verdict.broken = next(check, None)
            if verdict.broken:
                return verdict
            verdict.checked.append(name)
    return verdict


def _checks(since: Seal | None, progress: Progress) -> Iterator[tuple[str, Iterator[Broken]]]:
    # The log first: it names the row itself where the invariants name what follows from it.
    yield SEALED, auditing.audit(since, progress)
    if since is None:
        for name, check in invariants.every.items():
            yield name, check()
    else:
        yield "each account's transfers follow from where it stood", invariants.line_since(since)
        yield "each transfer since is explained by an event that says what it moved", invariants.explained_since(since)


def _read_by_index() -> None:
    """Until the transaction ends: of a condition on (era, xid, id) the planner expects a whole era, and reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def _count(since: Seal | None) -> Verdict:
    if since is None:
        [[transfers, events, accounts, sealed]] = invariants.rows(
            "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_event),"
            " (SELECT count(*) FROM ledger_account), (SELECT count(*) FROM ledger_leaf)"
        )
        return Verdict(transfers=transfers, events=events, accounts=accounts, sealed=sealed)
    place = [since.era, str(since.last_xid), since.last_row]
    [[transfers, events, sealed]] = invariants.rows(
        "SELECT (SELECT count(*) FROM ledger_transfer WHERE (era, xid, id) > (%s, %s::xid8, %s)),"
        " (SELECT count(*) FROM ledger_event WHERE (era, xid, id) > (%s, %s::xid8, %s)),"
        # Two conditions: of one on the pair PostgreSQL would expect the whole era, and read it.
        " (SELECT count(*) FROM ledger_leaf WHERE era = %s AND index >= %s)"
        " + (SELECT count(*) FROM ledger_leaf WHERE era > %s)",
        [*place, *place, since.era, since.size, since.era],
    )
    return Verdict(transfers=transfers, events=events, sealed=sealed)

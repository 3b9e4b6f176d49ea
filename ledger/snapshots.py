"""Snapshots: what an account without a stored balance stood at, so that reading it costs the same for ever."""

from __future__ import annotations

from django.db import connection

from ledger.feed import horizon


def take(*, below: int | None = None) -> int:
    """Write down what each unbounded account that has moved stood at below the horizon; how many. Can run twice.

    `below` is the horizon; None takes the present one. Writers are not held up: only what has ended is counted. The
    sealer's alone; costs what has moved since the last time, however large the ledger is.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_take_snapshots(%s::xid8)", [str(horizon() if below is None else below)])
        return int(cursor.fetchone()[0])

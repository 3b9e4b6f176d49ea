"""The one clock: SQL's `ledger_now()`, which a sandbox may move, read by Python too."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from ledger.errors import in_words


def now() -> dt.datetime:
    """The transaction's time, in UTC, moved by as much as a sandbox's clock has been. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_now()")
        return cursor.fetchone()[0].astimezone(dt.UTC)  # type: ignore[no-any-return]


def today() -> dt.date:
    """The day it is by `now`, where the country's people are (settings.TIME_ZONE)."""
    return now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def move_to(moment: dt.datetime) -> None:
    """Set a sandbox's clock so that it is `moment` now. Raises NotASandbox anywhere else."""
    with connection.cursor() as cursor, in_words():
        cursor.execute("SELECT ledger_set_clock(%s - transaction_timestamp())", [moment])


def move_by(span: dt.timedelta) -> None:
    """Move a sandbox's clock on by `span`. Raises NotASandbox anywhere else."""
    with connection.cursor() as cursor, in_words():
        seconds = span.total_seconds()
        cursor.execute("SELECT ledger_set_clock(clock_offset + make_interval(secs => %s)) FROM ledger_book", [seconds])


def reset() -> None:
    """Let a sandbox's clock show the real time again. Raises NotASandbox anywhere else."""
    with connection.cursor() as cursor, in_words():
        cursor.execute("SELECT ledger_set_clock(interval '0')")

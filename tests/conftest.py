"""What every test stands on: a database made by its owner and used as the application, and a clock that moves."""

from __future__ import annotations

import copy
import datetime as dt
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.creation import DatabaseCreation
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

from ledger import feed

KEPT = {"django_migrations", "ledger_book", "django_content_type", "auth_permission"}
CHROMIUM = "/usr/bin/chromium"


def pytest_configure() -> None:
    """Passwords are hashed at once: slowly, as they are for real, would be minutes of the suite."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and say so, what needs a tool that this machine does not have: `@pytest.mark.external("hledger")`."""
    left_out = {item: missing for item in items if (missing := _missing(item))}
    if not left_out or os.environ.get("WAYMARK_REQUIRE_EXTERNAL"):
        return
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    wanted = ", ".join(sorted(set().union(*left_out.values())))
    # A warning, since what a worker of xdist prints is not seen.
    warnings.warn(f"{len(left_out)} tests are left out: they need {wanted}.", stacklevel=1)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if missing := _missing(item):
        pytest.fail(
            f"needs {', '.join(sorted(missing))}; WAYMARK_REQUIRE_EXTERNAL says that nothing is left out", False
        )


def _missing(item: pytest.Item) -> set[str]:
    markers = list(item.iter_markers("external"))
    if not all(marker.args for marker in markers):
        raise pytest.UsageError('external names the tools that a test needs: @pytest.mark.external("chromium")')
    return {name for marker in markers for name in marker.args if not tool(name)}


@cache
def tool(name: str) -> str | None:
    """Where a program is: beside Python, as what pip installed is, or on the PATH."""
    if name == "chromium" and os.path.exists(CHROMIUM):
        return CHROMIUM
    return shutil.which(name, path=os.path.dirname(sys.executable)) or shutil.which(name)


@pytest.fixture(scope="session")
def live_server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """The pages over HTTP. Styles and scripts come through the middleware, as they do for real."""
    with patch("django.contrib.staticfiles.handlers.StaticFilesHandler", lambda application: application):
        server = LiveServer("localhost")
    yield server
    server.stop()


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor of the database's owner, on a connection of its own."""
    owner = connection.copy()
    owner.settings_dict = copy.deepcopy(connection.settings_dict)
    owner.settings_dict["OPTIONS"].pop("options", None)
    try:
        with owner.cursor() as cursor:
            yield cursor
    finally:
        owner.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once the owner has made the tables, everything acts as the application."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_book SET sandbox = true")
        connection.close()
        connection.settings_dict["OPTIONS"]["options"] = f"-c role={settings.APPLICATION_ROLE}"
    yield
    connection.close()
    connection.settings_dict["OPTIONS"].pop("options")


def _empty(self: TransactionTestCase) -> None:
    """Only the owner, with the triggers switched off, can empty a ledger."""
    with as_owner() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table not in KEPT]
        asking = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        cursor.execute(" UNION ALL ".join(asking))
        used = [table for (table,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        # A test fills a few tables with a few rows: to truncate a hundred takes ten times as long.
        for table in used:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("""
            UPDATE ledger_book SET log = gen_random_uuid(), era = 1, floor = '0', cluster = '', sandbox = true,
                clock_offset = '0'
        """)


TransactionTestCase._fixture_teardown = _empty  # type: ignore[method-assign]


def _drop(self: DatabaseCreation, name: str, verbosity: int) -> None:
    """Whoever is still connected, such as a page that a browser left in the middle, is not waited for."""
    with self._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")


DatabaseCreation._destroy_test_db = _drop  # type: ignore[attr-defined]

_leave = transaction.Atomic.__exit__


def _leave_and_allow_another_post(self: transaction.Atomic, *raised: Any) -> None:
    """A test's own transaction stands for many of the application's, each of which may post once."""
    _leave(self, *raised)
    blocks = connection.atomic_blocks
    outermost = self.using in (None, "default") and blocks and all(block._from_testcase for block in blocks)
    if outermost and not connection.needs_rollback:
        # Past Django, so that it does not count among the queries a test asserts.
        connection.connection.execute("SELECT set_config('waymark.posted', '', true)")


@pytest.fixture(autouse=True)
def _one_post_a_transaction_of_the_application(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        monkeypatch.setattr(transaction.Atomic, "__exit__", _leave_and_allow_another_post)


@pytest.fixture(autouse=True)
def _english_to_begin_with() -> Iterator[None]:
    """A page leaves its language with the thread; the next request sets its own, the next test does not."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def actor() -> Any:
    from ledger import Actor

    return Actor.system("test")


@pytest.fixture
def books(db: None) -> Callable[[], dict[UUID, int]]:
    """Every account's balance, to show that a refusal moved nothing."""
    import ledger
    from ledger.models import Account

    return lambda: ledger.balances(Account.objects.values_list("id", flat=True))


class Clock:
    """Moves the sandbox's time: `clock.move_by(days=3)`."""

    def move_by(self, **span: float) -> None:
        from ledger import clock

        clock.move_by(dt.timedelta(**span))

    def move_to(self, moment: dt.datetime) -> None:
        from ledger import clock

        clock.move_to(moment)


@pytest.fixture
def clock(db: None) -> Clock:
    return Clock()


@pytest.fixture
def alone_in_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """The horizon as it is without the other tests, whose transactions in their own databases hold it back too."""

    def horizon() -> int:
        with as_owner() as cursor:
            cursor.execute("""
                SELECT least(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, min(backend_xid::text::bigint))
                FROM pg_stat_activity WHERE datname = current_database()
            """)
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(feed, "horizon", horizon)

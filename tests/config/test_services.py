"""The embedded services start, are shared, survive being killed, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.services.broker import Broker
from config.services.postgres import Postgres
from config.services.stack import Stack, shared


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach, as a checkout is; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="waymark-test-", ignore_cleanup_errors=True) as made:
        made_here = Path(made)
        made_here.chmod(0o755)
        yield made_here
        for service in (Postgres(made_here / "postgres"), Broker(made_here / "broker")):
            service.stop()
            service.remove()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the services of the test run itself."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


def ask(server: Postgres, question: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        found = connection.execute(question).fetchone()
        return found[0] if found else None


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return


def test_a_database_starts_stops_and_starts_again_with_what_was_in_it(folder):
    server = Postgres(folder / "postgres", durable=False)
    server.start()
    server.create("kept")
    server.start()
    server.stop()
    assert server._pid() is None
    server.start()
    assert server.has("kept")


def test_a_database_that_was_killed_recovers(folder):
    server = Postgres(folder / "postgres")
    server.start()
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = server._pid()
    assert pid is not None
    killed(pid)
    server.start()
    assert server._pid() != pid
    assert ask(server, "SELECT number FROM kept") == 7


def test_a_broker_that_was_killed_still_has_its_tasks(folder):
    broker = Broker(folder / "broker")
    broker.start()
    connection = redis.Redis(unix_socket_path=str(broker.socket))
    connection.rpush("money", "a task")
    connection.execute_command("CONFIG", "SET", "appendfsync", "always")
    connection.rpush("money", "another")
    pid = broker._pid()
    assert pid is not None
    killed(pid)
    broker.start()
    assert redis.Redis(unix_socket_path=str(broker.socket)).lrange("money", 0, -1) == [b"a task", b"another"]


def test_two_copies_side_by_side_have_nothing_in_common(folder):
    one, other = (
        Postgres(folder / "one" / "postgres", durable=False),
        Postgres(folder / "other" / "postgres", durable=False),
    )
    try:
        for server in (one, other):
            server.data.parent.mkdir()
            server.start()
        one.create("mine")
        assert one.has("mine")
        assert not other.has("mine")
    finally:
        for server in (one, other):
            server.stop()
            server.remove()


def test_the_last_of_those_who_share_a_database_stops_it(folder, alone):
    first, second = Stack(folder, durable=False), Stack(folder, durable=False)
    with shared(first):
        first.start_database()
        with shared(second):
            second.start_database()
        assert first.postgres is not None
        assert first.postgres._pid() is not None
    assert first.postgres._pid() is None


def test_services_named_in_the_environment_are_used_instead(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/waymark")
    monkeypatch.setenv("BROKER_URL", "redis://elsewhere")
    stack = Stack(folder)
    stack.start_database()
    stack.start_broker()
    assert (stack.postgres, stack.broker) == (None, None)
    assert stack.environment["DATABASE_URL"] == "postgres://elsewhere/waymark"
    assert list(folder.iterdir()) == []

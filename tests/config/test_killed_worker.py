"""A task outlives the process that carries it out: a real worker is killed in the middle of an import."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from kombu import Connection

from config.services.broker import Broker
from config.services.stack import Stack
from ledger.models import Event
from providers.importing import receive
from providers.models import CourseRun, FeedBody, FeedImport, Provider
from providers.tasks import import_received
from tests.conftest import as_owner
from tests.providers.feed_writing import small_feed

PATIENCE = 90


def wait_until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.1)


@pytest.fixture
def workers(transactional_db, monkeypatch) -> Iterator[Stack]:
    """Workers on this test's database, with a broker of their own that `import_received` is sent to."""
    with tempfile.TemporaryDirectory(prefix="waymark-test-", ignore_cleanup_errors=True) as made:
        broker = Broker(Path(made) / "broker")
        broker.start()
        server = urlsplit(os.environ["DATABASE_URL"])
        monkeypatch.setenv("DATABASE_URL", server._replace(path=f"/{connection.settings_dict['NAME']}").geturl())
        monkeypatch.setenv("BROKER_URL", broker.url)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
        monkeypatch.delenv("WAYMARK_AS_OWNER")
        monkeypatch.setenv("TASK_REDELIVERED_AFTER", "2")

        def send(feed_import_id: str) -> None:
            with Connection(broker.url) as border:
                import_received.apply_async((feed_import_id,), connection=border)

        monkeypatch.setattr(import_received, "delay", send)
        stack = Stack(Path(made))
        try:
            yield stack
        finally:
            for worker in stack.children:
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
            broker.stop()
            broker.remove()


@contextmanager
def nobody_can_write_runs() -> Iterator[None]:
    """Whoever imports a feed stops in the middle, with the provider and the courses written."""
    with as_owner() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE providers_courserun IN EXCLUSIVE MODE")
        yield
        cursor.execute("ROLLBACK")


def stopped_in_the_middle() -> bool:
    """Whether a worker waits there."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE datname = current_database() AND relation = 'providers_courserun'::regclass AND NOT granted
        """)
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("everything", [False, True], ids=["one process of the worker", "the worker and all of it"])
def test_a_feed_is_imported_once_although_its_worker_is_killed_in_the_middle(workers, actor, everything):
    workers.start_worker()
    with nobody_can_write_runs():
        feed_import = receive(small_feed().read(), source_name="feed.xml", actor=actor)
        wait_until(stopped_in_the_middle)
        [worker] = workers.children
        if everything:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        else:
            for child in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        feed_import.refresh_from_db()
        assert (feed_import.state, Provider.objects.count(), FeedBody.objects.count()) == ("received", 0, 1)
    if everything:
        assert CourseRun.objects.count() == 0
        workers.start_worker()
    wait_until(lambda: FeedImport.objects.get().state == "imported")
    assert (Provider.objects.count(), CourseRun.objects.count(), FeedBody.objects.count()) == (1, 1, 0)
    assert Event.objects.filter(kind="feed.imported").count() == 1

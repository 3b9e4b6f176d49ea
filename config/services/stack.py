"""The whole of Waymark on one machine: database, broker, web server and worker, started and stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from config.services.broker import Broker
from config.services.place import CannotRun
from config.services.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "waymark"
PATIENCE = 60


class Stack:
    """What runs for one command. Services already named in the environment are used instead of embedded ones."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.postgres = None if "DATABASE_URL" in os.environ else Postgres(folder / "postgres", durable)
        self.broker = None if "BROKER_URL" in os.environ else Broker(folder / "broker")
        self.environment = dict(os.environ)
        self.environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        self.children: list[subprocess.Popen[bytes]] = []

    def start_database(self, *, fresh: bool = False) -> None:
        """Start PostgreSQL with the project's database in it; `fresh` empties the database first."""
        if self.postgres is None:
            return
        self.postgres.start()
        self.postgres.create(DATABASE, fresh=fresh)
        self.environment["DATABASE_URL"] = self.environment["DATABASE_OWNER_URL"] = self.postgres.url(DATABASE)

    def start_broker(self, *, fresh: bool = False) -> None:
        if self.broker is None:
            return
        self.broker.start()
        if fresh:
            self.broker.forget()
        self.environment["BROKER_URL"] = self.broker.url

    def manage(self, *arguments: str) -> int:
        """Run one of Django's commands to its end, and answer its exit code."""
        return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment).returncode

    def start_web(self, port: int, urls: str = "") -> None:
        """Serve the pages and the API on loopback, and wait until they answer."""
        environment = self.environment | ({"ROOT_URLCONF": urls} if urls else {})
        self._spawn(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "config.wsgi",
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "2",
                "--threads",
                "8",
                "--log-level",
                "warning",
            ],
            "web.log",
            environment,
        )
        self._wait_for(f"http://127.0.0.1:{port}/health")

    def start_worker(self) -> None:
        """Run the tasks, and what the clock starts."""
        self._spawn(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "config",
                "worker",
                "--beat",
                "--concurrency",
                "2",
                "--loglevel",
                "warning",
                "--queues",
                "celery,money,mail,catalogue,webhooks,seals",
                "--hostname",
                "waymark@%h",
            ],
            "worker.log",
            self.environment,
        )

    def stop(self) -> None:
        """Stop the newest first: no service ends while another still needs it."""
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if self.broker:
            self.broker.stop()
        if self.postgres:
            self.postgres.stop()

    def _spawn(self, command: list[str], log: str, environment: dict[str, str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / log).open("ab") as output:
            self.children.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment,
                    stdout=output,
                    stderr=output,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    preexec_fn=_end_with_parent,
                )
            )

    def _wait_for(self, url: str) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError, urllib.error.URLError):
                urllib.request.urlopen(url, timeout=2).close()
                return
            if self.children[-1].poll() is not None or time.monotonic() > until:
                end = (self.folder / "web.log").read_text(errors="replace")[-1500:]
                raise CannotRun(f"The web server did not start:\n{end}")
            time.sleep(0.1)


@contextlib.contextmanager
def shared(stack: Stack) -> Iterator[Stack]:
    """Use a stack's folder together with other commands: the last one out stops what is left running.

    Each holds a shared lock on a file while it uses the services, so one that was killed holds nothing.
    """
    stack.folder.mkdir(parents=True, exist_ok=True)
    with (stack.folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield stack
        finally:
            for child in reversed(stack.children):
                child.terminate()
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stack.stop()
            _stop_children(stack)


@contextlib.contextmanager
def thrown_away(*, durable: bool) -> Iterator[Stack]:
    """A stack of one's own in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="waymark-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # so that the server's own user can pass
        stack = Stack(Path(folder), durable=durable)
        try:
            yield stack
        finally:
            stack.stop()
            for service in (stack.postgres, stack.broker):
                if service:
                    service.remove()


def free_port(wanted: int | None) -> int:
    """`wanted`, or the first free port from 8000 on. Raises CannotRun when it is taken."""
    for port in [wanted] if wanted else range(8000, 8100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CannotRun(f"Port {wanted} is taken. Choose another with --port." if wanted else "No port is free.")


def _stop_children(stack: Stack) -> None:
    """The web server and the worker are this command's own, whoever else uses the database."""
    for child in stack.children:
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """Ask Linux to end this process when the one that started it is killed."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)

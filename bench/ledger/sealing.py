"""Sealing and verifying a million rows, and what writers notice of it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
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
WRITTEN = 24_000


def measure(world: World, figures: Figures) -> None:
    world.purses(ROWS // 2)  # each of which is a transfer and an event
    vouchers = [world.vouchers(WRITTEN) for _ in range(3)]
    world.settle()
    unsealed = Transfer.objects.count() + Event.objects.count() - Leaf.objects.count()
    figures.add("rows sealed", unsealed / seconds(sealing.seal))
    figures.add("rows verified", Leaf.objects.count() / seconds(_verify))
    _beside_writers(world, figures, vouchers)


def _verify() -> None:
    if (broken := verify().broken) is not None:
        raise RuntimeError(str(broken))


def _beside_writers(world: World, figures: Figures, vouchers: list[int]) -> None:
    """Writers alone, beside a sealer that is never done, and alone again."""
    given = {"providers": PROVIDERS}
    before, beside, after = vouchers

    def write(start: int) -> float:
        return rate(OURS, clients=CLIENTS, total=WRITTEN, start=start, given=given)

    alone = write(before)
    world.purses(ROWS // 2)
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sealer.seal_for_ever, args=(there,))
    process.start()
    backend = here.recv()
    watch = _Watch(backend, int(process.pid or 0))
    sealed_beside = write(beside)
    share = watch.stop()
    process.terminate()
    process.join()
    alone = (alone + write(after)) / 2
    figures.add("redemptions, no sealer", alone)
    figures.add("redemptions, beside a sealer", sealed_beside)
    figures.ratio("writers_beside_a_sealer", "redemptions, beside a sealer", "redemptions, no sealer")
    figures.more["sealer"] = {
        "share_of_the_processor": round(share, 3),
        "writers_seen_waiting_for_it": watch.waiting,
        "times_looked": watch.looked,
    }


class _Watch:
    """How much of the processor some processes take, and whether anybody waits for a lock of a backend."""

    def __init__(self, backend: int, *others: int) -> None:
        self.processes = (backend, *others)
        self.backend = backend
        self.looked = self.waiting = 0
        self._began, self._used = time.perf_counter(), self._ticks()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> float:
        """The share of all of the machine's processors that they took."""
        self._done.set()
        self._thread.join()
        used = (self._ticks() - self._used) / os.sysconf("SC_CLK_TCK")
        return used / (time.perf_counter() - self._began) / (os.cpu_count() or 1)

    def _ticks(self) -> int:
        return sum(sum(map(int, Path(f"/proc/{one}/stat").read_text().split()[13:15])) for one in self.processes)

    def _look(self) -> None:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
            while not self._done.wait(0.02):
                [waiting] = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND %s = ANY (pg_blocking_pids(pid))",
                    [self.backend],
                ).fetchone() or [0]
                self.looked += 1
                self.waiting += waiting

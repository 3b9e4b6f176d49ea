"""Clients in Python, each a process of its own, that begin together: the same for our ledger and for another's."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

Job = Callable[[int], None]
PATIENCE = 120


def rate(prepare: Callable[..., Job], *given: object, clients: int, total: int) -> float:
    """Jobs a second when `clients` do `total` between them, from the first one's beginning to the last one's end.

    `prepare(*given)` is called in each process, and answers what is done with each number; numbers never meet.
    Raises RuntimeError when a client failed.
    """
    spawned = multiprocessing.get_context("spawn")
    together = spawned.Barrier(clients)
    pipes, processes = [], []
    for client in range(clients):
        here, there = spawned.Pipe(duplex=False)
        arguments = (prepare, given, range(client, total, clients), together, there)
        process = spawned.Process(target=_work, args=arguments)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    try:
        times = [pipe.recv() if pipe.poll(PATIENCE) else None for pipe in pipes]
    except EOFError:
        times = [None]
    for process in processes:
        process.join()
    if None in times:
        raise RuntimeError("a client failed: what it said is above")
    return total / (max(ended for _began, ended in times) - min(began for began, _ended in times))


def _work(
    prepare: Callable[..., Job], given: tuple[object, ...], numbers: range, together: Barrier, told: Connection
) -> None:
    job = prepare(*given)
    together.wait(PATIENCE)
    began = time.monotonic()
    for number in numbers:
        job(number)
    told.send((began, time.monotonic()))

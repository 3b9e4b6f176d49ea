"""Two at the same instant, each on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

PATIENCE = 20


class Meeting:
    """Holds two threads up until both are there, or it is clear that one cannot come."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self.met = False

    def wait(self) -> None:
        try:
            self._barrier.wait(timeout=1)
            self.met = True
        except threading.BrokenBarrierError:
            pass


def together(*requests: Callable[[], Any]) -> list[Any]:
    """The answers of requests made at once, each on a connection of its own."""
    answers: list[Any] = [None] * len(requests)

    def run(place: int) -> None:
        try:
            answers[place] = requests[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers

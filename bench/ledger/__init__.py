"""The ledger against the database's own limit and against other ledgers, all in one interleaved run."""

from __future__ import annotations

from typing import Any


def measure(*, rounds: int, requests: int, clients: int) -> dict[str, Any]:
    import os
    from pathlib import Path

    from bench.ledger import single
    from bench.ledger.telling import Figures
    from bench.ledger.world import World
    from config.services.stack import Stack

    stack = Stack(Path(os.environ["BENCH_FOLDER"]))
    if stack.manage("migrate", "--verbosity", "0"):
        raise SystemExit("the tables could not be made")
    import django

    django.setup()
    figures = Figures()
    world = World()
    single.measure(world, figures, rounds=rounds, total=requests)
    figures.tell()
    return figures.as_json()

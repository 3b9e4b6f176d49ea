"""The same journal in other ledgers: £100 of a learner's to a provider, each by that ledger's own call for it.

django-hordak is asked from Python, like ours beside it; pgledger, which is SQL alone, by pgbench, like ours beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bench.ledger import ours
from bench.ledger.clients import rate
from bench.ledger.ours import LEARNERS, PROVIDERS
from bench.ledger.processes import rate as rate_of_processes
from bench.ledger.telling import Figures
from bench.ledger.world import World
from config.services.stack import ROOT

CLIENTS = 4
PLENTY = 10**12
_NUMBERS = f"\\set learner :n % {LEARNERS}\n\\set provider :n % :providers\n"
PGLEDGER = f"""{_NUMBERS}
SELECT id FROM peer_move(ARRAY['learner_' || :learner], ARRAY['payable_' || :provider], ARRAY[100.00]);
"""
OURS = (
    f"{_NUMBERS}\\set purse :learners + :learner\nSELECT bench_move(bench_purse(:purse), bench_payable(:provider));\n"
)


def measure(world: World, figures: Figures, *, rounds: int, total: int) -> None:
    """Interleaved: each round has each ledger spread over the providers and into one of them."""
    world.install("pgledger")
    learners = world.purses(LEARNERS, holding=PLENTY)
    given = {"learners": learners}
    with _hordak(world) as hordak:
        for place in range(rounds + 1):
            world.settle()
            for name, providers in (("", PROVIDERS), (", one provider", 1)):
                for ledger, script in (("pgledger", PGLEDGER), ("ours, beside pgledger", OURS)):
                    done = rate(script, clients=CLIENTS, total=total, start=0, given={**given, "providers": providers})
                    figures.add(f"{ledger}{name}", done, warm=place > 0)
                asked = {"clients": CLIENTS, "total": total // 2, "hot": providers == 1}
                figures.add(f"hordak{name}", hordak.ask(asked), warm=place > 0)
                done = rate_of_processes(ours.prepare, learners, providers, clients=CLIENTS, total=total // 2)
                figures.add(f"ours, beside hordak{name}", done, warm=place > 0)
    for ledger in ("hordak", "pgledger"):
        for name, suffix in (("", ""), (", one provider", "_hot")):
            figures.ratio(f"vs_{ledger}{suffix}", f"ours, beside {ledger}{name}", f"{ledger}{name}", 1.0)


class _Hordak:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, asked: dict[str, object]) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return float(self.listen())

    def listen(self) -> str:
        assert self.process.stdout is not None
        if answer := self.process.stdout.readline():
            return answer
        raise RuntimeError("hordak ended: what it said is above")


@contextmanager
def _hordak(world: World) -> Iterator[_Hordak]:
    """hordak in its own environment, on a database of its own beside ours."""
    world.owner.execute("CREATE DATABASE hordak")
    server = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path="/hordak").geturl()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    python = ROOT / ".venv" / "peers" / "bin" / "python"
    process = subprocess.Popen(
        [str(python), "-m", "bench.ledger.hordak"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment | {"HORDAK_DATABASE_URL": server},
    )
    try:
        told = _Hordak(process)
        told.listen()
        yield told
    finally:
        process.terminate()
        process.wait()

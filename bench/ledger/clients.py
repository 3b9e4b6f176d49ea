"""Clients that run one script of SQL again and again: PostgreSQL's own `pgbench`, with prepared statements."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config.services.postgres import find_binaries

# Each client counts through numbers of its own.
_COUNTING = "\\set n :start + :client_id * :each + :done\n\\set done :done + 1\n"

# For everybody: plans are made once, since which of them PostgreSQL would make again each time is chance; and as where
# no table is small, since this world has few schemes and learners.
_PLANS = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off"


def rate(script: str, *, clients: int, total: int, start: int, given: Mapping[str, int] | None = None) -> float:
    """Transactions a second when `clients` run `script` `total` times between them.

    The script's `:n` counts from `start` to `start + total - 1`; `given` are further variables. Raises RuntimeError
    when one of them failed.
    """
    each = total // clients
    variables = {"start": start, "each": each, "done": 0, **(given or {})}
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(_COUNTING + script)
        file.flush()
        done = subprocess.run(
            [
                _program(),
                *("--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={min(clients, 2)}"),
                *(f"--transactions={each}", f"--file={file.name}"),
                *(f"--define={name}={value}" for name, value in variables.items()),
                os.environ["DATABASE_OWNER_URL"],
            ],
            capture_output=True,
            text=True,
            env=os.environ | {"PGOPTIONS": _PLANS},
        )
    told = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or not told:
        raise RuntimeError(done.stderr[-2000:])
    return float(told[1])


def _program() -> str:
    beside = Path(find_binaries()) / "pgbench"
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    if found is None:
        raise SystemExit("There is no pgbench beside this PostgreSQL: install its contributed programs.")
    return found

"""The ledger against the database's own limit and against other ledgers, all in one run on one database."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

PARTS = ("single", "bulk", "peers", "sealing", "growth")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, of which the medians count")
    parser.add_argument("--requests", type=int, default=9_600, help="transactions a round of each kind")
    parser.add_argument("--large", action="store_true", help="grow to ten million transfers, and not to one")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Migrate, and run every part; prints the tables and answers every figure, with the `ratios`."""
    folder = Path(os.environ["BENCH_FOLDER"])
    os.environ["CHECKPOINTS_OPTIONS"] = f'{{"location": "{folder / "checkpoints"}"}}'
    import django

    from config.services.stack import Stack

    if Stack(folder).manage("migrate", "--verbosity", "0"):
        raise SystemExit("the tables could not be made")
    django.setup()
    # The parts use the product's models.
    from bench.ledger import parts

    return parts.measure(options.only or PARTS, options)

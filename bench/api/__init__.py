"""The API over HTTP, one by one and ten thousand at once; webhooks out, feeds in, and search."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

PARTS = ("webhooks", "feeds", "redeem", "bulk", "search")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, of which the medians count")
    parser.add_argument("--requests", type=int, default=800, help="requests a round of each kind")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--deliveries", type=int, default=3000, help="webhooks, and as many again around a kill")
    parser.add_argument("--courses", type=int, default=5000, help="courses in the feed, each with two runs")
    parser.add_argument("--large", action="store_true", help="search a million runs too")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Migrate, and run every part; prints the tables and answers every figure, with the `ratios`."""
    # A server as it would run, except that nobody encrypts between here and here.
    os.environ.update(
        DEBUG="0",
        SECURE="0",
        SECRET_KEY="of a measurement",
        ALLOWED_HOSTS="127.0.0.1",
        DEMO="1",
        ROOT_URLCONF="bench.api.urls",
        API_REQUESTS_PER_MINUTE=str(10**9),
    )
    import django

    from config.services.stack import Stack

    if Stack(Path(os.environ["BENCH_FOLDER"])).manage("migrate", "--verbosity", "0"):
        raise SystemExit("the tables could not be made")
    django.setup()
    # The parts use the product's models.
    from bench.api import parts

    return parts.measure(options.only or PARTS, options)

"""The parts of the measurement, and the server that they ask."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import structlog

from bench.api import bulk, feeds, redeeming, searching, webhooks
from bench.ledger.telling import Figures
from bench.ledger.world import World
from config.services.stack import Stack, free_port


def measure(wanted: Collection[str], options: argparse.Namespace) -> dict[str, Any]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures, world = Figures(), World()
    world.owner.execute("UPDATE ledger_book SET sandbox = true")
    folder = Path(os.environ["BENCH_FOLDER"])
    stack = Stack(folder)
    port = free_port(None)
    if "webhooks" in wanted:
        figures.more["webhooks"] = webhooks.measure(Stack(folder), world.owner, options.deliveries)
    if "feeds" in wanted:
        figures.more["feeds"] = feeds.measure(options.courses)
    try:
        stack.start_web(port)
        if "redeem" in wanted:
            redeeming.measure(
                world, figures, port, rounds=options.rounds, total=options.requests, clients=options.clients
            )
        if "bulk" in wanted:
            bulk.measure(world, figures, port, rounds=(options.rounds + 1) // 2)
    finally:
        stack.stop()
    if "search" in wanted:
        figures.more["search"] = searching.measure(options.rounds, large=options.large)
    figures.tell()
    return figures.as_json()

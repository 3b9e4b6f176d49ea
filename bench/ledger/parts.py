"""The parts of the measurement, in the order in which the ledger grows."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Collection
from typing import Any

import structlog

from bench.ledger import bulk, growth, peers, sealing, single
from bench.ledger.telling import Figures
from bench.ledger.world import World


def measure(wanted: Collection[str], options: argparse.Namespace) -> dict[str, Any]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures, world = Figures(), World()
    small = growth.Sizes.at(world, growth.SMALL) if "growth" in wanted else None
    if "single" in wanted:
        single.measure(world, figures, rounds=options.rounds, total=options.requests)
    if "bulk" in wanted:
        bulk.measure(world, figures, rounds=(options.rounds + 1) // 2)
    if "peers" in wanted:
        peers.measure(world, figures, rounds=options.rounds, total=options.requests)
    if "sealing" in wanted:
        sealing.measure(world, figures, rounds=options.rounds, total=options.requests)
    if small:
        growth.measure(small, growth.Sizes.at(world, growth.LARGE if options.large else growth.USUAL), figures)
    figures.tell()
    return figures.as_json()

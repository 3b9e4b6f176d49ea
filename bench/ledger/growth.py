"""What is read every day, in an account of ten thousand transfers and in one of a million: it costs the same."""

from __future__ import annotations

import statistics as mean
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import ledger
from bench.ledger.telling import Figures, seconds
from bench.ledger.world import World
from ledger import sealing, statements
from ledger.models import Book
from ledger.verification import verify

SMALL, USUAL, LARGE = 10_000, 1_000_000, 10_000_000
SINCE = 1_000
TIMES = 200


@dataclass(frozen=True, slots=True)
class Sizes:
    """An account of so many transfers, and how long verifying took when the ledger had grown to hold it, in seconds."""

    transfers: int
    account: UUID
    verify_since: float

    @classmethod
    def at(cls, world: World, transfers: int) -> Sizes:
        """Grow the ledger by such an account and seal it; then a little more, and verify what came since."""
        account = world.payer()
        world.purses(transfers, payer=account)
        sealing.seal()
        newest = sealing.newest(Book.objects.get().era)
        world.purses(SINCE, payer=account)
        world.settle()

        def verify_since() -> None:
            if (broken := verify(since=newest).broken) is not None:
                raise RuntimeError(str(broken))

        return cls(transfers, account, mean.median(seconds(verify_since) for _ in range(5)))


def measure(small: Sizes, grown: Sizes, figures: Figures) -> None:
    """Interleaved where both accounts are read; a ratio of 1 means that it costs the same."""
    sealing.seal()  # which takes snapshots: both balances are read from one
    reads: dict[str, Callable[[UUID], object]] = {
        "statement page": lambda account: statements.page([account], limit=25),
        "balance": lambda account: ledger.balances([account]),
    }
    for name, read in reads.items():
        for _ in range(TIMES):
            for one in (small, grown):
                figures.add(f"{name}, {one.transfers:,} transfers", 1 / seconds(read, one.account))
        figures.ratio(
            f"{name.replace(' ', '_')}_grown_vs_small",
            f"{name}, {grown.transfers:,} transfers",
            f"{name}, {small.transfers:,} transfers",
            0.8,
        )
    for one in (small, grown):
        figures.add(f"verify --since of {SINCE:,} transfers, after {one.transfers:,}", 1 / one.verify_since)
    figures.ratio(
        "verify_since_grown_vs_small",
        f"verify --since of {SINCE:,} transfers, after {grown.transfers:,}",
        f"verify --since of {SINCE:,} transfers, after {small.transfers:,}",
        0.8,
    )

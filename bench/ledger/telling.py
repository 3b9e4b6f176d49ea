"""Figures: what was measured, round by round, and the ratios within each round, of which the medians count."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import rich
from rich.table import Table


def seconds(run: Callable[..., object], *given: object) -> float:
    """How long it takes."""
    began = time.perf_counter()
    run(*given)
    return time.perf_counter() - began


class Figures:
    """Rates by name, a list a round; ratios of two of them, round by round, with what is wanted of each, if any."""

    def __init__(self) -> None:
        self.rates: dict[str, list[float]] = defaultdict(list)
        self.ratios: dict[str, float] = {}
        self.wanted: dict[str, float] = {}
        self.more: dict[str, Any] = {}

    def add(self, name: str, per_second: float, *, warm: bool = True) -> None:
        """One round's rate; a round that only warmed up is left out."""
        if warm:
            self.rates[name].append(per_second)

    def ratio(self, name: str, ours: str, other: str, wanted: float | None = None) -> None:
        pairs = zip(self.rates[ours], self.rates[other], strict=True)
        self.ratios[name] = round(statistics.median(one / another for one, another in pairs), 3)
        if wanted is not None:
            self.wanted[name] = round(wanted, 3)

    def lowest(self, name: str, of: str) -> None:
        """The lowest of the ratios whose names begin so, under a name of its own."""
        self.ratios[name] = min(found for ratio, found in self.ratios.items() if ratio.startswith(of))
        self.wanted[name] = max(wanted for ratio, wanted in self.wanted.items() if ratio.startswith(of))

    def median(self, name: str) -> float:
        return statistics.median(self.rates[name])

    def as_json(self) -> dict[str, Any]:
        return {
            "ratios": self.ratios,
            "wanted": self.wanted,
            "medians_per_second": {name: round(self.median(name), 1) for name in self.rates},
            "rounds_per_second": {name: [round(rate, 1) for rate in rates] for name, rates in self.rates.items()},
            **self.more,
        }

    def tell(self) -> None:
        table = Table("", title="Rates, medians of the rounds")
        table.add_column("a second", justify="right")
        for name in self.rates:
            median = self.median(name)
            table.add_row(name, f"{median:,.0f}" if median > 100 else f"{median:.1f}")
        rich.print(table)
        if self.more:
            rich.print(self.more)
        table = Table("", title="Ratios, medians of each round's own")
        for column in ("measured", "wanted"):
            table.add_column(column, justify="right")
        for name, found in self.ratios.items():
            wanted = self.wanted.get(name)
            table.add_row(name, f"{found:.2f}", "" if wanted is None else f"{wanted:.2f}")
        rich.print(table)

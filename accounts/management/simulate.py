"""`scheme simulate`: a scheme's rules tried out on imagined people, and beside another version of them."""

from __future__ import annotations

import csv
import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from babel.numbers import get_currency_precision
from django.core.management.base import CommandError

from accounts import loading, scheme_files
from accounts.management import simulate_tables
from accounts.rules import MOST, Rules, parse
from accounts.scheme_files import SchemeFile
from accounts.simulating import LEARNERS, MONTHS, MOST_LEARNERS, MOST_MONTHS, Report, compare, run
from accounts.simulating.report import DIMENSIONS
from accounts.simulating.running import LARGEST_SEED

HELP = "try a scheme's rules out on imagined people; nothing is posted, and nothing real is read"
# Fewer people are over sooner in one process than others have begun.
LEARNERS_A_PROCESS = 25_000


def add_arguments(parser: ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("scheme", metavar="SLUG", help="the short name of a preset, or a scheme's file")
    parser.add_argument("--learners", type=int, default=LEARNERS, help=f"imagined people (default: {LEARNERS:,})")
    parser.add_argument("--seed", type=int, default=1, help="the same seed is the same people (default: 1)")
    parser.add_argument("--months", type=int, default=MONTHS, help=f"how long (default: {MONTHS})")
    parser.add_argument("--budget", metavar="AMOUNT", help="for the whole time, such as 250000 or 250000.50")
    parser.add_argument("--against", metavar="FILE_OR_SLUG", help="a second version, on the same people")
    parser.add_argument("--csv", metavar="FILE", help="also write FILE-months.csv and FILE-groups.csv")


def simulate(
    tell: Callable[[str], Any],
    *,
    scheme: str,
    learners: int,
    seed: int,
    months: int,
    budget: str | None,
    against: str | None,
    csv: str | None,
    **options: Any,
) -> None:
    """Run it and tell what came of it, in tables. Raises CommandError with a sentence for anything that cannot be."""
    _within("learners", learners, 1, MOST_LEARNERS)
    _within("months", months, 1, MOST_MONTHS)
    if not 0 <= seed <= LARGEST_SEED:
        raise CommandError(f"A seed is a number from 0 to {LARGEST_SEED:,}, and not {seed:,}.")
    first = _found(scheme)
    asked: dict[str, Any] = {
        "currency": first.currency,
        "learners": learners,
        "seed": seed,
        "months": months,
        "budget_minor": None if budget is None else _minor(budget, first.currency),
        "processes": max(1, min(os.cpu_count() or 1, learners // LEARNERS_A_PROCESS)),
    }
    if against is None:
        report = run(_rules(first), **asked)
        tell(simulate_tables.of(report, first.name))
        named = [(first.slug, report)]
    else:
        second = _found(against)
        if first.currency != second.currency:
            raise CommandError(
                f"{first.slug} is in {first.currency} and {second.slug} in {second.currency}: only versions in one "
                "currency can be compared."
            )
        comparison = compare(_rules(first), _rules(second), **asked)
        tell(simulate_tables.side_by_side(comparison, first.name, second.name))
        named = [(scheme, comparison.first), (against, comparison.second)]
    if csv is not None:
        for path in _write(Path(csv), named):
            tell(f"Written: {path}")


def _within(what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise CommandError(f"A simulation has {least:,} to {most:,} {what}, and {value:,} was asked for.")


def _minor(written: str, currency: str) -> int:
    try:
        amount = Decimal(written).scaleb(get_currency_precision(currency))
        minor = int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        raise CommandError(f"A budget is an amount such as 250000 or 250000.50, and not {written}.") from None
    if minor != amount or not 0 <= minor <= MOST:
        raise CommandError(f"A budget is not negative, nor too large, and has no part of a penny: not {written}.")
    return minor


def _found(named: str) -> SchemeFile:
    """A preset by its short name, or what a file says. Refuses in the words of the file's own mistake."""
    return scheme_files.read_file(loading.found(named))


def _rules(scheme: SchemeFile) -> Rules:
    return parse(scheme.rules)


def _write(path: Path, named: Sequence[tuple[str, Report]]) -> Iterator[Path]:
    """One file with a row for each month, one with a row for each group. Amounts are minor units."""
    stem = path.with_suffix("") if path.suffix == ".csv" else path
    for kind, rows in (("months", list(_months(named))), ("groups", list(_groups(named)))):
        target = stem.with_name(f"{stem.name}-{kind}.csv")
        try:
            with target.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
        except OSError as unwritable:
            raise CommandError(f"{target} cannot be written: {unwritable.strerror}.") from None
        yield target


def _months(named: Sequence[tuple[str, Report]]) -> Iterator[dict[str, Any]]:
    for scheme, report in named:
        for month in report.by_month:
            yield {"scheme": scheme, "currency": report.currency, **asdict(month)}


def _groups(named: Sequence[tuple[str, Report]]) -> Iterator[dict[str, Any]]:
    for scheme, report in named:
        for dimension in DIMENSIONS:
            for group in report.groups(dimension):
                yield {
                    "scheme": scheme,
                    "currency": report.currency,
                    "dimension": dimension,
                    "group": str(group.label),
                    **asdict(group.tally),
                }

"""Loading: figures of the labour market come from a table in CSV, the whole of it or nothing. See docs/plans.md.

The file is anybody's: it is read as text, a row at a time, and nothing in it is taken on trust.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from babel.numbers import is_currency
from django.db import transaction

import ledger
from accounts.circumstances import Residence
from brokerage.careers import errors, events
from brokerage.careers.errors import Fault
from brokerage.careers.models import MarketFigure, Measure
from brokerage.careers.occupations import titles
from ledger import Actor
from providers.feeds.plain_text import one_line, web_address

COLUMNS = ("place", "occupation", "measure", "value", "unit", "period", "source", "source_address")
UNITS: dict[str, str] = {Measure.PEOPLE: "people", Measure.OPENINGS: "jobs"}
PLACES = tuple(place for place in Residence.values if place != Residence.ELSEWHERE)
# A country's figures for every group, several times over.
MOST_BYTES, MOST_ROWS = 5 * 1024 * 1024, 20_000
# More than anybody puts right in one go.
MOST_FAULTS = 20
# Nobody earns so much, and no country has so many people.
MOST = 10**12
_YEARS = re.compile(r"((?:19|20)[0-9]{2})(?:-((?:19|20)[0-9]{2}))?")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")
_KEY = ("place", "occupation", "measure", "first_year", "last_year")
_SAID = ("value", "currency", "source", "source_address")


@dataclass(frozen=True, slots=True)
class Loaded:
    new: int
    changed: int
    same: int


def load(content: bytes, *, actor: Actor) -> Loaded:
    """Take all figures of the table; loaded again, it changes nothing. Refuses `FiguresRefused`, with its faults."""
    figures = {_key(figure): figure for figure in _read(content)}
    with transaction.atomic():
        here = {_key(each): each for each in MarketFigure.objects.filter(place__in={key[0] for key in figures})}
        new = [figure for key, figure in figures.items() if key not in here]
        changed = [figure for key, figure in figures.items() if key in here and _said(figure) != _said(here[key])]
        if new or changed:
            # Whoever loads the same at the same time comes to the same.
            MarketFigure.objects.bulk_create(
                [*new, *changed], 1000, update_conflicts=True, unique_fields=_KEY, update_fields=_SAID
            )
            ledger.record(
                events.FIGURES_LOADED.by(actor, "labour_market", new=len(new), changed=len(changed)),
            )
    return Loaded(len(new), len(changed), len(figures) - len(new) - len(changed))


def _read(content: bytes) -> list[MarketFigure]:
    faults: list[Fault] = []
    figures: dict[tuple[object, ...], tuple[int, MarketFigure]] = {}
    for line, cells in _rows(content):
        if len(faults) > MOST_FAULTS:
            break
        if len(figures) + len(faults) >= MOST_ROWS:
            raise errors.FiguresRefused([Fault(line, "", f"a file has {MOST_ROWS:,} rows at the most")])
        figure = _figure(line, cells, faults)
        if figure is None:
            continue
        earlier, _same = figures.setdefault(_key(figure), (line, figure))
        if earlier != line:
            faults.append(Fault(line, "", f"line {earlier} has a figure of the same kind already"))
    if faults:
        raise errors.FiguresRefused(faults)
    if not figures:
        raise errors.FiguresRefused([Fault(2, "", "there is no figure in it")])
    return [figure for _line, figure in figures.values()]


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line where it ends."""
    if len(content) > MOST_BYTES:
        raise errors.FiguresRefused([Fault(1, "", f"a file has {MOST_BYTES // 1024**2} megabytes at the most")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise errors.FiguresRefused([Fault(line, "", "not text in UTF-8; save it as “CSV UTF-8”")]) from error
    if (zero := text.find("\0")) >= 0:
        raise errors.FiguresRefused([Fault(text.count("\n", 0, zero) + 1, "", "a zero byte, so this is no text")])
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(rows, [])
        if tuple(map(str.strip, header)) != COLUMNS:
            raise errors.FiguresRefused([Fault(1, "", f"the columns are {','.join(COLUMNS)}, with commas between")])
        for cells in rows:
            if any(map(str.strip, cells)):
                yield rows.line_num, cells
    except csv.Error as error:
        raise errors.FiguresRefused([Fault(rows.line_num, "", f"no CSV ({error})")]) from error


def _figure(line: int, cells: list[str], faults: list[Fault]) -> MarketFigure | None:
    """The figure of a row; None, with what is wrong added to the faults."""
    before = len(faults)

    def check(holds: object, column: str, says: str) -> None:
        if not holds:
            faults.append(Fault(line, column, says))

    if len(cells) != len(COLUMNS):
        check(False, "", f"{len(cells)} cells instead of {len(COLUMNS)}")
        return None
    place, occupation, measure, value, unit, period, source, address = map(one_line, cells)
    pay = measure == Measure.MEDIAN_PAY
    amount = int(value) if re.fullmatch(r"[0-9]{1,13}", value) else MOST + 1
    years = _YEARS.fullmatch(period)
    check(place in PLACES, "place", f"one of {', '.join(PLACES)}")
    check(occupation in titles(), "occupation", "a code of ISCO-08 of one to four figures, such as 3313")
    check(measure in Measure.values, "measure", f"one of {', '.join(Measure.values)}")
    check(amount <= MOST, "value", "a whole number in figures alone, such as 3120000; pay is in pence or cents")
    unit_of = "a currency such as GBP" if pay else UNITS.get(measure, unit)
    check(is_currency(unit) if pay else unit == unit_of, "unit", unit_of)
    check(years and int(years[2] or years[1]) >= int(years[1]), "period", "a year or two, such as 2025 or 2025-2030")
    check(0 < len(source) <= 160, "source", "who says so, in 160 letters at the most")
    check(not source.startswith(_FORMULA), "source", "begins like a formula of a spreadsheet")
    check(web_address(address) and len(address) <= 300, "source_address", "a web address of 300 letters at the most")
    if len(faults) > before or years is None:
        return None
    return MarketFigure(
        place=place,
        occupation=occupation,
        measure=measure,
        value=amount,
        currency=unit if pay else "",
        first_year=int(years[1]),
        last_year=int(years[2] or years[1]),
        source=source,
        source_address=address,
    )


def _key(figure: MarketFigure) -> tuple[object, ...]:
    return tuple(getattr(figure, field) for field in _KEY)


def _said(figure: MarketFigure) -> tuple[object, ...]:
    return tuple(getattr(figure, field) for field in _SAID)

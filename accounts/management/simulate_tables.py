"""What came of trying rules out, as tables for a terminal, with small bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from rich.box import SIMPLE
from rich.console import Console, RenderableType
from rich.table import Table

from accounts.simulating import Comparison, Report
from accounts.simulating.report import DIMENSIONS
from config.money import in_words

_WIDTH, _BAR = 100, 24
_IMAGINED = "These people are imagined, and so is what they do: docs/simulating.md says how, and what it cannot tell."

_COUNTS: dict[str, Callable[[Report], int]] = {
    "entitled": lambda report: report.total.entitled,
    "applied": lambda report: report.total.applied,
    "awarded": lambda report: report.total.awarded,
    "bought a course": lambda report: report.total.bought,
    "got none for want of money": lambda report: report.total.unfunded,
}
_AMOUNTS: dict[str, Callable[[Report], int]] = {
    "awards made": lambda report: report.awarded_minor,
    "paid for courses": lambda report: report.total.paid_minor,
    "lapsed": lambda report: report.lapsed_minor,
    "paid by learners, a course": lambda report: report.total.own_each_minor,
}


def of(report: Report, name: str) -> str:
    """One run."""
    tables = [_take_up(report), _money(report), *(_groups(report, each) for each in DIMENSIONS), _months(report)]
    return _printed([_title(report, name), *tables, _IMAGINED])


def side_by_side(found: Comparison, first: str, second: str) -> str:
    """Two versions on the same people. Where both have one name, they are the first and the second."""
    names = (first, second) if first != second else (f"{first}, first", f"{second}, second")
    return _printed(
        [
            _title(found.first, f"{names[0]} and {names[1]}"),
            _both(found, *names),
            _changes(found),
            _difference(found),
            _IMAGINED,
        ]
    )


def _title(report: Report, name: str) -> str:
    return f"{name}: {report.learners:,} imagined people, {report.months} months, seed {report.seed}"


def _take_up(report: Report) -> Table:
    total = report.total
    table = _table("Take-up", "", "people", "of entitled", "")
    steps = {
        "entitled": total.entitled,
        "applied": total.applied,
        "awarded": total.awarded,
        "bought a course": total.bought,
        "completed one": total.completed,
    }
    for step, people in steps.items():
        table.add_row(step, f"{people:,}", _percent(people, total.entitled), _bar(people, total.entitled))
    if total.unfunded:
        table.add_row("got none for want of money", f"{total.unfunded:,}", _percent(total.unfunded, total.entitled))
    return table


def _money(report: Report) -> Table:
    total, money = report.total, partial(in_words, currency=report.currency)
    table = _table("Money", "", "amount", "of awarded", "")
    parts = {
        "awarded": report.awarded_minor,
        "redeemed": report.redeemed_minor,
        "lapsed, back to the scheme": report.lapsed_minor,
        "still in purses": report.held_minor,
        "still in vouchers": report.open_minor,
    }
    for part, amount in parts.items():
        of_it = _percent(amount, report.awarded_minor)
        table.add_row(part, money(amount), of_it, _bar(amount, report.awarded_minor))
    if report.budget_minor is not None and report.left_minor is not None:
        table.add_row("budget", money(report.budget_minor))
        table.add_row("left of it", money(report.left_minor))
    table.add_row("paid by learners, a course", money(total.own_each_minor), f"{total.own_percent} % of the price")
    return table


def _groups(report: Report, dimension: str) -> Table:
    table = _table(str(DIMENSIONS[dimension]), "", "people", "entitled", "bought", "of 1,000", "own share", "")
    groups = report.groups(dimension)
    most = max(group.reached_per_thousand for group in groups)
    for group in groups:
        tally, reached = group.tally, group.reached_per_thousand
        counts = (f"{count:,}" for count in (tally.people, tally.entitled, tally.bought, reached))
        table.add_row(str(group.label), *counts, f"{tally.own_percent} %", _bar(reached, most, 16))
    return table


def _months(report: Report) -> Table:
    money = partial(in_words, currency=report.currency)
    short = report.turned_away or any(month.waiting for month in report.by_month)
    columns = ["month", "awarded", "issued", "redeemed", "lapsed", *(["no money for"] if short else []), "issued"]
    table = _table("By month", *columns)
    most = max(report.issued_by_month)
    for month in report.by_month:
        amounts = (month.awarded_minor, month.issued_minor, month.redeemed_minor, month.lapsed_minor)
        waiting = [f"{month.turned_away + month.waiting:,}"] if short else []
        table.add_row(f"{month.on:%Y-%m}", *map(money, amounts), *waiting, _bar(month.issued_minor, most, 16))
    return table


def _both(found: Comparison, first: str, second: str) -> Table:
    table = _table("Side by side", "", first, second, "difference", bar=False)
    for label, count in _COUNTS.items():
        before, after = count(found.first), count(found.second)
        table.add_row(label, f"{before:,}", f"{after:,}", f"{after - before:+,}")
    for label, amount in _AMOUNTS.items():
        before, after = amount(found.first), amount(found.second)
        table.add_row(label, *(in_words(each, found.first.currency) for each in (before, after, after - before)))
    return table


def _changes(found: Comparison) -> Table:
    money = partial(in_words, currency=found.first.currency)
    table = _table(
        "Who gains and who loses, of what is paid for their courses",
        "",
        "entitled anew",
        "no longer",
        "gain",
        "by",
        "lose",
        "by",
        bar=False,
    )
    for change in found.changes:
        table.add_row(
            str(change.label),
            f"{change.newly_entitled:,}",
            f"{change.no_longer_entitled:,}",
            f"{change.gain:,}",
            money(change.gained_minor),
            f"{change.lose:,}",
            money(change.lost_minor),
        )
    return table


def _difference(found: Comparison) -> str:
    difference = found.paid_difference_minor
    costs = in_words(abs(difference), found.first.currency)
    return f"The second version pays {costs} {'less' if difference < 0 else 'more'} for courses than the first."


def _table(title: str, *columns: str, bar: bool = True) -> Table:
    """A table with its first column in words, its last one, if it is a `bar`, to the left, and numbers between."""
    table = Table(box=SIMPLE, title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        to_the_left = place == 0 or (bar and place == len(columns) - 1)
        table.add_column(column, justify="left" if to_the_left else "right", no_wrap=to_the_left)
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _bar(part: int, most: int, width: int = _BAR) -> str:
    return "█" * (width * part // most) or ("▏" if part else "") if most else ""


def _printed(parts: Iterable[RenderableType]) -> str:
    console = Console(width=_WIDTH)
    with console.capture() as captured:
        for part in parts:
            console.print(part, highlight=False)
    return captured.get()

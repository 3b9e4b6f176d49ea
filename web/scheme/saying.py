"""What a scheme's money comes to, in a manager's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.forecasting import LEAST, Runway
from accounts.simulating import Report
from config import locales, money
from web.templatetags.waymark import day


def lasts(runway: Runway) -> str:
    """How long the money lasts, with its range and what that rests on."""
    if not runway.enough:
        return ngettext(
            "There is too little history to say how long the money lasts: it takes {months} whole month.",
            "There is too little history to say how long the money lasts: it takes {months} whole months.",
            LEAST,
        ).format(months=LEAST)
    if runway.likely is None:
        return _("At this pace the money does not run out.")
    if runway.early is None or runway.late is None:
        return _("At this pace the money lasts until about {likely}.").format(likely=day(runway.likely))
    said = _("At this pace the money lasts until about {likely}, and in four cases of five between {early} and {late}.")
    return said.format(likely=day(runway.likely), early=day(runway.early), late=day(runway.late))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is, and its value in each version that was tried out."""

    label: str
    values: list[str]


def came_of(reports: Sequence[Report]) -> Iterator[Row]:
    """What came of each version, line by line."""

    def row(label: str, of: Any) -> Row:
        return Row(label, [of(report) for report in reports])

    def count(name: str) -> Any:
        return lambda report: locales.number(getattr(report.total, name))

    def amount(of: Any) -> Any:
        return lambda report: money.in_words(of(report), report.currency)

    yield row(_("could have an account"), count("entitled"))
    yield row(_("asked for one"), count("applied"))
    yield row(_("got an award"), count("awarded"))
    yield row(_("found no money"), count("unfunded"))
    yield row(_("bought a course"), count("bought"))
    yield row(_("completed one"), count("completed"))
    yield row(_("awarded"), amount(lambda report: report.awarded_minor))
    yield row(_("put into courses"), amount(lambda report: report.issued_minor))
    yield row(_("paid to providers"), amount(lambda report: report.redeemed_minor))
    yield row(_("not used in time"), amount(lambda report: report.lapsed_minor))
    yield row(_("a learner's own share, each course"), amount(lambda report: report.total.own_each_minor))
    if any(report.left_minor is not None for report in reports):
        left = amount(lambda report: report.left_minor)
        yield Row(_("left of the budget"), ["" if r.left_minor is None else left(r) for r in reports])

"""Comparing: two versions of rules on the same imagined people: who gains, who loses, how much, and what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.rules import Rules
from accounts.simulating.places import place_of
from accounts.simulating.population import draw
from accounts.simulating.report import NEED_BANDS, Report
from accounts.simulating.running import MONTHS, STARTS_ON, run


@dataclass(slots=True)
class Change:
    """What changes for the people of one band of need, from the first version to the second.

    Somebody gains whose purses paid more for courses under the second, and loses whose paid less; `gained_minor` and
    `lost_minor` are what that adds up to, both positive. `newly_entitled` could have no account under the first.
    """

    label: str | Promise
    people: int = 0
    newly_entitled: int = 0
    no_longer_entitled: int = 0
    gain: int = 0
    lose: int = 0
    gained_minor: int = 0
    lost_minor: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`changes` are by band of need, from the least up; differences are the second version's less the first's."""

    first: Report
    second: Report
    changes: tuple[Change, ...]

    @property
    def awarded_difference_minor(self) -> int:
        return self.second.awarded_minor - self.first.awarded_minor

    @property
    def paid_difference_minor(self) -> int:
        """Of what purses paid for courses, less what came back: what the second version costs more."""
        return self.second.total.paid_minor - self.first.total.paid_minor


def compare(
    first: Rules,
    second: Rules,
    *,
    currency: str = "GBP",
    learners: int = 2_000,
    seed: int = 1,
    months: int = MONTHS,
    budget_minor: int | None = None,
    starts_on: dt.date = STARTS_ON,
    processes: int = 1,
) -> Comparison:
    """Both versions on the same people, who live where the first version's do. Arguments and errors as of `run`."""
    place = place_of(first.who.residence, currency)
    reports = [
        run(
            rules,
            currency=currency,
            learners=learners,
            seed=seed,
            months=months,
            budget_minor=budget_minor,
            starts_on=starts_on,
            place=place,
            processes=processes,
        )
        for rules in (first, second)
    ]
    needs = [draw(seed, number, place, reports[0].starts_on).need for number in range(learners)]
    return Comparison(reports[0], reports[1], tuple(_changes(reports[0], reports[1], needs)))


def _changes(first: Report, second: Report, needs: Sequence[int]) -> list[Change]:
    changes = [Change(label) for label in NEED_BANDS]
    for number, need in enumerate(needs):
        change = changes[need]
        change.people += 1
        change.newly_entitled += second.entitled[number] > first.entitled[number]
        change.no_longer_entitled += second.entitled[number] < first.entitled[number]
        more_minor = second.paid_for[number] - first.paid_for[number]
        change.gain += more_minor > 0
        change.lose += more_minor < 0
        change.gained_minor += max(0, more_minor)
        change.lost_minor += max(0, -more_minor)
    return changes

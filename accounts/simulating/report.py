"""Report: what came of running rules over imagined people, in whole numbers that a page or a table can show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.simulating.population import AGES, LEVELS

Cell = tuple[int, int, int]

DIMENSIONS: dict[str, Promise] = {
    "need": _("How much stands in their way"),
    "age": _("Age"),
    "qualification": _("Highest qualification"),
}
NEED_BANDS: tuple[Promise, ...] = (
    _("Nothing in the way"),
    _("One thing in the way"),
    _("Two things in the way"),
    _("Three things in the way"),
)
QUALIFICATIONS: tuple[Promise, ...] = (
    _("No qualification"),
    _("Level 1"),
    _("Level 2"),
    _("Level 3"),
    _("Level 4 or 5"),
    _("Level 6 or above"),
)


@dataclass(slots=True)
class Tally:
    """How many people came how far, and the money in it, in minor units.

    `entitled` could have an account in the time looked at; `applied` asked for one; `awarded` had at least one award,
    `unfunded` none for want of money; `bought` a course and `completed` one. `awarded_minor` is what their purses were
    filled with and `paid_minor` what they gave to courses less what came back; `price_minor` and `own_minor` are of
    the courses when they were bought, as many as `courses`.
    """

    people: int = 0
    entitled: int = 0
    applied: int = 0
    awarded: int = 0
    unfunded: int = 0
    bought: int = 0
    completed: int = 0
    courses: int = 0
    awarded_minor: int = 0
    paid_minor: int = 0
    price_minor: int = 0
    own_minor: int = 0

    def add(self, other: Tally) -> None:
        for name in _COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @classmethod
    def of(cls, tallies: Iterable[Tally]) -> Self:
        whole = cls()
        for tally in tallies:
            whole.add(tally)
        return whole

    @property
    def own_percent(self) -> int:
        """What learners paid themselves, in a hundredth of the courses' prices; nothing where none was bought."""
        return 100 * self.own_minor // self.price_minor if self.price_minor else 0

    @property
    def own_each_minor(self) -> int:
        """The same for one course, on average."""
        return self.own_minor // self.courses if self.courses else 0


_COUNTED = tuple(field.name for field in fields(Tally))


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one group: `code` is their place in its `dimension`, `label` what they are called."""

    dimension: str
    code: int
    label: str | Promise
    tally: Tally

    @property
    def reached_per_thousand(self) -> int:
        """Of a thousand who are entitled, how many bought a course."""
        return 1000 * self.tally.bought // self.tally.entitled if self.tally.entitled else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What moved from the first day of a month on. Amounts are minor units.

    `issued_minor` left purses for `courses` bought; `redeemed_minor` went to providers; `lapsed_minor` went back from
    purses, and from vouchers whose purse had ended, to the scheme. `turned_away` asked for their first award and
    found no money, or all awards made; where the rules have a waiting list, `waiting` are on it at the month's end.
    """

    on: dt.date
    awards: int
    awarded_minor: int
    courses: int
    issued_minor: int
    redeemed_minor: int
    lapsed_minor: int
    turned_away: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run. `held_minor` is in purses at its end, `open_minor` in vouchers of courses that go on.

    To the penny: awarded = redeemed + lapsed + held + open.
    """

    currency: str
    seed: int
    learners: int
    starts_on: dt.date
    budget_minor: int | None
    by_month: tuple[Month, ...]
    cells: Mapping[Cell, Tally]
    held_minor: int
    open_minor: int
    # By person: what their purses were filled with, what they gave to courses, and whether they were entitled.
    awarded_to: Sequence[int]
    paid_for: Sequence[int]
    entitled: Sequence[int]

    @property
    def months(self) -> int:
        return len(self.by_month)

    @property
    def total(self) -> Tally:
        return Tally.of(self.cells.values())

    @property
    def awarded_minor(self) -> int:
        return sum(month.awarded_minor for month in self.by_month)

    @property
    def issued_minor(self) -> int:
        return sum(month.issued_minor for month in self.by_month)

    @property
    def redeemed_minor(self) -> int:
        return sum(month.redeemed_minor for month in self.by_month)

    @property
    def lapsed_minor(self) -> int:
        return sum(month.lapsed_minor for month in self.by_month)

    @property
    def turned_away(self) -> int:
        return sum(month.turned_away for month in self.by_month)

    @property
    def waiting(self) -> int:
        return self.by_month[-1].waiting

    @property
    def left_minor(self) -> int | None:
        """What is left of the budget at the end; None where nothing limits it."""
        if self.budget_minor is None:
            return None
        return self.budget_minor - self.awarded_minor + self.lapsed_minor

    @property
    def issued_by_month(self) -> list[int]:
        """What left purses for courses in each month, the oldest first."""
        return [month.issued_minor for month in self.by_month]

    def groups(self, dimension: str) -> list[Group]:
        """The people by need, age or qualification, from the least up. Raises KeyError for another dimension."""
        labels, place = _GROUPS[dimension]
        found = [Tally() for _label in labels]
        for cell, tally in self.cells.items():
            found[cell[place]].add(tally)
        return [Group(dimension, code, label, found[code]) for code, label in enumerate(labels)]


# The labels of each dimension's groups, and where a cell has it.
_GROUPS: dict[str, tuple[Sequence[str | Promise], int]] = {
    "need": (NEED_BANDS, 0),
    "qualification": (QUALIFICATIONS, 1),
    "age": ([f"{youngest}–{oldest}" for youngest, oldest, _share in AGES], 2),
}
assert len(QUALIFICATIONS) == len(LEVELS)

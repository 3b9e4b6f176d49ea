"""Spending: which purses pay for something, in which order, and how much each. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.earmarks import Earmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in one purse: `left_minor` until `expires_on`, and what it may be spent on.

    `kind` is that of the award that filled it, `courses_left` how many more courses it may buy, None for any number,
    and `sponsored` whether a sponsor filled it. `purse` names it to whoever asks.
    """

    purse: Any
    kind: str
    left_minor: int
    expires_on: dt.date
    earmark: str = ""
    categories: tuple[str, ...] = ()
    courses_left: int | None = None
    sponsored: bool = False

    def pays_for(self, category: str, earmark: str = Earmark.TUITION) -> bool:
        """Whether it may be spent on something of this earmark that belongs to a course of this category."""
        return (
            self.earmark in (Earmark.GENERAL, earmark)
            and (not self.categories or category in self.categories)
            and self.courses_left != 0
        )


def in_order(contents: Iterable[Contents]) -> list[Contents]:
    """The order in which purses are spent: expiring first, then the most restricted, then general (`3-domain`)."""
    return sorted(
        contents, key=lambda c: (c.expires_on, -(bool(c.categories) + bool(c.earmark)), len(c.categories), str(c.purse))
    )


def takes(contents: Iterable[Contents], wanted_minor: int) -> list[tuple[Contents, int]]:
    """What each of these purses gives of `wanted_minor`, in the order of `in_order`; less where they hold less."""
    given = []
    for one in in_order(contents):
        if (amount := min(wanted_minor, one.left_minor)) > 0:
            given.append((one, amount))
            wanted_minor -= amount
    return given


def earmarked(contents: Sequence[Contents], *, category: str, earmark: str) -> list[Contents]:
    """Those purses that are set apart for such things, with courses of this category; no general one is."""
    return [one for one in contents if one.earmark == earmark and one.pays_for(category, earmark)]


def payable(
    contents: Sequence[Contents], *, kinds: Sequence[str], category: str, earmark: str = Earmark.TUITION
) -> list[Contents]:
    """Those purses that may pay for something: of any kind in `kinds`, or of all kinds when it is empty.

    A sponsor's purse is of no kind that a rule names, and pays wherever its own conditions let it.
    """
    return [
        one for one in contents if one.pays_for(category, earmark) and (not kinds or one.kind in kinds or one.sponsored)
    ]

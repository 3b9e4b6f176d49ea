"""Holding: the purses and vouchers of one imagined person, moved as the real ones are and by the same rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.entitling import end_of_grace, is_over, last_day, last_day_once_used
from accounts.rules import AwardRule
from accounts.spending import Contents, takes


@dataclass(slots=True, eq=False)
class Purse:
    """What `accounts.models.Purse` is to the real rules; `given_minor` is by band, less what came back."""

    number: int
    rule: AwardRule
    awarded_on: dt.date
    left_minor: int
    expires_on: dt.date
    first_used_on: dt.date | None = None
    in_grace: bool = False
    bought: int = 0
    given_minor: dict[str, int] = field(default_factory=dict)

    @classmethod
    def filled(cls, number: int, rule: AwardRule, amount_minor: int, on: dt.date) -> Purse:
        return cls(number, rule, on, amount_minor, last_day(rule, on))

    def is_over(self, on: dt.date) -> bool:
        """Whether the period of its award is over, so that there may be a next."""
        return is_over(
            self.rule,
            awarded_on=self.awarded_on,
            first_used_on=self.first_used_on,
            expires_on=self.expires_on,
            on=on,
        )

    def contents(self) -> Contents:
        most = self.rule.courses_at_most
        return Contents(
            purse=self.number,
            kind=self.rule.code,
            left_minor=self.left_minor,
            expires_on=self.expires_on,
            earmark=self.rule.earmark,
            categories=self.rule.categories,
            courses_left=None if most is None else max(0, most - self.bought),
        )

    def give(self, amount_minor: int, band: str, on: dt.date) -> None:
        """Pay so much for a course; where the scheme's year begins with the first use, it begins."""
        self.left_minor -= amount_minor
        self.bought += 1
        self.given_minor[band] = self.given_minor.get(band, 0) + amount_minor
        if self.rule.year_from == "first_use" and self.first_used_on is None:
            self.first_used_on, self.expires_on = on, last_day_once_used(self.rule, on)

    def take_back(self, amount_minor: int, of_minor: int, band: str, on: dt.date) -> int:
        """What of a returned amount goes to the scheme instead, because this purse has ended and its grace is over.

        `of_minor` is what it gave for that course. As `accounts.purses.destinations_of_refund` has it.
        """
        self.given_minor[band] -= amount_minor
        self.bought -= amount_minor == of_minor
        if self.expires_on < on:
            if self.in_grace or on > end_of_grace(self.rule, self.expires_on):
                return amount_minor
            self.expires_on, self.in_grace = end_of_grace(self.rule, self.expires_on), True
        self.left_minor += amount_minor
        return 0


@dataclass(frozen=True, slots=True)
class Voucher:
    """A course under way until month `ends_in`: what each purse gave, under which band, and what is still in it."""

    ends_in: int
    given: tuple[tuple[Purse, int], ...]
    band: str
    left_minor: int
    finishes: bool

    def end(self, on: dt.date) -> tuple[int, int]:
        """The course is over: what goes to the provider, and what back to the scheme; the rest goes back into purses.

        To each purse in proportion to what it gave, and pennies that do not divide to the last.
        """
        if self.finishes or not self.left_minor:
            return self.left_minor, 0
        whole, rest, to_scheme = sum(amount for _purse, amount in self.given), self.left_minor, 0
        for place, (purse, amount) in enumerate(self.given, 1):
            back = rest if place == len(self.given) else self.left_minor * amount // whole
            rest -= back
            to_scheme += purse.take_back(back, amount, self.band, on)
        return 0, to_scheme


def reserve(
    purses: Sequence[Purse], contents: Sequence[Contents], amount_minor: int, band: str, on: dt.date
) -> tuple[tuple[Purse, int], ...]:
    """Take so much out of these purses, of which `contents` may pay, in the order in which purses are spent."""
    by_number = {purse.number: purse for purse in purses}
    given = tuple((by_number[one.purse], amount) for one, amount in takes(contents, amount_minor))
    for purse, amount in given:
        purse.give(amount, band, on)
    return given

"""Sentence: what one part of a scheme's rules says, and where in the rules it says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.rules import AwardRule, Who
from config import locales, money
from config.refusals import Sentence as Text

TITLES: dict[str, Text] = {
    "who": _("Who can have it"),
    "how_much": _("How much you get"),
    "pays": _("What it pays"),
    "adviser": _("Talking to an adviser"),
    "delivery": _("From buying to finishing a course"),
    "budget": _("The scheme's money"),
}
A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a part of the rules says, in the language that was active when it was made.

    `paths` are the fields it puts into words, as the errors of `accounts.rules` name them: `price.bands[1].who.needs`.
    `key` stays the same while its part moves among others or changes what it says. `name` is what the rules call the
    part, where several have to be told apart: the code of an award, a band or a way of a trial, or empty. A `for_staff`
    sentence is not for learners: they are not told what a trial compares, nor how its budget is watched.
    """

    key: str
    text: str
    paths: tuple[str, ...]
    name: str = ""
    for_staff: bool = False

    @property
    def named(self) -> str:
        """The sentence with the name of its part before it, for where it stands alone."""
        return gettext("{name}: {sentence}").format(name=self.name, sentence=self.text) if self.name else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The sentences about one matter, in the order of the rules. `code` is one of `TITLES`."""

    code: str
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """How one scheme's amounts and categories are said."""

    currency: str
    category_name: Callable[[str], Any]

    def money(self, amount_minor: int) -> str:
        return money.in_a_sentence(amount_minor, self.currency)

    def in_period(self, amount_minor: int, awards: Iterable[AwardRule]) -> str:
        """An amount over the period of awards, such as "£200 a year"."""
        years = {0 if award.period == "once" else award.years for award in awards}
        return over_years(self.money(amount_minor), years)

    def categories(self, codes: Sequence[str]) -> list[str]:
        return [str(self.category_name(code)) for code in codes]


def over_years(amount: str, lengths: set[int]) -> str:
    """`amount` over a period of so many years, 0 for one without an end; "for each award" where they differ."""
    if len(lengths) != 1:
        return gettext("{amount} for each award").format(amount=amount)
    [years] = lengths
    if years == 0:
        return gettext("{amount} in all").format(amount=amount)
    if years == 1:
        return gettext("{amount} a year").format(amount=amount)
    return ngettext("{amount} in {years} year", "{amount} in {years} years", years).format(amount=amount, years=years)


def days(count: int) -> str:
    """A number of days, in years where it is some."""
    if count and count % A_YEAR == 0:
        years = count // A_YEAR
        return ngettext("{years} year", "{years} years", years).format(years=locales.number(years))
    return ngettext("{days} day", "{days} days", count).format(days=locales.number(count))


def called(code: str) -> str:
    """A code as people say it: half_way is half way."""
    return code.replace("_", " ")


def hours(count: int) -> str:
    return ngettext("{hours} hour", "{hours} hours", count).format(hours=locales.number(count))


def paths_of(where: str, part: Any, *names: str) -> tuple[str, ...]:
    """The fields of a part of the rules that are found at `where`, or those `names` of them; a group's one by one."""
    found: list[str] = []
    for field in fields(part):
        if names and field.name not in names:
            continue
        value = getattr(part, field.name)
        path = f"{where}.{field.name}"
        found += paths_of(path, value) if isinstance(value, Who) else [path]
    return tuple(found)


def beside(sections: Iterable[Section], field: str) -> Sentence | None:
    """The sentence that an error in `field` belongs beside; None where none is near.

    It is the one about that very field, else the first about a part of it, else the first about what it is part of.
    """
    every = [sentence for section in sections for sentence in section.sentences]
    for is_near in (
        lambda path: path == field,
        lambda path: path.startswith((f"{field}.", f"{field}[")),
        lambda path: field.startswith((f"{path}.", f"{path}[")),
    ):
        for sentence in every:
            if any(is_near(path) for path in sentence.paths):
                return sentence
    return None

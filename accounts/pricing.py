"""Pricing: who pays what of a course's price, and why, line by line. Pure: it reads nothing and writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from accounts.rules import Band, Rules

# What each line says to the learner. Amounts are shown beside the sentence, in the reader's own way.
SENTENCES = {
    "price": _("Price of the course"),
    "rate": _("Your scheme pays {percent} % of it"),
    "no_band": _("Your scheme pays nothing towards this kind of course"),
    "cap": _("The most it pays towards such courses in your year, less what you have used"),
    "purse": _("What is left in your account"),
    "minimum_own": _("The least that everybody pays themselves"),
    "from_purse": _("From your account"),
    "own": _("You pay, by card"),
}

# Why a band is a learner's, by its code; a scheme whose bands have other codes shows the rate alone.
REASONS = {
    "out_of_work_benefits": _("because you get Income Support or Jobseeker's Allowance"),
    "in_work_benefits": _("because you get a tax credit, Housing Benefit or Council Tax Benefit"),
    "everybody": _("because you live in Wales and are qualified to level 2 or below"),
    "listed_it_and_maths": _("because this course is on the list of basic IT and maths"),
    "other_courses": _("because this course is not on the list of basic IT and maths"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic: an amount in minor units, and what it is."""

    code: str
    amount_minor: int
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]).format(**self.facts)

    @property
    def reason(self) -> str:
        return str(REASONS.get(self.facts.get("band", ""), ""))


@dataclass(frozen=True, slots=True)
class Split:
    """A price split between account and learner: `price_minor` = `from_purse_minor` + `own_minor`."""

    price_minor: int
    from_purse_minor: int
    own_minor: int
    band: str
    lines: tuple[Line, ...]

    def to_stored(self) -> list[dict[str, Any]]:
        """The lines as JSON, to be kept with what was decided on them."""
        return [{"code": line.code, "amount_minor": line.amount_minor, "facts": line.facts} for line in self.lines]

    @classmethod
    def from_stored(
        cls,
        *,
        price_minor: int,
        from_purse_minor: int,
        own_minor: int,
        band: str,
        lines: Sequence[Mapping[str, Any]],
    ) -> Split:
        """The split as it was kept."""
        return cls(price_minor, from_purse_minor, own_minor, band, tuple(Line(**line) for line in lines))


def split(
    *,
    price_minor: int,
    category: str,
    learner: Learner,
    rules: Rules,
    used_minor: Mapping[str, int],
    purse_minor: int,
    on: dt.date,
) -> Split:
    """Split a price of `price_minor` for this learner and a course of this category.

    rate x price, up to the band's ceiling for the period less `used_minor` of that band, up to what the purses
    hold, and leaving the learner at least the scheme's minimum. The scheme's share is rounded down to the penny, so
    that a rate is never more than it says.
    """
    lines = [Line("price", price_minor)]
    band = applicable_band(rules, learner, category)
    if band is None:
        lines += [Line("no_band", 0), Line("from_purse", 0), Line("own", price_minor)]
        return Split(price_minor, 0, price_minor, "", tuple(lines))
    pays = price_minor * band.rate_percent // 100
    lines.append(Line("rate", pays, {"percent": band.rate_percent, "band": band.code, "on": on.isoformat()}))
    left = max(0, band.cap_minor - used_minor.get(band.code, 0))
    if left < pays:
        pays = left
        lines.append(Line("cap", left, {"cap_minor": band.cap_minor}))
    if purse_minor < pays:
        pays = max(0, purse_minor)
        lines.append(Line("purse", pays))
    least = rules.price.minimum_own_minor
    if price_minor - pays < least:
        pays = max(0, price_minor - least)
        lines.append(Line("minimum_own", least))
    lines += [Line("from_purse", pays), Line("own", price_minor - pays)]
    return Split(price_minor, pays, price_minor - pays, band.code, tuple(lines))


def applicable_band(rules: Rules, learner: Learner, category: str) -> Band | None:
    """The first band of the scheme that this learner and this category of course come under."""
    for band in rules.price.bands:
        if band.benefits and not set(band.benefits) & set(learner.benefits):
            continue
        if band.categories and category not in band.categories:
            continue
        return band
    return None

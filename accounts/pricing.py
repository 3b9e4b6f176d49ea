"""Pricing: who pays what of a course's price, and why, line by line. Pure: it reads nothing and writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, to_locale
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit
from accounts.models import Learner
from accounts.rules import Band, Price, Rules

# What each line says to the learner. Amounts are shown beside the sentence, in the reader's own way.
SENTENCES = {
    "price": _("Price of the course"),
    "rate": _("{funder} pays {percent} % of it"),
    "no_band": _("Your scheme pays nothing towards this kind of course"),
    "cap": _("The most it pays towards such courses in your year, less what you have used"),
    "ceiling": _("The most it pays towards all your courses in your year, less what you have used"),
    "purse": _("What is left in your account"),
    "minimum_own": _("The least that everybody pays themselves"),
    "from_purse": _("From your account"),
    "own": _("You pay, by card"),
}

# Why a band is a learner's, where it asks for no benefit.
REASONS = {
    "listed": _("because this course is on the scheme's list"),
    "not_listed": _("because this course is not on the scheme's list"),
    "everybody": _("as it does for everybody in the scheme"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic: an amount in minor units, and what it is. Put in words when it is read."""

    code: str
    amount_minor: int
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What the amount is, in the reader's language."""
        facts = {**self.facts, "funder": self.facts.get("funder") or gettext("Your scheme")}
        return str(SENTENCES[self.code]).format(**facts)

    @property
    def reason(self) -> str:
        """Why, and since when; empty for a line that needs no reason."""
        words = []
        if benefits := self.facts.get("benefits"):
            words.append(because_of(benefits))
        if self.facts.get("why") in REASONS:
            words.append(str(REASONS[self.facts["why"]]))
        if since := self.facts.get("rule_of"):
            locale = to_locale(get_language() or settings.LANGUAGE_CODE)
            day = format_date(dt.date.fromisoformat(since), format="long", locale=locale)
            words.append(gettext("rule of {day}").format(day=day))
        return "; ".join(words)


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
    funder: str = "",
    rule_of: dt.date | None = None,
) -> Split:
    """Split a price of `price_minor` for this learner and a course of this category.

    rate x price, up to the band's ceiling for the period less `used_minor` of that band, up to the scheme's ceiling
    over all bands less what was used of all, up to what the purses hold, and leaving the learner at least the scheme's
    minimum, or the price where that is less. The scheme's share is rounded down to the penny, so that a rate is never
    more than it says. Each limit that binds is a line.

    Amounts are minor units. `funder` and `rule_of`, the first day of the rules, are for the explanation alone. Raises
    ValueError for a price that is negative.
    """
    if price_minor < 0:
        raise ValueError("a price is not negative")
    lines = [Line("price", price_minor)]
    band = applicable_band(rules, learner, category)
    if band is None:
        lines += [Line("no_band", 0), Line("from_purse", 0), Line("own", price_minor)]
        return Split(price_minor, 0, price_minor, "", tuple(lines))
    pays = price_minor * band.rate_percent // 100
    facts = {"percent": band.rate_percent, "band": band.code, "on": on.isoformat(), "funder": funder}
    facts |= _why(band, rules.price, learner) | ({"rule_of": rule_of.isoformat()} if rule_of else {})
    lines.append(Line("rate", pays, facts))
    for limit in _limits(band, rules.price, used_minor, purse_minor):
        if limit.amount_minor < pays:
            pays = limit.amount_minor
            lines.append(limit)
    least = min(rules.price.minimum_own_minor, price_minor)
    if price_minor - pays < least:
        pays = price_minor - least
        lines.append(Line("minimum_own", least))
    lines += [Line("from_purse", pays), Line("own", price_minor - pays)]
    return Split(price_minor, pays, price_minor - pays, band.code, tuple(lines))


def because_of(benefits: Sequence[str]) -> str:
    """Why a band is somebody's who gets these benefits, in the reader's language."""
    labels = [str(Benefit(code).label) for code in benefits]
    return gettext("because you get {benefits}").format(benefits=get_text_list(labels, gettext("and")))


def applicable_band(rules: Rules, learner: Learner, category: str) -> Band | None:
    """The first band of the scheme that this learner and this category of course come under."""
    for band in rules.price.bands:
        if band.benefits and not set(band.benefits) & set(learner.benefits):
            continue
        if band.categories and category not in band.categories:
            continue
        return band
    return None


def _limits(band: Band, price: Price, used_minor: Mapping[str, int], purse_minor: int) -> list[Line]:
    """The most that the scheme can pay, for each thing that limits it; never less than nothing."""
    used = used_minor.get(band.code, 0)
    limits = [Line("cap", max(0, band.cap_minor - used), {"cap_minor": band.cap_minor, "used_minor": used})]
    if (ceiling := price.annual_ceiling_minor) is not None:
        used = sum(used_minor.values())
        limits.append(Line("ceiling", max(0, ceiling - used), {"ceiling_minor": ceiling, "used_minor": used}))
    return [*limits, Line("purse", max(0, purse_minor))]


def _why(band: Band, price: Price, learner: Learner) -> dict[str, Any]:
    """What made this band the learner's: their benefits, the course, or nothing in particular."""
    why: dict[str, Any] = {}
    if band.benefits:
        why["benefits"] = [code for code in band.benefits if code in learner.benefits]
    if band.categories:
        why["why"] = "listed"
    elif any(other.categories for other in price.bands):
        why["why"] = "not_listed"
    elif not band.benefits:
        why["why"] = "everybody"
    return why

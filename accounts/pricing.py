"""Pricing: who pays what of a course's price, and why, line by line. Pure: it reads nothing and writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Circumstances
from accounts.earmarks import Earmark
from accounts.eligibility import believed, belongs
from accounts.entitling import NEVER
from accounts.rules import Band, Price, Rules
from accounts.rules.shape import EVERYBODY
from accounts.spending import Contents, payable, takes
from accounts.wording.lists import all_of
from config import locales

# What each line says to the learner. Amounts are shown beside the sentence, in the reader's own way.
SENTENCES = {
    "price": _("Price of the course"),
    "rate": _("{funder} pays {percent} of it"),
    "other_aid": _("You get from elsewhere for this course, and pay in with your share"),
    "fee": _("The fixed part that you pay yourself"),
    "fee_waived": _("You do not pay the fixed part"),
    "advice": _("You talked to an adviser, so {funder} pays more"),
    "no_band": _("Your scheme pays nothing towards this kind of course"),
    "cap": _("The most it pays towards such courses in your year, less what you have used"),
    "ceiling": _("The most it pays towards all your courses in your year, less what you have used"),
    "per_hour": _("The most it pays for the {hours} hours of the course"),
    "hours_unknown": _("It pays by the hour, and the provider has not said how many hours there are"),
    "courses": _("Your account has paid for as many courses as it may"),
    "purse": _("What is left in your account for this course"),
    "minimum_own": _("The least that everybody pays themselves"),
    "part": _("From your purse that lasts until {until}"),
    "part_sponsored": _("From what your sponsor put in, until {until}"),
    "part_without_end": _("From your purse that does not expire"),
    "course_from_purse": _("From your account for the course"),
    "extra": _("With it: {title}"),
    "extra_part": _("From your purse for {what}, until {until}"),
    "extra_sponsored": _("From what your sponsor put in for {what}, until {until}"),
    "extra_without_end": _("From your purse for {what} that does not expire"),
    "extra_rest": _("What is left of it, you pay yourself"),
    "extra_own": _("You have no money set apart for {what}, so you pay it yourself"),
    "total": _("All of it together"),
    "from_purse": _("From your account"),
    "own": _("You pay, by card"),
}

# Why a band is a learner's, where it asks for no benefit.
REASONS = {
    "listed": _("because this course is on the scheme's list"),
    "not_listed": _("because this course is not on the scheme's list"),
    "everybody": _("as it does for everybody in the scheme"),
    "group": _("because of your circumstances"),
    "kind": _("from an award that is for this"),
    "exempt": _("because of your circumstances"),
    "sponsored": _("because your sponsor has put money in"),
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
        if until := self.facts.get("until"):
            facts["until"] = locales.written_day(until)
        if earmark := self.facts.get("earmark"):
            facts["what"] = str(Earmark(earmark).label).lower()
        if percent := self.facts.get("percent"):
            facts["percent"] = locales.percent(percent)
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
            words.append(gettext("rule of {day}").format(day=locales.written_day(since)))
        return "; ".join(words)


@dataclass(frozen=True, slots=True)
class Extra:
    """Something wanted with a course, and how much of it the purses pay that are earmarked for it, in minor units.

    `id` names it to whoever asks.
    """

    id: Any
    earmark: str
    title: str
    price_minor: int
    from_purse_minor: int = 0

    @property
    def own_minor(self) -> int:
        return self.price_minor - self.from_purse_minor


@dataclass(frozen=True, slots=True)
class Split:
    """A price split between account and learner: `price_minor` = `from_purse_minor` + `own_minor`.

    `extras` are what comes with the course; their prices, and what is paid of them, are part of these amounts.
    """

    price_minor: int
    from_purse_minor: int
    own_minor: int
    band: str
    lines: tuple[Line, ...]
    extras: tuple[Extra, ...] = ()

    @property
    def course_minor(self) -> int:
        """The price of the course alone."""
        return self.price_minor - sum(extra.price_minor for extra in self.extras)

    @property
    def from_earmarks(self) -> dict[str, int]:
        """How much is to come from purses of which earmark; "" for what pays the course."""
        wanted = {"": self.from_purse_minor - sum(extra.from_purse_minor for extra in self.extras)}
        for extra in self.extras:
            wanted[extra.earmark] = wanted.get(extra.earmark, 0) + extra.from_purse_minor
        return wanted

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
        extras: Iterable[Extra] = (),
    ) -> Split:
        """The split as it was kept."""
        said = tuple(Line(**line) for line in lines)
        return cls(price_minor, from_purse_minor, own_minor, band, said, tuple(extras))


def split(
    *,
    price_minor: int,
    category: str,
    learner: Circumstances,
    rules: Rules,
    contents: Sequence[Contents],
    used_minor: Mapping[str, int],
    on: dt.date,
    hours: int | None = None,
    consulted: bool = False,
    other_aid_minor: int = 0,
    funder: str = "",
    rule_of: dt.date | None = None,
) -> Split:
    """Split a price of `price_minor` for this learner and a course of this category.

    (price - other aid - fixed fee) x rate, and the advice incentive of somebody who was `consulted`; up to the band's
    ceiling for the period less `used_minor` of that band, up to what it pays for `hours`, up to the scheme's ceiling
    over all bands less what was used of all, up to what the purses in `contents` that may pay for it hold, and leaving
    the learner at least the minimum, or what is left of the price where that is less. The scheme's share is rounded
    down to the penny, so that a rate is never more than it says. Each limit that binds is a line.

    Amounts are minor units. `other_aid_minor` counts where the rules say that it does, and is part of what the learner
    pays in. `funder` and `rule_of`, the first day of the rules, are for the explanation alone. Raises ValueError for
    an amount that is negative.
    """
    if price_minor < 0 or other_aid_minor < 0:
        raise ValueError("a price is not negative, nor is what others give")
    learner = believed(learner, rules.proofs, on)
    lines = [Line("price", price_minor)]
    band = applicable_band(rules, learner, category, contents, on)
    if band is None:
        lines += [Line("no_band", 0), Line("from_purse", 0), Line("own", price_minor)]
        return Split(price_minor, 0, price_minor, "", tuple(lines))
    paying = payable(contents, kinds=band.awards, category=category)
    rest = price_minor
    if rules.price.reduced_by_other_aid and other_aid_minor:
        rest -= (aid := min(other_aid_minor, rest))
        lines.append(Line("other_aid", aid))
    fee = _fee(rules.price, learner, paying, rest, on)
    lines += fee
    pays = (rest - sum(line.amount_minor for line in fee)) * band.rate_percent // 100
    facts = {"percent": band.rate_percent, "band": band.code, "on": on.isoformat(), "funder": funder}
    facts |= _why(band, rules.price, learner) | ({"rule_of": rule_of.isoformat()} if rule_of else {})
    lines.append(Line("rate", pays, facts))
    if consulted and (saved := min(rules.price.advice_incentive_minor, rest - pays)):
        pays += saved
        lines.append(Line("advice", saved, {"funder": funder}))
    for limit in _limits(band, rules.price, used_minor, hours, paying, contents):
        if limit.amount_minor < pays:
            pays = limit.amount_minor
            lines.append(limit)
    minimum = rules.price.minimum_own_minor if band.minimum_own_minor is None else band.minimum_own_minor
    if rest - pays < (least := min(minimum, rest)):
        pays = rest - least
        lines.append(Line("minimum_own", least))
    lines += [*_parts(paying, pays), Line("from_purse", pays), Line("own", price_minor - pays)]
    return Split(price_minor, pays, price_minor - pays, band.code, tuple(lines))


def because_of(benefits: Sequence[str]) -> str:
    """Why a band is somebody's who gets these benefits, in the reader's language."""
    labels = [str(Benefit(code).label) for code in benefits]
    return gettext("because you get {benefits}").format(benefits=all_of(labels))


def applicable_band(
    rules: Rules, learner: Circumstances, category: str, contents: Sequence[Contents], on: dt.date
) -> Band | None:
    """The first band that this learner, this category of course and the money they hold come under.

    Ask of somebody `believed`.
    """
    for band in rules.price.bands:
        if band.categories and category not in band.categories:
            continue
        if not belongs(learner, band.who, on):
            continue
        if band.awards and not any(
            one.kind in band.awards and one.left_minor > 0 and one.pays_for(category) for one in contents
        ):
            continue
        return band
    return None


def _fee(price: Price, learner: Circumstances, paying: Sequence[Contents], rest: int, on: dt.date) -> list[Line]:
    """The participation fee as a line, or that it is not paid; nothing where there is none."""
    if not price.fee_minor:
        return []
    facts = {"fee_minor": price.fee_minor}
    if any(belongs(learner, who, on) for who in price.fee_exempt):
        return [Line("fee_waived", 0, facts | {"why": "exempt"})]
    if price.fee_waived_by_sponsor and any(one.sponsored and one.left_minor > 0 for one in paying):
        return [Line("fee_waived", 0, facts | {"why": "sponsored"})]
    return [Line("fee", min(price.fee_minor, rest), facts)]


def _limits(
    band: Band,
    price: Price,
    used_minor: Mapping[str, int],
    hours: int | None,
    paying: Sequence[Contents],
    contents: Sequence[Contents],
) -> list[Line]:
    """The most that the scheme can pay, for each thing that limits it; never less than nothing."""
    limits = []
    if band.cap_minor is not None:
        used = used_minor.get(band.code, 0)
        limits.append(Line("cap", max(0, band.cap_minor - used), {"cap_minor": band.cap_minor, "used_minor": used}))
    if band.per_hour_minor is not None:
        if hours is None:
            limits.append(Line("hours_unknown", 0))
        else:
            limits.append(Line("per_hour", band.per_hour_minor * hours, {"hours": hours}))
    if (ceiling := price.annual_ceiling_minor) is not None:
        used = sum(used_minor.values())
        limits.append(Line("ceiling", max(0, ceiling - used), {"ceiling_minor": ceiling, "used_minor": used}))
    left = sum(max(0, one.left_minor) for one in paying)
    used_up = not left and any(one.courses_left == 0 and one.left_minor > 0 for one in contents)
    return [*limits, Line("courses" if used_up else "purse", left)]


def _parts(paying: Sequence[Contents], pays: int) -> list[Line]:
    """What each purse gives, where several do, in the order in which they are spent."""
    given = takes(paying, pays)
    if len(given) < 2:
        return []
    return [Line(_part(one), amount, {"until": one.expires_on.isoformat(), "kind": one.kind}) for one, amount in given]


def _part(one: Contents) -> str:
    if one.expires_on == NEVER:
        return "part_without_end"
    return "part_sponsored" if one.sponsored else "part"


def _why(band: Band, price: Price, learner: Circumstances) -> dict[str, Any]:
    """What made this band the learner's: their benefits, the course, or nothing in particular."""
    why: dict[str, Any] = {}
    if band.who.benefits:
        why["benefits"] = [code for code in band.who.benefits if code in learner.benefits]
    elif band.who != EVERYBODY:
        why["why"] = "group"
    if band.categories:
        why["why"] = "listed"
    elif band.awards:
        why["why"] = "kind"
    elif any(other.categories for other in price.bands):
        why["why"] = "not_listed"
    elif band.who == EVERYBODY:
        why["why"] = "everybody"
    return why

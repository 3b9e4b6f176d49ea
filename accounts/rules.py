"""A scheme's rules as data: read from JSON with every mistake named, and frozen."""

from __future__ import annotations

import re
import types
import typing
from collections import Counter
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Employment, Residence
from config.refusals import Refusal, Sentence

MOST = 10**15
LONGEST_DAYS = 36_500
_CODE = re.compile(r"[a-z0-9_]{1,40}")
_CATEGORY = re.compile(r"[0-9]{4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class RulesInvalid(Refusal):
    """`field` is the path of what is wrong, such as `price.bands[1].rate_percent`."""

    code = "rules_invalid"
    status = 422
    says = _("These rules cannot be used: {where}: {why}")
    do = _("Correct that line and try again. Nothing was changed.")


def _wrong(where: str, why: Sentence) -> RulesInvalid:
    return RulesInvalid(field=where, where=where, why=why)


@dataclass(frozen=True, slots=True)
class Who:
    """Who may have an account. An empty list, or nothing, asks nothing; of a list, any one is enough."""

    residence: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    qualification_level_at_most: int | None = None
    employment: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    income_at_most_minor: int | None = None


@dataclass(frozen=True, slots=True)
class AwardRule:
    """How much, how often, and for how long it can be spent.

    A rolling year begins with the award, or on the day of `first_use`: then the purse lives `purse_days` from that
    day on, and `unused_days` from the award as long as it is not used. Money that a voucher returns up to
    `grace_days` after a purse's last day goes back into it.
    """

    amount_minor: int
    period: Literal["once", "calendar_year", "rolling_year"]
    purse_days: int
    year_from: Literal["award", "first_use"] = "award"
    unused_days: int | None = None
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """A share of the price that the scheme pays, up to a ceiling over the period of the award.

    It applies to a learner who gets any of `benefits` and a course in any of `categories` (ISCED-F detailed
    fields); empty lists ask nothing. Of several bands that apply, the first counts.
    """

    code: str
    rate_percent: int
    cap_minor: int
    benefits: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """The bands, the ceiling over all of them in the period of the award, and what everybody pays at least."""

    bands: tuple[Band, ...]
    annual_ceiling_minor: int | None = None
    minimum_own_minor: int = 0


@dataclass(frozen=True, slots=True)
class AdviserPolicy:
    """How far an adviser's word goes; `structured` above an amount from the account, where one is named."""

    policy: Literal["open", "guided", "structured"]
    answer_within_hours: int
    structured_above_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone of each delivery, and the percentage of the price it is worth."""

    code: str
    title: str
    percent: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """The windows of a voucher's life, and its milestones. The first milestone is always the start."""

    lapse_hours: int
    accept_days: int
    confirm_days: int
    cooling_off_days: int
    expire_days_after_end: int
    milestones: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    who: Who
    award: AwardRule
    price: Price
    adviser: AdviserPolicy
    delivery: Delivery


def parse(data: Any) -> Rules:
    """The rules in `data`. Raises RulesInvalid naming the first field that is unknown, missing, of the wrong
    kind, or contradicts another."""
    rules: Rules = read(Rules, data)
    _check_who(rules.who)
    _check_award(rules.award)
    _check_price(rules.price)
    _check_adviser(rules.adviser)
    _check_delivery(rules.delivery)
    return rules


def read(kind: Any, data: Any) -> Any:
    """`data` as the dataclass `kind`, its fields exactly; the first thing wrong is named with its path.

    Raises RulesInvalid.
    """
    return _read(kind, data, "rules")


def _check_who(who: Who) -> None:
    _among("who.residence", who.residence, Residence.values)
    _among("who.employment", who.employment, [code for code in Employment.values if code])
    _among("who.benefits", who.benefits, Benefit.values)
    for name in ("age_from", "age_to"):
        _within(f"who.{name}", getattr(who, name), 0, 150)
    _within("who.qualification_level_at_most", who.qualification_level_at_most, 0, 8)
    _within("who.income_at_most_minor", who.income_at_most_minor, 0, MOST)
    if who.age_from is not None and who.age_to is not None and who.age_to < who.age_from:
        raise _wrong("who.age_to", _("it is below who.age_from, so nobody could be eligible"))


def _check_award(award: AwardRule) -> None:
    _within("award.amount_minor", award.amount_minor, 1, MOST)
    _within("award.purse_days", award.purse_days, 1, LONGEST_DAYS)
    _within("award.unused_days", award.unused_days, 1, LONGEST_DAYS)
    _within("award.grace_days", award.grace_days, 0, LONGEST_DAYS)
    if award.year_from == "first_use" and award.period != "rolling_year":
        raise _wrong("award.year_from", _("only a rolling year can begin with its first use"))
    if (award.year_from == "first_use") != (award.unused_days is not None):
        raise _wrong("award.unused_days", _("it is there when the year begins with its first use, and only then"))


def _check_price(price: Price) -> None:
    if not price.bands:
        raise _wrong("price.bands", _("without a band the scheme pays for nothing"))
    _within("price.annual_ceiling_minor", price.annual_ceiling_minor, 1, MOST)
    _within("price.minimum_own_minor", price.minimum_own_minor, 0, MOST)
    for place, band in enumerate(price.bands):
        where = f"price.bands[{place}]"
        _is_code(f"{where}.code", band.code)
        _within(f"{where}.rate_percent", band.rate_percent, 1, 100)
        _within(f"{where}.cap_minor", band.cap_minor, 1, MOST)
        _among(f"{where}.benefits", band.benefits, Benefit.values)
        for category in band.categories:
            if not _CATEGORY.fullmatch(category):
                raise _wrong(f"{where}.categories", _("a category is a detailed field of ISCED-F, such as 0611"))
        if price.annual_ceiling_minor is not None and band.cap_minor > price.annual_ceiling_minor:
            raise _wrong(f"{where}.cap_minor", _("it is above price.annual_ceiling_minor, so it is never reached"))
        if place and not (price.bands[place - 1].benefits or price.bands[place - 1].categories):
            raise _wrong(where, _("the band before it takes everybody and every course, so this one never counts"))
    if len({band.code for band in price.bands}) != len(price.bands):
        raise _wrong("price.bands", _("two bands have the same code"))


def _check_adviser(adviser: AdviserPolicy) -> None:
    _within("adviser.answer_within_hours", adviser.answer_within_hours, 1, LONGEST_DAYS * 24)
    _within("adviser.structured_above_minor", adviser.structured_above_minor, 0, MOST)
    if adviser.policy == "structured" and adviser.structured_above_minor is not None:
        raise _wrong("adviser.structured_above_minor", _("the policy is structured for every amount already"))


def _check_delivery(delivery: Delivery) -> None:
    _within("delivery.lapse_hours", delivery.lapse_hours, 1, LONGEST_DAYS * 24)
    for name in ("accept_days", "confirm_days", "expire_days_after_end"):
        _within(f"delivery.{name}", getattr(delivery, name), 1, LONGEST_DAYS)
    _within("delivery.cooling_off_days", delivery.cooling_off_days, 0, LONGEST_DAYS)
    steps = delivery.milestones
    if len(steps) < 2 or steps[0].code != "start":
        raise _wrong("delivery.milestones", _("there are at least two, and the first has the code start"))
    for place, step in enumerate(steps):
        _is_code(f"delivery.milestones[{place}].code", step.code)
        if not step.title.strip() or len(step.title) > 120 or _CONTROL.search(step.title):
            raise _wrong(f"delivery.milestones[{place}].title", _("a title has 1 to 120 characters, on one line"))
    if len({step.code for step in steps}) != len(steps):
        raise _wrong("delivery.milestones", _("two milestones have the same code"))
    if any(step.percent < 0 for step in steps) or sum(step.percent for step in steps) != 100:
        raise _wrong("delivery.milestones", _("their percentages are not negative and make 100"))


def _within(where: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise _wrong(where, str(_("it is from {least} to {most}")).format(least=least, most=most))


def _among(where: str, values: tuple[str, ...], known: list[str]) -> None:
    for value, times in Counter(values).items():
        if value not in known:
            raise _wrong(where, str(_("each is one of {known}")).format(known=", ".join(known)))
        if times > 1:
            raise _wrong(where, _("it names one thing twice"))


def _is_code(where: str, value: str) -> None:
    if not _CODE.fullmatch(value):
        raise _wrong(where, _("a code is up to 40 small letters, digits and underscores"))


def _read(kind: Any, value: Any, where: str) -> Any:
    """`value` as `kind`, one of the shapes this module uses."""
    if is_dataclass(kind):
        return _read_fields(kind, value, where)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        if value not in arguments:
            raise _wrong(where, str(_("it is one of {known}")).format(known=", ".join(arguments)))
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(where, _("it is a list"))
        return tuple(_read(arguments[0], item, f"{where}[{place}]") for place, item in enumerate(value))
    if origin is types.UnionType:
        return None if value is None else _read(arguments[0], value, where)
    if kind is Any:
        return value
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _wrong(where, _("it is a whole number") if kind is int else _("it is text"))
    return value


def _read_fields(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, _("it is an object"))
    hints = typing.get_type_hints(kind)
    path = "" if where == "rules" else f"{where}."
    if unknown := sorted(str(name) for name in value.keys() - hints.keys()):
        raise _wrong(f"{path}{unknown[0]}", _("no rule has this name"))
    for field in fields(kind):
        if field.name not in value and field.default is MISSING:
            raise _wrong(f"{path}{field.name}", _("it is missing"))
    return kind(**{name: _read(hints[name], item, f"{path}{name}") for name, item in value.items()})

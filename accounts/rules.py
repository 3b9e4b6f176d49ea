"""A scheme's rules as data: read from JSON with every mistake named, and frozen."""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal, TypeVar

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal

T = TypeVar("T")


class RulesInvalid(Refusal):
    """`field` is the path of what is wrong, such as `price.bands[1].rate_percent`."""

    code = "rules_invalid"
    status = 422
    says = _("These rules cannot be used: {where}: {why}")
    do = _("Correct that line and try again. Nothing was changed.")


def _wrong(where: str, why: str) -> RulesInvalid:
    return RulesInvalid(field=where, where=where, why=why)


@dataclass(frozen=True, slots=True)
class Who:
    """Who may have an account. An empty list, or nothing, asks nothing."""

    residence: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    qualification_level_at_most: int | None = None


@dataclass(frozen=True, slots=True)
class AwardRule:
    """How much, how often, and for how many days it can be spent."""

    amount_minor: int
    period: Literal["once", "calendar_year", "rolling_year"]
    purse_days: int


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
    bands: tuple[Band, ...]
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
    rules: Rules = _read(Rules, data, "rules")
    _check(rules)
    return rules


def _check(rules: Rules) -> None:
    who, price, delivery = rules.who, rules.price, rules.delivery
    if who.age_from is not None and who.age_to is not None and who.age_to < who.age_from:
        raise _wrong("who.age_to", "it is below who.age_from, so nobody could be eligible")
    if rules.award.amount_minor <= 0:
        raise _wrong("award.amount_minor", "an award is more than nothing")
    if not price.bands:
        raise _wrong("price.bands", "without a band the scheme pays for nothing")
    for place, band in enumerate(price.bands):
        if not 1 <= band.rate_percent <= 100:
            raise _wrong(f"price.bands[{place}].rate_percent", "a rate is from 1 to 100 per cent")
        if band.cap_minor <= 0:
            raise _wrong(f"price.bands[{place}].cap_minor", "a ceiling is more than nothing")
    if len({band.code for band in price.bands}) != len(price.bands):
        raise _wrong("price.bands", "two bands have the same code")
    if price.minimum_own_minor < 0:
        raise _wrong("price.minimum_own_minor", "a learner's own share is not negative")
    for name in ("lapse_hours", "accept_days", "confirm_days", "expire_days_after_end"):
        if getattr(delivery, name) <= 0:
            raise _wrong(f"delivery.{name}", "a window is more than nothing")
    if delivery.cooling_off_days < 0:
        raise _wrong("delivery.cooling_off_days", "a window is not negative")
    if len(delivery.milestones) < 2 or delivery.milestones[0].code != "start":
        raise _wrong("delivery.milestones", "there are at least two, and the first has the code start")
    if len({step.code for step in delivery.milestones}) != len(delivery.milestones):
        raise _wrong("delivery.milestones", "two milestones have the same code")
    if any(step.percent < 0 for step in delivery.milestones) or sum(s.percent for s in delivery.milestones) != 100:
        raise _wrong("delivery.milestones", "their percentages are not negative and make 100")
    if rules.adviser.answer_within_hours <= 0:
        raise _wrong("adviser.answer_within_hours", "a window is more than nothing")


def _read(kind: Any, value: Any, where: str) -> Any:
    """`value` as `kind`, one of the shapes this module uses; the first thing wrong is named with its path."""
    if is_dataclass(kind):
        return _read_fields(kind, value, where)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        if value not in arguments:
            raise _wrong(where, f"it is one of {', '.join(arguments)}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(where, "it is a list")
        return tuple(_read(arguments[0], item, f"{where}[{place}]") for place, item in enumerate(value))
    if origin is types.UnionType:
        return None if value is None else _read(arguments[0], value, where)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _wrong(where, "it is a whole number" if kind is int else "it is text")
    return value


def _read_fields(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, "it is an object")
    hints = typing.get_type_hints(kind)
    path = "" if where == "rules" else f"{where}."
    if unknown := sorted(value.keys() - hints.keys()):
        raise _wrong(f"{path}{unknown[0]}", "no rule has this name")
    for field in fields(kind):
        if field.name not in value and field.default is MISSING:
            raise _wrong(f"{path}{field.name}", "it is missing")
    return kind(**{name: _read(hints[name], item, f"{path}{name}") for name, item in value.items()})

"""Eligibility: whether a scheme's rules have room for a person, and every reason why not. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Employment, Residence
from accounts.models import Learner
from accounts.rules import Rules, Who

# What each criterion says to somebody who does not meet it. `places`, `work` and `benefits` are put in words when read.
SENTENCES = {
    "residence": _("It is for people who live in {places}."),
    "too_young": _("It is for people from the age of {age}."),
    "too_old": _("It is for people up to the age of {age}."),
    "qualified_above": _("It is for people qualified to level {level} or below."),
    "qualification_unknown": _("We need to know your highest qualification."),
    "employment": _("It is for people who are: {work}."),
    "employment_unknown": _("We need to know whether you work."),
    "benefits": _("It is for people who get one of these: {benefits}."),
    "income_above": _("It is for people whose income is no more than a ceiling, and yours is above it."),
    "income_unknown": _("We need to know your income."),
}
_LABELS = {"places": Residence, "work": Employment, "benefits": Benefit}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is not eligible."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]).format(**{name: _in_words(name, fact) for name, fact in self.facts.items()})


@dataclass(frozen=True, slots=True)
class Assessment:
    """`reasons` is all that speaks against; `met` names the criteria of the rules that the person meets."""

    reasons: tuple[Reason, ...]
    met: tuple[str, ...] = ()

    @property
    def eligible(self) -> bool:
        return not self.reasons


def assess(learner: Learner, rules: Rules, on: dt.date) -> Assessment:
    """Whether this learner may have an account under these rules on that day; not only the first reason, but all.

    What is not known about a person does not count for them, and they are told what to tell us.
    """
    judged = dict(_judge(learner, rules.who, on))
    return Assessment(
        reasons=tuple(reason for reason in judged.values() if reason),
        met=tuple(criterion for criterion, reason in judged.items() if reason is None),
    )


def _judge(learner: Learner, who: Who, on: dt.date) -> Iterator[tuple[str, Reason | None]]:
    """Each criterion that the rules have, by its name there, and why it is not met."""
    if who.residence:
        elsewhere = learner.residence not in who.residence
        yield "residence", Reason("residence", {"places": list(who.residence)}) if elsewhere else None
    if who.age_from is not None:
        too_young = learner.age(on) < who.age_from
        yield "age_from", Reason("too_young", {"age": who.age_from}) if too_young else None
    if who.age_to is not None:
        too_old = learner.age(on) > who.age_to
        yield "age_to", Reason("too_old", {"age": who.age_to}) if too_old else None
    if (level := who.qualification_level_at_most) is not None:
        yield "qualification_level_at_most", _qualified(learner.qualification_level, level)
    if who.employment:
        yield "employment", _employed(learner.employment, who.employment)
    if who.benefits:
        none = not set(who.benefits) & set(learner.benefits)
        yield "benefits", Reason("benefits", {"benefits": list(who.benefits)}) if none else None
    if (ceiling := who.income_at_most_minor) is not None:
        yield "income_at_most_minor", _earning(learner.income_minor, ceiling)


def _qualified(held: int | None, level: int) -> Reason | None:
    if held is None:
        return Reason("qualification_unknown")
    return Reason("qualified_above", {"level": level}) if held > level else None


def _employed(employment: str, wanted: Iterable[str]) -> Reason | None:
    if not employment:
        return Reason("employment_unknown")
    return None if employment in wanted else Reason("employment", {"work": list(wanted)})


def _earning(income_minor: int | None, ceiling: int) -> Reason | None:
    if income_minor is None:
        return Reason("income_unknown")
    return Reason("income_above") if income_minor > ceiling else None


def _in_words(name: str, fact: Any) -> Any:
    return _labels(name, fact) if name in _LABELS else fact


def _labels(name: str, codes: Iterable[str]) -> str:
    return ", ".join(str(_LABELS[name](code).label) for code in codes)

"""Eligibility: whether a scheme's rules have room for a person, and every reason why not. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Learner, Residence
from accounts.rules import Rules

SENTENCES = {
    "residence": _("It is for people who live in {places}."),
    "too_young": _("It is for people from the age of {age}."),
    "too_old": _("It is for people up to the age of {age}."),
    "qualified_above": _("It is for people qualified to level {level} or below."),
    "qualification_unknown": _("We need to know your highest qualification."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is not eligible."""

    code: str
    facts: dict[str, Any]

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]).format(**self.facts)


@dataclass(frozen=True, slots=True)
class Assessment:
    reasons: tuple[Reason, ...]

    @property
    def eligible(self) -> bool:
        return not self.reasons


def assess(learner: Learner, rules: Rules, on: dt.date) -> Assessment:
    """Whether this learner may have an account under these rules on that day; not only the first reason, but all."""
    who, reasons = rules.who, []
    if who.residence and learner.residence not in who.residence:
        places = ", ".join(str(Residence(place).label) for place in who.residence)
        reasons.append(Reason("residence", {"places": places}))
    if who.age_from is not None and learner.age(on) < who.age_from:
        reasons.append(Reason("too_young", {"age": who.age_from}))
    if who.age_to is not None and learner.age(on) > who.age_to:
        reasons.append(Reason("too_old", {"age": who.age_to}))
    level = who.qualification_level_at_most
    if level is not None and learner.qualification_level is None:
        reasons.append(Reason("qualification_unknown", {}))
    elif level is not None and learner.qualification_level is not None and learner.qualification_level > level:
        reasons.append(Reason("qualified_above", {"level": level}))
    return Assessment(tuple(reasons))

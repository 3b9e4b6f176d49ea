"""Examples: worked arithmetic that a scheme's file brings along, and that its rules have to agree with. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Circumstances, Criterion, Employment, Need, Residence
from accounts.eligibility import assess
from accounts.entitling import NEVER, entitlements, filled
from accounts.pricing import Split, split
from accounts.rules import MOST, Rules
from accounts.spending import Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a learner of an example buys."""

    price_minor: int
    category: str = ""
    hours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A person on a day, and what the rules give them; of what is left out nothing is expected.

    `says` is the example in its source's words. `holds` is what each kind of purse has in it when the course is
    bought, without which it is what the person is awarded that day; `bought` is how many courses were bought from each
    before. `used` is what was used of each band. Amounts are minor units.
    """

    says: str
    on: dt.date
    person: Circumstances
    published: bool = False
    held: Mapping[str, int] = field(default_factory=dict)
    verdict: Literal["eligible", "not", "not_yet", "unknown"] | None = None
    awards: Mapping[str, int] | None = None
    course: Course | None = None
    holds: Mapping[str, int] | None = None
    bought: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    sponsored_minor: int = 0
    consulted: bool = False
    other_aid_minor: int = 0
    from_account_minor: int | None = None
    own_minor: int | None = None


def mistakes(rules: Rules, example: Example) -> Iterator[tuple[str, str]]:
    """Each thing that the example says and that nobody can be, hold or buy under these rules."""
    person = example.person
    for name, codes, known in (
        ("residence", (person.residence,), ("", *Residence.values)),
        ("employment", (person.employment,), Employment.values),
        ("benefits", person.benefits, Benefit.values),
        ("needs", person.needs, Need.values),
        ("proven", tuple(person.proven), Criterion.values),
    ):
        if set(codes) - set(known):
            yield f"person.{name}", str(_("each is one of {known}")).format(known=", ".join(filter(None, known)))
    kinds, bands = {rule.code for rule in rules.awards}, {band.code for band in rules.price.bands}
    for name, known_here in (("held", kinds), ("awards", kinds), ("holds", kinds), ("bought", kinds), ("used", bands)):
        if set(getattr(example, name) or {}) - known_here:
            yield name, str(_("the rules name only {known}")).format(known=", ".join(sorted(known_here)))
    for where, number in _numbers(example):
        if not 0 <= number <= MOST:
            yield where, str(_("it is from {least} to {most}")).format(least=0, most=MOST)


def _numbers(example: Example) -> Iterator[tuple[str, int]]:
    for name in ("held", "awards", "holds", "bought", "used"):
        yield from ((f"{name}.{code}", number) for code, number in (getattr(example, name) or {}).items())
    course, person = example.course, example.person
    said = {
        "person.qualification_level": person.qualification_level,
        "person.income_minor": person.income_minor,
        "course.price_minor": course.price_minor if course else None,
        "course.hours": course.hours if course else None,
        "sponsored_minor": example.sponsored_minor,
        "other_aid_minor": example.other_aid_minor,
    }
    yield from ((where, number) for where, number in said.items() if number is not None)


def disagreements(rules: Rules, example: Example) -> Iterator[tuple[str, str]]:
    """Each thing that the example expects and the rules do not give, with what they give instead."""
    verdict = assess(example.person, rules, example.on).verdict
    if example.verdict is not None and example.verdict != verdict:
        yield "verdict", _rules_say(verdict)
    awarded = entitlements(rules, example.person, example.on, example.held)
    if example.awards is not None and dict(example.awards) != awarded:
        yield "awards", _rules_say(awarded)
    if example.course is None:
        if example.from_account_minor is not None or example.own_minor is not None:
            yield "course", str(_("it is missing"))
        return
    worked_out = priced(rules, example, awarded)
    if example.from_account_minor is not None and example.from_account_minor != worked_out.from_purse_minor:
        yield "from_account_minor", _rules_say(worked_out.from_purse_minor)
    if example.own_minor is not None and example.own_minor != worked_out.own_minor:
        yield "own_minor", _rules_say(worked_out.own_minor)


def priced(rules: Rules, example: Example, awarded: Mapping[str, int]) -> Split:
    """The price of the example's course, split as the page and the API would."""
    assert example.course is not None
    holds = awarded if example.holds is None else example.holds
    contents = filled(rules, holds, example.on, example.bought)
    if example.sponsored_minor:
        contents.append(
            Contents(purse="~", kind="", left_minor=example.sponsored_minor, expires_on=NEVER, sponsored=True)
        )
    return split(
        price_minor=example.course.price_minor,
        category=example.course.category,
        hours=example.course.hours,
        learner=example.person,
        rules=rules,
        contents=contents,
        used_minor=example.used,
        on=example.on,
        consulted=example.consulted,
        other_aid_minor=example.other_aid_minor,
    )


def _rules_say(value: object) -> str:
    return str(_("the rules come to {value}")).format(value=value)

"""Exploring: what each scheme on offer would give a person who only tells us about themselves. Pure; nothing is kept.

A stranger's word is taken for proven, and what they would have to show is listed beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from accounts.asking import groups_within
from accounts.circumstances import Circumstances, Criterion
from accounts.eligibility import Assessment, Reason, Verdict, assess, assess_group, believed
from accounts.entitling import amount, filled
from accounts.models import Scheme
from accounts.pricing import Split, split
from accounts.rules import AwardRule, Proof, Rules, Who
from accounts.spending import Contents

# Good news first.
_ORDER = (Verdict.ELIGIBLE, Verdict.NOT_YET, Verdict.UNKNOWN, Verdict.NOT)
EVERYTHING_PROVEN: dict[str, dt.date | None] = dict.fromkeys(Criterion.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """An award that a person would get, in minor units; `extra_minor` of it because of their circumstances."""

    rule: AwardRule
    amount_minor: int
    extra_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One scheme, as it looks to one person.

    `awards` are what they would get on the day `on`: today, or for somebody who is not eligible yet, the day from
    which they are. `could_rise` is what we need to know because it could make that more, or a course cheaper.
    `proofs` are those that they would be asked for.
    """

    scheme: Scheme
    rules: Rules
    person: Circumstances
    assessment: Assessment
    on: dt.date
    awards: tuple[Prospect, ...] = ()
    could_rise: tuple[Reason, ...] = ()
    proofs: tuple[Proof, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return self.assessment.verdict

    @property
    def eligible(self) -> bool:
        return self.assessment.eligible

    @property
    def worth_minor(self) -> int:
        """All the awards together, in minor units."""
        return sum(award.amount_minor for award in self.awards)

    @property
    def contents(self) -> list[Contents]:
        """What the purses would hold, each award in its own."""
        return filled(self.rules, {award.rule.code: award.amount_minor for award in self.awards}, self.on)

    def price(self, price_minor: int, *, category: str = "", hours: int | None = None) -> Split:
        """Who would pay what of a course, if it were the first that they buy. Raises ValueError below zero."""
        return split(
            price_minor=price_minor,
            category=category,
            hours=hours,
            learner=self.person,
            rules=self.rules,
            contents=self.contents,
            used_minor={},
            on=self.on,
            funder=self.scheme.funder_name,
        )


def explore(
    person: Circumstances,
    offered: Mapping[Scheme, Rules],
    on: dt.date,
    *,
    unsaid: Collection[str] = (),
    income_currency: str = "",
) -> list[Outlook]:
    """Each of the schemes `offered` as it looks to this person on that day: those they can have first, each by name.

    `unsaid` has those of benefits and needs that they left empty: rules take an empty list for none, and here it is
    not known. Their income is in `income_currency`, and not known to a scheme in another.
    """
    found = []
    for scheme, rules in offered.items():
        seen = replace(person, proven=EVERYTHING_PROVEN)
        if scheme.currency != income_currency:
            seen = replace(seen, income_minor=None)
        found.append(_outlook(scheme, rules, seen, on, unsaid))
    return sorted(found, key=lambda outlook: (_ORDER.index(outlook.verdict), outlook.scheme.name))


def _outlook(scheme: Scheme, rules: Rules, person: Circumstances, on: dt.date, unsaid: Collection[str]) -> Outlook:
    assessment = _doubted(assess(person, rules, on), rules.who, unsaid)
    day = assessment.from_day or on
    outlook = Outlook(scheme=scheme, rules=rules, person=person, assessment=assessment, on=day)
    if not assess(person, rules, day).eligible:
        return outlook
    return replace(
        outlook,
        awards=tuple(_prospects(rules, person, day)),
        could_rise=tuple(_merged(_could_rise(rules, person, day, unsaid))),
        proofs=tuple(proof for proof in rules.proofs if _matters(proof, person, day)),
    )


def _prospects(rules: Rules, person: Circumstances, on: dt.date) -> Iterator[Prospect]:
    for rule in rules.awards:
        if not assess_group(person, rule.who, (), on).eligible:
            continue
        if amount_minor := amount(rule, person, on):
            extra = max(0, amount_minor - rule.amount_minor)
            yield Prospect(rule=rule, amount_minor=amount_minor, extra_minor=extra)


def _could_rise(rules: Rules, person: Circumstances, on: dt.date, unsaid: Collection[str]) -> Iterator[Reason]:
    """Why it is not known whether somebody is of a group that gets more, or pays less."""
    for who in groups_within(rules):
        assessment = _doubted(assess_group(person, who, (), on), who, unsaid)
        if assessment.verdict == Verdict.UNKNOWN:
            yield from assessment.reasons


def _doubted(assessment: Assessment, who: Who, unsaid: Collection[str]) -> Assessment:
    """The same, where the rules alone would take nothing said for nothing there."""
    return replace(assessment, reasons=tuple(_doubt(reason, who, unsaid) for reason in assessment.reasons))


def _doubt(reason: Reason, who: Who, unsaid: Collection[str]) -> Reason:
    if reason.code in (Criterion.BENEFITS, Criterion.NEEDS) and reason.code in unsaid:
        return Reason(f"{reason.code}_unknown", reason.facts)
    if reason.code == "income_above" and who.benefits_instead_of_income and Criterion.BENEFITS in unsaid:
        return Reason("benefits_unknown", {"benefits": list(who.benefits_instead_of_income)})
    return reason


def _merged(reasons: Iterable[Reason]) -> list[Reason]:
    """One reason of each code, which names all that those of its code name."""
    found: dict[str, Reason] = {}
    for reason in reasons:
        before = found.get(reason.code, Reason(reason.code))
        facts = {
            name: [*dict.fromkeys([*before.facts.get(name, []), *fact])] if isinstance(fact, list) else fact
            for name, fact in reason.facts.items()
        }
        found[reason.code] = Reason(reason.code, facts)
    return list(found.values())


def _matters(proof: Proof, person: Circumstances, on: dt.date) -> bool:
    """Whether it would prove anything that this person says: nobody has to prove that they get no benefit."""
    unproven = replace(person, proven={})
    return believed(unproven, [proof], on) != unproven

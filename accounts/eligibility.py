"""Eligibility: whether a scheme's rules have room for a person, and every reason why not. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Circumstances, Criterion, Document, Employment, Need, Residence, birthday
from accounts.circumstances import age as age_of
from accounts.rules import Proof, Rules, Who
from config import locales


class Verdict(StrEnum):
    ELIGIBLE = "eligible"
    NOT = "not"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"


# What each criterion says to somebody who does not meet it, or of whom it is not known. Lists, days and documents
# are put in words when they are read.
SENTENCES = {
    "residence": _("It is for people who live in {places}."),
    "residence_unknown": _("We need to know where you live."),
    "too_young": _("It is for people from the age of {age}: you can have it from {from_day}."),
    "too_old": _("It is for people up to the age of {age}."),
    "age_unknown": _("We need to know your date of birth."),
    "qualified_above": _("It is for people qualified to level {level} or below."),
    "qualification_unknown": _("We need to know your highest qualification."),
    "employment": _("It is for people who are: {work}."),
    "employment_unknown": _("We need to know whether you work."),
    "benefits": _("It is for people who get one of these: {benefits}."),
    "benefits_unknown": _("We need to know whether you get one of these: {benefits}."),
    "needs": _("It is for people with one of these needs: {needs}."),
    "needs_unknown": _("We need to know whether you have one of these needs: {needs}."),
    "income_above": _("It is for people whose income is no more than a ceiling, and yours is above it."),
    "income_unknown": _("We need to know your income."),
    "proof": _("We need to see proof of this: {criterion}. For example {documents}."),
    "proof_lapsed": _("What we saw as proof of this is out of date: {criterion}. For example {documents} would do."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is not eligible, or not known to be."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        if self.code == "too_young":
            return Verdict.NOT_YET
        return Verdict.UNKNOWN if self.code.endswith("_unknown") or self.code.startswith("proof") else Verdict.NOT

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

    @property
    def verdict(self) -> Verdict:
        """What cannot change decides before what comes with time, and that before what we only have to be told."""
        found = {reason.verdict for reason in self.reasons}
        in_order = (Verdict.NOT, Verdict.NOT_YET, Verdict.UNKNOWN)
        return next((verdict for verdict in in_order if verdict in found), Verdict.ELIGIBLE)

    @property
    def from_day(self) -> dt.date | None:
        """Of somebody who is not eligible yet, the day from which they are."""
        days = [
            dt.date.fromisoformat(reason.facts["from_day"]) for reason in self.reasons if "from_day" in reason.facts
        ]
        return max(days) if self.verdict == Verdict.NOT_YET else None


def assess(learner: Circumstances, rules: Rules, on: dt.date) -> Assessment:
    """Whether this person may have an account under these rules on that day; not only the first reason, but all.

    What is not known about a person, or not proven where the rules want proof, does not count for them, and they are
    told what to tell or show us.
    """
    return assess_group(learner, rules.who, rules.proofs, on)


def assess_group(learner: Circumstances, who: Who, proofs: Sequence[Proof], on: dt.date) -> Assessment:
    """The same for one group of people: those of an award, or of a whole scheme."""
    wanted = {proof.criterion: proof for proof in proofs}
    met, against = [], []
    for name, criterion, reason in _judge(learner, who, on):
        reason = reason or _unproven(learner, wanted.get(criterion), on)
        if reason is None:
            met.append(name)
        else:
            against.append(reason)
    return Assessment(tuple(against), tuple(met))


def belongs(learner: Circumstances, who: Who, on: dt.date) -> bool:
    """Whether a person is known to be of a group. Ask of somebody `believed`."""
    return all(reason is None for _name, _criterion, reason in _judge(learner, who, on))


def believed(learner: Circumstances, proofs: Sequence[Proof], on: dt.date) -> Circumstances:
    """The person as far as what they say is proven on that day, where the rules want proof."""
    unproven = [proof.criterion for proof in proofs if not _is_proven(learner, proof.criterion, on)]
    return (
        replace(learner, **{_FIELDS[criterion]: _NOT_KNOWN[criterion] for criterion in unproven})
        if unproven
        else (learner)
    )


_FIELDS: dict[str, str] = {
    Criterion.AGE: "date_of_birth",
    Criterion.RESIDENCE: "residence",
    Criterion.QUALIFICATION: "qualification_level",
    Criterion.EMPLOYMENT: "employment",
    Criterion.BENEFITS: "benefits",
    Criterion.NEEDS: "needs",
    Criterion.INCOME: "income_minor",
}
_NOT_KNOWN: dict[str, Any] = {
    Criterion.AGE: None,
    Criterion.RESIDENCE: "",
    Criterion.QUALIFICATION: None,
    Criterion.EMPLOYMENT: "",
    Criterion.BENEFITS: (),
    Criterion.NEEDS: (),
    Criterion.INCOME: None,
}


def _judge(learner: Circumstances, who: Who, on: dt.date) -> Iterator[tuple[str, str, Reason | None]]:
    """Each criterion that a group has, by its name there and what would prove it, and why it is not met."""
    if who.residence:
        yield "residence", Criterion.RESIDENCE, _living(learner.residence, who.residence)
    if who.age_from is not None:
        yield "age_from", Criterion.AGE, _old_enough(learner.date_of_birth, who.age_from, on)
    if who.age_to is not None:
        yield "age_to", Criterion.AGE, _young_enough(learner.date_of_birth, who.age_to, on)
    if (level := who.qualification_level_at_most) is not None:
        yield "qualification_level_at_most", Criterion.QUALIFICATION, _qualified(learner.qualification_level, level)
    if who.employment:
        yield "employment", Criterion.EMPLOYMENT, _employed(learner.employment, who.employment)
    if who.benefits:
        none = not set(who.benefits) & set(learner.benefits)
        yield "benefits", Criterion.BENEFITS, Reason("benefits", {"benefits": list(who.benefits)}) if none else None
    if who.needs:
        none = not set(who.needs) & set(learner.needs)
        yield "needs", Criterion.NEEDS, Reason("needs", {"needs": list(who.needs)}) if none else None
    if (ceiling := who.income_at_most_minor) is not None:
        if set(who.benefits_instead_of_income) & set(learner.benefits):
            yield "benefits_instead_of_income", Criterion.BENEFITS, None
        else:
            yield "income_at_most_minor", Criterion.INCOME, _earning(learner.income_minor, ceiling)


def _living(residence: str, wanted: Iterable[str]) -> Reason | None:
    if not residence:
        return Reason("residence_unknown")
    return None if residence in wanted else Reason("residence", {"places": list(wanted)})


def _old_enough(born: dt.date | None, age: int, on: dt.date) -> Reason | None:
    if born is None:
        return Reason("age_unknown")
    day = birthday(born, age)
    return Reason("too_young", {"age": age, "from_day": day.isoformat()}) if on < day else None


def _young_enough(born: dt.date | None, age: int, on: dt.date) -> Reason | None:
    if born is None:
        return Reason("age_unknown")
    return Reason("too_old", {"age": age}) if age_of(born, on) > age else None


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


def _unproven(learner: Circumstances, proof: Proof | None, on: dt.date) -> Reason | None:
    if proof is None or _is_proven(learner, proof.criterion, on):
        return None
    code = "proof_lapsed" if proof.criterion in learner.proven else "proof"
    return Reason(code, {"criterion": str(proof.criterion), "documents": list(proof.documents)})


def _is_proven(learner: Circumstances, criterion: str, on: dt.date) -> bool:
    if criterion not in learner.proven:
        return False
    last_day = learner.proven[criterion]
    return last_day is None or on <= last_day


def _listed(labels: Any) -> Callable[[Iterable[str]], str]:
    return lambda codes: ", ".join(str(labels(code).label) for code in codes)


_WORDS: dict[str, Callable[[Any], str]] = {
    "places": _listed(Residence),
    "work": _listed(Employment),
    "benefits": _listed(Benefit),
    "needs": _listed(Need),
    "documents": _listed(Document),
    "criterion": lambda code: str(Criterion(code).label),
    "from_day": locales.written_day,
}


def _in_words(name: str, fact: Any) -> Any:
    return _WORDS[name](fact) if name in _WORDS else fact

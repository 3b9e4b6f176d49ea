"""Effects: what other rules would do to the people who have accounts in a scheme now. Reads, and writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from accounts.circumstances import Circumstances
from accounts.eligibility import assess
from accounts.entitling import entitlements, filled
from accounts.models import Evidence, Learner, Scheme
from accounts.pricing import split
from accounts.rules import Rules

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Course:
    """A course to compare prices by: minor units, and an ISCED-F detailed field or nothing."""

    price_minor: int
    category: str = ""


@dataclass(slots=True)
class Shift:
    """How many people get more, less or the same of something, and what all of them get, in minor units."""

    more: int = 0
    less: int = 0
    same: int = 0
    was_minor: int = 0
    becomes_minor: int = 0

    def count(self, was_minor: int, becomes_minor: int) -> None:
        self.more += becomes_minor > was_minor
        self.less += becomes_minor < was_minor
        self.same += becomes_minor == was_minor
        self.was_minor += was_minor
        self.becomes_minor += becomes_minor


@dataclass(slots=True)
class Effect:
    """Of `people` with an account: who would no longer get an award, or would anew; `award` is what the next award of
    all kinds comes to, `courses` what the account pays of each course from a full award."""

    people: int = 0
    no_longer: int = 0
    anew: int = 0
    award: Shift = field(default_factory=Shift)
    courses: dict[Course, Shift] = field(default_factory=dict)


def effect(scheme: Scheme, was: Rules, becomes: Rules, on: dt.date, courses: Sequence[Course] = ()) -> Effect:
    """What `becomes` would do on that day, instead of `was`, to everybody who has an account in the scheme.

    What they hold already stays as it is: it is the next award and the next course that are compared, as if nothing
    was held or used. At most two queries for each `CHUNK` people.
    """
    return compare(_people(scheme, [was, becomes]), was, becomes, on, courses)


def compare(
    people: Iterable[Circumstances], was: Rules, becomes: Rules, on: dt.date, courses: Sequence[Course] = ()
) -> Effect:
    """The same for any people. Pure."""
    found = Effect(courses={course: Shift() for course in courses})
    for person in people:
        before, after = assess(person, was, on).eligible, assess(person, becomes, on).eligible
        found.people += 1
        found.no_longer += before and not after
        found.anew += after and not before
        had, gets = entitlements(was, person, on), entitlements(becomes, person, on)
        found.award.count(sum(had.values()), sum(gets.values()))
        for course, shift in found.courses.items():
            shift.count(_paid(was, person, had, course, on), _paid(becomes, person, gets, course, on))
    return found


def _paid(rules: Rules, person: Circumstances, awards: dict[str, int], course: Course, on: dt.date) -> int:
    return split(
        price_minor=course.price_minor,
        category=course.category,
        learner=person,
        rules=rules,
        contents=filled(rules, awards, on),
        used_minor={},
        on=on,
    ).from_purse_minor


def _people(scheme: Scheme, rules: Sequence[Rules]) -> Iterator[Circumstances]:
    in_order = Learner.objects.filter(learning_accounts__scheme=scheme).order_by("pk")
    learners = list(in_order[:CHUNK])
    while learners:
        proven = Evidence.objects.proven([learner.pk for learner in learners], rules)
        yield from (learner.circumstances(proven.get(learner.pk)) for learner in learners)
        learners = list(in_order.filter(pk__gt=learners[-1].pk)[:CHUNK]) if len(learners) == CHUNK else []

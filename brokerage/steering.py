"""Steering: do an adviser's learners go to one provider more often than others' learners of the same subjects do?

It is a question for their lead, and no answer: a good course nearby looks the same.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import comb
from uuid import UUID

from django.db.models import Count

from brokerage.models import Adviser, GuidanceOrganisation, Request
from providers.models import Provider
from vouchers.track_records import ENOUGH

# Twice what would be expected, and so seldom by chance that of a thousand advisers one would show it.
TWICE, SELDOM = 2, 0.001


@dataclass(frozen=True, slots=True)
class Pair:
    """Of `courses` that an adviser's learners bought, `there` were of one provider; `expected` is how many would be if
    they had gone where other advisers' learners of the same subjects went."""

    adviser: Adviser
    provider: Provider
    courses: int
    there: int
    expected: float

    @property
    def asks_for_a_look(self) -> bool:
        if self.there < ENOUGH or self.there < TWICE * self.expected:
            return False
        return at_least(self.there, self.courses, self.expected / self.courses) < SELDOM


def pairs(organisation: GuidanceOrganisation, since: dt.datetime) -> list[Pair]:
    """For each adviser of the organisation, by name, the provider with most above what would be expected.

    Left out is whoever's learners bought fewer than `ENOUGH` courses of subjects that others' learners bought too.
    Three queries.
    """
    bought: Counter[tuple[UUID, str, UUID]] = Counter()
    rows = Request.objects.filter(submitted_at__gt=since, voucher__isnull=False, adviser__isnull=False).order_by()
    for adviser, category, provider, number in rows.values_list(
        "adviser", "run__course__category", "run__course__provider"
    ).annotate(Count("pk")):
        bought[adviser, category, provider] += number
    whole: Counter[tuple[str, UUID]] = Counter()
    for (_adviser, category, provider), number in bought.items():
        whole[category, provider] += number
    advisers = {adviser.pk: adviser for adviser in organisation.advisers.select_related("user").order_by("user__name")}
    found = []
    for pk in advisers:
        mine = Counter({(category, to): number for (by, category, to), number in bought.items() if by == pk})
        others = whole - mine
        if best := _most_above(mine, others):
            found.append((pk, best))
    named = Provider.objects.in_bulk([provider for _pk, (provider, *_numbers) in found])
    return [
        Pair(advisers[pk], named[provider], courses, there, expected)
        for pk, (provider, courses, there, expected) in found
    ]


def at_least(there: int, courses: int, share: float) -> float:
    """How likely so many or more of so many are, each with this chance by itself."""
    return sum(comb(courses, n) * share**n * (1 - share) ** (courses - n) for n in range(there, courses + 1))


def _most_above(
    mine: Counter[tuple[str, UUID]], others: Counter[tuple[str, UUID]]
) -> tuple[UUID, int, int, float] | None:
    """(provider, courses, there, expected) of the one that is most above; of subjects that others bought too."""
    by_subject: Counter[str] = Counter()
    for (category, _provider), number in others.items():
        by_subject[category] += number
    compared = {key: number for key, number in mine.items() if by_subject[key[0]]}
    courses = sum(compared.values())
    if courses < ENOUGH:
        return None
    there: Counter[UUID] = Counter()
    in_subject: Counter[str] = Counter()
    for (category, provider), number in compared.items():
        there[provider] += number
        in_subject[category] += number
    expected: defaultdict[UUID, float] = defaultdict(float)
    for (category, provider), number in others.items():
        expected[provider] += in_subject[category] * number / by_subject[category]
    provider = max(there, key=lambda each: (there[each] - expected[each], str(each)))
    return provider, courses, there[provider], expected[provider]

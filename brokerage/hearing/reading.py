"""Reading: what was said of guidance and what became of learners, in numbers from which nobody can be told apart.

The rule is that of `docs/choosing.md`: nothing of fewer than ten learners, shares in steps, numbers in whole tens.
Nothing here counts what was said of one adviser.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

import ledger
from accounts.models import Learner
from brokerage.hearing.asking import EVERY
from brokerage.hearing.models import Became, Destination, GuidanceFeedback, GuidanceRemark, Heard, Speaker
from brokerage.models import GuidanceOrganisation
from brokerage.scoring import PERIOD, held_back
from vouchers.track_records import ENOUGH, MOST_REMARKS, Share, in_steps, share


@dataclass(frozen=True, slots=True)
class GuidanceRecord:
    """How many of those who answered felt listened to, understood what they can do, and were helped to decide.

    None is held back, because there are too few; it is all three, since everybody answers all.
    """

    listened: Share | None = None
    understood: Share | None = None
    helped: Share | None = None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What at least `of` learners did half a year after a course, in per cent, None where they are few; and how many
    of them the course helped."""

    of: int
    told: Sequence[tuple[Became, int | None]]
    helped: Share | None


def asked_of(learner: Learner, now: dt.datetime) -> QuerySet[GuidanceFeedback]:
    """What of guidance the learner is asked and can answer."""
    return GuidanceFeedback.objects.filter(learner=learner, state=Heard.ASKED, asked_at__gt=now - EVERY).select_related(
        "organisation"
    )


def destinations_of(learner: Learner, now: dt.datetime) -> QuerySet[Destination]:
    """After which courses the learner is asked what became of them, and can answer."""
    asked = Destination.objects.filter(voucher__learner=learner, state=Heard.ASKED, asked_at__gt=now - EVERY)
    return asked.select_related("voucher__run__course").order_by("asked_at", "pk")


def guidance_records(organisations: Iterable[GuidanceOrganisation]) -> dict[UUID, GuidanceRecord]:
    """The record of each over the last year. A learner counts once, with the latest they said. One query."""
    wanted = [each.pk for each in organisations]
    latest = _latest(wanted, ledger.now())
    rows = (
        GuidanceFeedback.objects.filter(pk__in=latest.values("pk"))
        .order_by()
        .values_list("organisation")
        .annotate(
            said=Count("pk"),
            listened=Count("pk", filter=Q(listened=True)),
            understood=Count("pk", filter=Q(understood=True)),
            helped=Count("pk", filter=Q(helped=True)),
        )
    )
    found = {
        organisation: GuidanceRecord(share(listened, said), share(understood, said), share(helped, said))
        for organisation, said, listened, understood, helped in rows
    }
    return {pk: found.get(pk, GuidanceRecord()) for pk in wanted}


def spoken_of(organisation: GuidanceOrganisation) -> bool:
    """Whether so many have answered about it that their words do not tell who wrote them."""
    return _latest([organisation.pk], ledger.now()).count() >= ENOUGH


def remarks_about(
    organisation: GuidanceOrganisation, record: GuidanceRecord
) -> list[tuple[GuidanceRemark, GuidanceRemark | None]]:
    """The latest words of learners that are shown, each with the organisation's answer where there is one.

    None where so few have answered that words could tell who wrote them. Two queries, or none.
    """
    if record.listened is None:
        return []
    shown = GuidanceRemark.objects.shown().filter(feedback__organisation=organisation)
    latest = list(shown.filter(by=Speaker.LEARNER)[:MOST_REMARKS])
    answers = {
        answer.feedback_id: answer
        for answer in shown.filter(by=Speaker.ORGANISATION, feedback__in=[remark.feedback_id for remark in latest])
    }
    return [(remark, answers.get(remark.feedback_id)) for remark in latest]


def pushed(organisation: GuidanceOrganisation) -> int:
    """How many learners said in the last year that somebody pushed them to one provider. For whoever leads alone.

    A flag, so few are told too; but only up to the end of the last month, so that nobody sees after which talk it rose.
    """
    now = ledger.now()
    month = dt.datetime.combine(ledger.today().replace(day=1), dt.time(), timezone.get_current_timezone())
    said = GuidanceFeedback.objects.answered().filter(
        organisation=organisation, pushed=True, answered_at__gt=now - PERIOD, answered_at__lt=month
    )
    return said.order_by().values("learner").distinct().count()


def what_became(courses: Iterable[UUID]) -> dict[UUID, Aftermath]:
    """What became of the learners of each of these courses of whom enough have said so. One query.

    Where one answer alone is of few, so is the next smallest, since the whole less the others would tell it.
    """
    counts: dict[UUID, dict[Became, int]] = defaultdict(lambda: dict.fromkeys(Became, 0))
    helped: dict[UUID, int] = defaultdict(int)
    told = Destination.objects.filter(state=Heard.ANSWERED, voucher__run__course__in=set(courses))
    for course, became, number, by_it in told.values_list("voucher__run__course", "became").annotate(
        number=Count("pk"), by_it=Count("pk", filter=Q(helped=True))
    ):
        counts[course][Became(became)] = number
        helped[course] += by_it
    return {
        course: _aftermath(by_answer, helped[course])
        for course, by_answer in counts.items()
        if sum(by_answer.values()) >= ENOUGH
    }


def _aftermath(by_answer: dict[Became, int], helped: int) -> Aftermath:
    of = sum(by_answer.values())
    shown = held_back({each.value: number for each, number in by_answer.items()})
    told = [(each, None if (number := shown[each]) is None else in_steps(number, of)) for each in Became]
    return Aftermath(of - of % 10, told, share(helped, of))


def _latest(organisations: list[UUID], now: dt.datetime) -> QuerySet[GuidanceFeedback, Any]:
    """The latest answer of each learner about each of these in the last year."""
    said = GuidanceFeedback.objects.answered().filter(organisation__in=organisations, answered_at__gt=now - PERIOD)
    return said.order_by("organisation", "learner", "-answered_at").distinct("organisation", "learner")

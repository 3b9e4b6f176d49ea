"""What became of earlier learners of a course, in numbers from which nobody can be told apart (`docs/choosing.md`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from vouchers.feedback import By, Feedback, Remark
from vouchers.models import Outcome, State, Voucher

# With fewer, whoever knows the class could tell what became of whom, or who said what.
ENOUGH = 10
# One learner more or less must not show: shares go in steps of so many per cent, numbers down to whole tens.
STEP = 5
MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class Share:
    """`percent` of at least `of` learners."""

    percent: int
    of: int


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How many of those who began a course completed it, and how many of those who said so would recommend it.

    None is held back, because there are too few.
    """

    completed: Share | None = None
    recommended: Share | None = None


def track_records(courses: Iterable[UUID]) -> dict[UUID, TrackRecord]:
    """The record of each of these courses, over all its runs. Two queries; every course asked for is in the answer.

    Of vouchers that are over and whose learner began. A voucher ended because something was wrong with the provider
    counts as one that was not completed, which it was not.
    """
    wanted = set(courses)
    began = Voucher.objects.filter(run__course__in=wanted, state=State.CLOSED, started_at__isnull=False).order_by()
    ended = {
        course: share(completed, number)
        for course, number, completed in began.values_list("run__course").annotate(
            number=Count("pk"), completed=Count("pk", filter=Q(outcome=Outcome.COMPLETED))
        )
    }
    said = {
        course: share(recommends, number)
        for course, number, recommends in Feedback.objects.filter(voucher__run__course__in=wanted)
        .order_by()
        .values_list("voucher__run__course")
        .annotate(number=Count("pk"), recommending=Count("pk", filter=Q(recommends=True)))
    }
    return {course: TrackRecord(ended.get(course), said.get(course)) for course in wanted}


def remarks_about(course: UUID, record: TrackRecord) -> list[tuple[Remark, Remark | None]]:
    """The latest words of learners of a course that are shown, each with the provider's answer where there is one.

    None where so few have answered that words could tell who wrote them. Two queries, or none.
    """
    if record.recommended is None:
        return []
    shown = Remark.objects.shown().filter(feedback__voucher__run__course=course)
    latest = list(shown.filter(by=By.LEARNER).select_related("feedback")[:MOST_REMARKS])
    answers = {
        answer.feedback_id: answer
        for answer in shown.filter(by=By.PROVIDER, feedback__in=[remark.feedback_id for remark in latest])
    }
    return [(remark, answers.get(remark.feedback_id)) for remark in latest]


def share(part: int, whole: int) -> Share | None:
    """The part of so many learners, so that none of them shows; None is held back. Pure."""
    if whole < ENOUGH:
        return None
    return Share(in_steps(part, whole), whole - whole % 10)


def in_steps(part: int, whole: int) -> int:
    """A share in per cent, in steps that hide one learner more or less. Pure."""
    return STEP * round(100 * part / whole / STEP)

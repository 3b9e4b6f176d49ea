"""Standing: how a provider's courses stand in its own eyes: on sale or why not, and from when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from config.refusals import Refusal
from providers import errors
from providers.feeds.plain_text import one_line
from providers.models import Accreditation, Course, CourseRun, Provider
from providers.sale import judge

_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """`run` is the next one on sale; where none is, the last one there is, of which `why_not` tells. None: no dates.

    `accredited` is the course's own accreditation; `runs` are those that are not withdrawn.
    """

    run: CourseRun | None
    why_not: Refusal | None
    accredited: bool
    runs: int

    @property
    def on_sale(self) -> bool:
        return self.why_not is None


def courses_of(
    provider: Provider, on: date, *, title: str = "", on_sale: bool | None = None, withdrawn: bool | None = None
) -> QuerySet[Course]:
    """The provider's own courses whose title, identifier or keywords have these words, narrowed as told."""
    courses = Course.objects.filter(provider=provider)
    for word in one_line(title).split()[:_MOST_WORDS]:
        courses = courses.filter(Q(title__icontains=word) | Q(identifier__icontains=word) | Q(keywords__icontains=word))
    if on_sale is not None:
        selling = Exists(CourseRun.objects.on_sale(on).filter(course=OuterRef("pk")))
        courses = courses.filter(selling if on_sale else ~selling)
    if withdrawn is not None:
        courses = courses.filter(withdrawn_at__isnull=not withdrawn)
    return courses.defer("search")


def standing_of(courses: Sequence[Course], on: date) -> dict[UUID, Standing]:
    """How each of these courses stands on that day. Two queries, however many."""
    each = CourseRun.objects.filter(course=OuterRef("pk"))
    next_one = CourseRun.objects.on_sale(on).filter(course=OuterRef("pk")).order_by("starts_on", "id")
    last_one = each.order_by(F("withdrawn_at").asc(nulls_first=True), "-starts_on", "-id")
    valid = Accreditation.objects.valid(on).filter(course=OuterRef("pk"))
    rows = (
        Course.objects.filter(pk__in=[course.pk for course in courses])
        .order_by()
        .annotate(
            next_run=Subquery(next_one.values("pk")[:1]),
            last_run=Subquery(last_one.values("pk")[:1]),
            is_accredited=Exists(valid),
            current_runs=Count("runs", filter=Q(runs__withdrawn_at=None)),
        )
        .values_list("pk", "next_run", "last_run", "is_accredited", "current_runs", "withdrawn_at")
    )
    found = list(rows)
    wanted = {next_run or last_run for _pk, next_run, last_run, *_rest in found} - {None}
    runs = {run.pk: run for run in CourseRun.objects.filter(pk__in=wanted).with_standing(on).order_by()}
    standing = {}
    for pk, next_run, last_run, accredited, current, withdrawn_at in found:
        run = runs.get(cast("Any", next_run or last_run))
        why_not: Refusal | None = (
            errors.RunWithdrawn() if withdrawn_at else errors.NoDatesYet() if not current else None
        )
        if why_not is None and run is not None:
            why_not = judge(run, on)
        standing[pk] = Standing(run if current else None, why_not, accredited, current)
    return standing

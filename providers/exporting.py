"""Exporting: the open catalogue as a feed that others can read, and that reads back to the same courses and runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import BitXor
from django.db.models import BigIntegerField, Count, Exists, F, Func, Max, OuterRef, Prefetch, TextField, Value
from django.db.models.functions import Concat

from ledger import now, today
from providers.feeds import schema_org_writing, xcri_writing
from providers.feeds.formats import Format
from providers.models import Course, CourseRun, RunExtra

COURSES = 200
Taught = tuple[Course, Sequence[CourseRun]]
Writer = Callable[[Iterator[Taught], datetime], Iterator[str]]

WRITERS: Mapping[str, Writer] = {Format.XCRI: xcri_writing.write, Format.SCHEMA_ORG: schema_org_writing.write}


@dataclass(frozen=True, slots=True)
class Edition:
    """What the open catalogue is at a moment: `mark` is another whenever anything of it is."""

    mark: str
    changed_at: datetime


def edition() -> Edition:
    """The open catalogue's edition. It changes with what providers publish, with who is accredited, and each day.
    Two queries."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    told = Concat(
        *(F("id"), F("published_at"), F("course__published_at")),
        *(F("course__provider__name"), Value(" "), F("course__provider__website")),
        output_field=TextField(),
    )
    listed = (
        CourseRun.objects.listed(today())
        .order_by()
        .aggregate(
            runs=Count("id"),
            mark=BitXor(Func(told, Value(0), function="hashtextextended", output_field=BigIntegerField())),
        )
    )
    last = CourseRun.objects.order_by().aggregate(
        *map(Max, ("published_at", "withdrawn_at", "course__published_at", "course__withdrawn_at"))
    )
    mark = hashlib.sha256(f"{today()} {listed['runs']} {listed['mark']}".encode()).hexdigest()[:32]
    return Edition(mark, max(filter(None, (midnight, *last.values()))))


def export(format: Format) -> Iterator[str]:
    """The open catalogue in XCRI-CAP 1.2 or as schema.org Courses, piece by piece: every run that a learner is shown
    today, at whatever price, with its course and provider. Three queries for each COURSES courses, but for the first.
    """
    return WRITERS[format](_courses(), edition().changed_at)


def _courses() -> Iterator[Taught]:
    listed = CourseRun.objects.listed(today())
    extras = Prefetch("extras", RunExtra.objects.offered())
    runs = Prefetch("runs", listed.select_related("venue").prefetch_related(extras), to_attr="open_runs")
    courses = (
        Course.objects.filter(Exists(listed.filter(course=OuterRef("pk"))))
        .select_related("provider")
        .defer("search")
        .prefetch_related(runs)
        .order_by("provider_id", "id")
    )
    for course in courses.iterator(chunk_size=COURSES):
        yield course, course.open_runs  # type: ignore[attr-defined]

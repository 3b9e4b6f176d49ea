"""Showing: a provider's own courses, runs, feeds and their sources as the API writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from api.showing import day, moment
from config.refusals import Refusal
from providers.categories import category_name
from providers.models import Course, CourseRun, FeedImport, FeedLine, FeedSource, RunExtra, Venue
from providers.publishing import version_of
from providers.sale import why_not_on_sale
from providers.standing import Standing, standing_of

Shown = dict[str, Any]


def courses(found: list[Course], on: date) -> list[Shown]:
    """Courses as they stand on that day: two queries."""
    standing = standing_of(found, on)
    return [_course(each, standing[each.pk]) for each in found]


def course(found: Course, on: date) -> Shown:
    """One course with all that its provider said of it: two queries."""
    return {**courses([found], on)[0], "description": found.description}


def with_details(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Runs with all that `runs_of` shows: two queries."""
    return runs.select_related("venue").prefetch_related("extras")


def runs_of(course: Course, found: list[CourseRun], on: date) -> list[Shown]:
    """Runs of this course that came `with_details`, as they stand on that day: one query."""
    why_not = why_not_on_sale(found, on)
    return [_run(course, each, why_not.get(each.pk)) for each in found]


def feed(found: FeedImport) -> Shown:
    counts = ("created", "changed", "unchanged", "withdrawn", "refused")
    refusal = {"code": found.refusal_code, "says": found.refusal} if found.refusal_code else None
    return {
        "id": str(found.pk),
        "name": found.source_name,
        "format": found.format or None,
        "whole": found.whole,
        "state": found.state,
        "received_at": moment(found.started_at),
        "finished_at": moment(found.finished_at),
        "counts": {name: getattr(found, name) for name in counts},
        "refusal": refusal,
    }


def line(found: FeedLine) -> Shown:
    return {
        "line": found.line,
        "kind": found.kind,
        "identifier": found.identifier,
        "outcome": found.outcome,
        "reason": found.reason or None,
    }


def source(found: FeedSource) -> Shown:
    return {
        "id": str(found.pk),
        "url": found.url,
        "format": found.format or None,
        "whole": found.whole,
        "every_hours": found.every_hours,
        "state": found.state,
        "next_check_at": moment(found.next_check_at) if found.state == FeedSource.State.ON else None,
        "last_checked_at": moment(found.last_checked_at),
        "outcome": found.outcome or None,
        "answer": found.answer or None,
        "failures": found.failures,
        "given_up_at": moment(found.given_up_at),
        "last_feed": str(found.last_import_id) if found.last_import_id else None,
    }


def _course(found: Course, standing: Standing) -> Shown:
    return {
        "id": str(found.pk),
        "identifier": found.identifier,
        "title": found.title,
        "summary": found.summary,
        "keywords": found.keywords,
        "level": found.level,
        "qualification": found.qualification,
        "url": found.url,
        "category": found.category or None,
        "category_name": str(category_name(found.category)) if found.category else None,
        "accredited": standing.accredited,
        "runs": standing.runs,
        "next_run": standing.run.identifier if standing.run and standing.on_sale else None,
        **_on_sale(standing.why_not),
        **_times(found),
    }


def _run(course: Course, found: CourseRun, why_not: Refusal | None) -> Shown:
    offered = [each for each in found.extras.all() if each.withdrawn_at is None]
    return {
        "id": str(found.pk),
        "course": course.identifier,
        "identifier": found.identifier,
        "starts_on": day(found.starts_on),
        "ends_on": day(found.ends_on),
        "apply_until": day(found.apply_until),
        "pricing": found.pricing,
        "price_minor": found.price_minor,
        "currency": found.currency,
        "price_note": found.price_note,
        "mode": found.mode,
        "pattern": found.pattern or None,
        "attendance_text": found.attendance_text,
        "places": found.places,
        "hours": found.hours,
        "venue": _venue(found.venue),
        "extras": [_extra(each) for each in offered],
        **_on_sale(why_not),
        **_times(found),
    }


def _venue(found: Venue | None) -> Shown | None:
    if found is None:
        return None
    return {"name": found.name, "street": found.street, "town": found.town, "postcode": found.postcode}


def _extra(found: RunExtra) -> Shown:
    return {"kind": found.earmark, "title": found.title, "price_minor": found.price_minor}


def _on_sale(why_not: Refusal | None) -> Shown:
    return {
        "on_sale": why_not is None,
        "why_not": None if why_not is None else {"code": why_not.code, "says": why_not.sentence},
    }


def _times(found: Course | CourseRun) -> Shown:
    return {
        "published_at": moment(found.published_at),
        "withdrawn_at": moment(found.withdrawn_at),
        "etag": version_of(found),
    }

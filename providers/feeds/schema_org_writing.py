"""The writer of schema.org Courses in JSON-LD: what `feeds.schema_org` reads, and search engines do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from config.money import major
from providers.feeds.schema_org import CONTEXT
from providers.listings import Mode, Pricing
from providers.models import Course, CourseRun, Provider, RunExtra, Venue

_MODES = {Mode.CLASSROOM: "onsite"}
Node = dict[str, Any]


def write(courses: Iterable[tuple[Course, Sequence[CourseRun]]], at: datetime) -> Iterator[str]:
    """A document that lists these courses with their runs, made at that time; in pieces."""
    made = json.dumps(at.isoformat(timespec="seconds"))
    yield f'{{"@context": {json.dumps(CONTEXT)}, "dateModified": {made}, "@graph": ['
    mark = "\n"
    for course, runs in courses:
        yield mark + json.dumps(_course(course, runs), ensure_ascii=False)
        mark = ",\n"
    yield "\n]}\n"


def _provider(provider: Provider) -> Node:
    ukprn = {"@type": "PropertyValue", "propertyID": "UKPRN", "value": provider.ukprn}
    identifiers = [*filter(None, [provider.identifier]), *([ukprn] if provider.ukprn else [])]
    return _node(
        "EducationalOrganization",
        identifier=identifiers or [f"urn:uuid:{provider.id}"],
        name=provider.name,
        url=provider.website,
    )


def _course(course: Course, runs: Sequence[CourseRun]) -> Node:
    return _node(
        "Course",
        identifier=course.identifier,
        name=course.title,
        abstract=course.summary,
        description=course.description,
        keywords=course.keywords,
        educationalLevel=None if course.level is None else f"Level {course.level}" if course.level else "Entry level",
        educationalCredentialAwarded=course.qualification,
        url=course.url,
        provider=_provider(course.provider),
        hasCourseInstance=[_run(run) for run in runs],
    )


def _run(run: CourseRun) -> Node:
    mode = _MODES.get(Mode(run.mode), run.mode)
    return _node(
        "CourseInstance",
        identifier=run.identifier,
        description=run.attendance_text,
        startDate=run.starts_on.isoformat(),
        endDate=run.ends_on.isoformat(),
        courseMode=[mode, *filter(None, [run.pattern.replace("_", " ")])],
        courseWorkload=f"PT{run.hours}H" if run.hours else None,
        maximumAttendeeCapacity=run.places,
        location=_venue(run.venue) if run.venue else None,
        offers=_offer(run),
    )


def _offer(run: CourseRun) -> Node:
    return _node(
        "Offer",
        price=_amount(run.price_minor, run.currency),
        priceCurrency=run.currency,
        category={Pricing.FREE: "Free", Pricing.PRICED: "Paid"}.get(Pricing(run.pricing)),
        description=run.price_note,
        validThrough=run.apply_until.isoformat() if run.apply_until else None,
        addOn=[_extra(extra, run.currency) for extra in run.extras.all()],
    )


def _extra(extra: RunExtra, currency: str) -> Node:
    price = _amount(extra.price_minor, currency)
    return _node("Offer", name=extra.title, category=extra.earmark, price=price, priceCurrency=currency)


def _venue(venue: Venue) -> Node:
    address = _node("PostalAddress", streetAddress=venue.street, addressLocality=venue.town, postalCode=venue.postcode)
    return _node("Place", name=venue.name, address=address if len(address) > 1 else None)


def _amount(amount_minor: int | None, currency: str) -> str | None:
    return None if amount_minor is None else f"{major(amount_minor, currency):f}"


def _node(kind: str, **parts: Any) -> Node:
    """A node of what is there to say; what is empty is left out."""
    return {"@type": kind} | {name: part for name, part in parts.items() if part not in (None, "", [])}

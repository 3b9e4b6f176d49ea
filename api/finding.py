"""Finding: what a search of the catalogue is asked with, and how what it found is shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api import errors
from api.reading import Day, OneOf, Text
from api.showing import day
from providers.categories import BROAD_FIELDS, is_category
from providers.facets import STARTS_WITHIN, Choice
from providers.models import CourseRun
from providers.nearby import Spot, locate
from providers.search import MOST, Filters, Found

PAGE = 20
LONGEST_PAGE = 50
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Digits:
    """A whole number, as an address has it."""

    about: str
    example: Any = None
    least: int = 0
    most: int = 10**12

    def read(self, value: str, where: str) -> int:
        fits = value.isascii() and value.isdigit() and len(value) <= len(str(self.most))
        if not fits or not self.least <= int(value) <= self.most:
            raise errors.FieldWrong(field=where, wanted=f"a whole number from {self.least} to {self.most}")
        return int(value)

    def schema(self) -> Shown:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "description": self.about}


PARAMETERS: Mapping[str, Digits | Text | Day | OneOf] = {
    "q": Text("What somebody wants to learn, in their words.", "plumbing", most=200),
    "as_typed": Digits("1: no word is taken for another.", most=1),
    "near": Text("A town, a postcode or the first half of one, that some venue is in.", most=100),
    "within_km": Digits(
        "How far from `near`. What is taught online or at a distance is near everywhere.", 25, 1, 20_000
    ),
    "level": Digits("The regulated level, 0 for entry level.", 2, 0, 8),
    "mode": OneOf("How it is taught.", CourseRun.Mode, "classroom"),
    "pattern": OneOf("When it is taught.", CourseRun.Pattern, "evening"),
    "category": Text("An ISCED-F 2013 detailed field, or the two digits of a broad one.", "07", most=4),
    "town": Text("The town of the venue.", most=100),
    "provider": Text("The id of who teaches it."),
    "starts_within": Digits("In how many days it starts.", STARTS_WITHIN[-1], 1, 3660),
    "starts_from": Day("The first day it may start on."),
    "starts_to": Day("The last day it may start on."),
    "max_price_minor": Digits(
        "The highest price, in minor units of `currency`. Free ones are always within it.", 500_00
    ),
    "currency": Text("ISO 4217; GBP unless told.", most=3),
    "limit": Digits(f"How many courses on a page: {PAGE} unless told.", 10, 1, LONGEST_PAGE),
    "cursor": Text("The `next_cursor` of an earlier answer to the same search."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as somebody asks for it, and which page of it."""

    text: str
    filters: Filters
    as_typed: bool
    after: int
    limit: int


def read(query: Mapping[str, str]) -> Asked:
    """What the parameters ask. One query where there is a place. Refuses `FieldWrong`, `FieldMissing`."""
    given: dict[str, Any] = {name: PARAMETERS[name].read(value, name) for name, value in query.items()}
    narrowed = ("level", "mode", "pattern", "town", "starts_within", "starts_from", "starts_to", "max_price_minor")
    if "within_km" in given and "near" not in given:
        raise errors.FieldMissing(field="near", wanted=PARAMETERS["near"].about)
    category = given.get("category", "")
    if category and category not in BROAD_FIELDS and not is_category(category):
        raise errors.FieldWrong(field="category", wanted="an ISCED-F 2013 field, such as 07 or 0732")
    filters = Filters(
        **{name: given[name] for name in narrowed if name in given},
        category=category,
        currency=_currency(given.get("currency", "GBP")),
        provider=_id(given["provider"]) if "provider" in given else None,
        near=_spot(given["near"]) if "near" in given else None,
        within_km=given.get("within_km"),
    )
    after = _after(given["cursor"]) if "cursor" in given else 0
    return Asked(given.get("q", ""), filters, given.get("as_typed") == 1, after, given.get("limit", PAGE))


def shown(found: Found, asked: Asked) -> Shown:
    """What was found, with the cursor of the next page."""
    after = asked.after + len(found.courses)
    more = bool(found.courses) and after < found.total
    near = asked.filters.near
    return {
        "courses": [_course(course) for course in found.courses],
        "total": found.total,
        "total_is_least": found.more,
        "corrected": [{"typed": typed, "taken_for": meant} for typed, meant in found.corrected],
        "near": near
        and {"name": near.name, "latitude": round(near.latitude, 5), "longitude": round(near.longitude, 5)},
        "nearest_km": None if found.nearest_km is None else round(found.nearest_km, 1),
        "facets": {name: [_choice(name, choice) for choice in choices] for name, choices in found.facets.items()},
        "facets_are_least": not found.counted,
        "next_cursor": _cursor(after) if more else None,
    }


def _course(course: Any) -> Shown:
    return {
        "id": str(course.pk),
        "title": course.title,
        "summary": course.summary,
        "url": course.url or None,
        "level": course.level,
        "category": course.category or None,
        "qualification": course.qualification or None,
        "provider": {"id": str(course.provider_id), "name": course.provider.name},
        "next_start": day(course.next_start),
        "runs_fitting": course.matching,
        "runs": [_run(run) for run in course.matching_runs],
    }


def _run(run: Any) -> Shown:
    venue = run.venue
    return {
        "id": str(run.pk),
        "starts_on": day(run.starts_on),
        "ends_on": day(run.ends_on),
        "last_day_to_join": day(run.last_day_to_join),
        "mode": run.mode,
        "pattern": run.pattern or None,
        "venue": venue and {"name": venue.name, "town": venue.town, "postcode": venue.postcode},
        "distance_km": None if run.distance_km is None else round(run.distance_km, 1),
        "pricing": run.pricing,
        "price_minor": run.price_minor,
        "currency": run.currency,
    }


def _choice(name: str, choice: Choice) -> Shown:
    labels: dict[str, Mapping[str, Any]] = {
        "category": BROAD_FIELDS,
        "mode": dict(CourseRun.Mode.choices),
        "pattern": dict(CourseRun.Pattern.choices),
    }
    label = choice.label or str(labels.get(name, {}).get(choice.value, choice.value))
    return {"value": choice.value, "label": label, "courses": choice.courses}


def _spot(text: str) -> Spot:
    found = locate(text)
    if found is None:
        raise errors.FieldWrong(field="near", wanted="a town or postcode that one of the catalogue's venues is in")
    return found


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isupper() and text.isalpha()):
        raise errors.FieldWrong(field="currency", wanted="a currency's three letters, such as GBP")
    return text


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise errors.FieldWrong(field="provider", wanted="a UUID") from None


def _cursor(after: int) -> str:
    return base64.urlsafe_b64encode(f"after {after}".encode()).decode().rstrip("=")


def _after(text: str) -> int:
    try:
        told = base64.urlsafe_b64decode(text.encode("ascii") + b"==").decode("ascii")
    except (ValueError, binascii.Error):
        told = ""
    number = told.removeprefix("after ")
    if number == told or not number.isdigit() or len(number) > 5 or not 0 < int(number) < MOST:
        raise errors.FieldWrong(field="cursor", wanted="the next_cursor of an earlier answer, unchanged")
    return int(number)

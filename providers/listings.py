"""What a provider says of its courses, before anything has been judged: the same from a feed, the API or the town."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from providers.models import CourseRun, RunExtra

Mode = CourseRun.Mode
Pattern = CourseRun.Pattern
Pricing = CourseRun.Pricing
Earmark = RunExtra.Earmark


@dataclass(frozen=True, slots=True)
class Price:
    """A price in minor units of an ISO 4217 currency, nothing to pay, or only the provider's words."""

    pricing: Pricing
    price_minor: int | None
    currency: str = "GBP"
    note: str = ""

    @classmethod
    def of(cls, price_minor: int, currency: str = "GBP", note: str = "") -> Self:
        """A price of so many minor units; of nothing, it is free."""
        return cls(Pricing.PRICED if price_minor else Pricing.FREE, price_minor, currency, note)

    @classmethod
    def on_request(cls, note: str = "", currency: str = "GBP") -> Self:
        return cls(Pricing.ON_REQUEST, None, currency, note)


@dataclass(frozen=True, slots=True)
class VenueListing:
    """A place as its provider lists it; where it is on earth, in degrees (WGS 84), only where the provider says so."""

    name: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class CourseListing:
    """A course as its provider lists it. `line` is where it stood in a feed."""

    identifier: str
    title: str
    summary: str = ""
    description: str = ""
    keywords: str = ""
    level: int | None = None
    qualification: str = ""
    url: str = ""
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ExtraListing:
    """Something that can be had with a run, at so many minor units of the run's currency."""

    earmark: Earmark | str
    title: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class RunListing:
    """A run as its provider lists it; `course` is the provider's identifier of the course.

    `extras` are all there are: one that is not among them is had with it no more.
    """

    course: str
    identifier: str
    starts_on: date
    ends_on: date
    price: Price
    venue: VenueListing | None = None
    mode: Mode = Mode.CLASSROOM
    pattern: Pattern | str = ""
    attendance_text: str = ""
    places: int | None = None
    hours: int | None = None
    apply_until: date | None = None
    extras: tuple[ExtraListing, ...] = ()
    line: int | None = field(default=None, compare=False)

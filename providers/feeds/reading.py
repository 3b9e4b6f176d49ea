"""What every feed format is read into, whatever it looked like."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.refusals import Refusal
from providers.listings import CourseListing, RunListing
from providers.models import FeedLine

Kind = FeedLine.Kind


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a feed that cannot be taken: where, what it was, and why not.

    `course` is the identifier of the course that it is, or that it is a run of, as far as it has one.
    """

    line: int | None
    kind: Kind
    identifier: str
    refusal: Refusal
    course: str = ""


@dataclass(slots=True)
class ProviderListing:
    """A provider as the feed tells of it, with all it teaches."""

    identifier: str
    name: str
    ukprn: str = ""
    website: str = ""
    line: int | None = None
    courses: list[CourseListing] = field(default_factory=list)
    runs: list[RunListing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Feed:
    """A whole feed. `problems` are those that belong to no provider that could be read."""

    providers: list[ProviderListing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

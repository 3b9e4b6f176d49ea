"""What every feed format is read into, whatever it looked like."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.refusals import Refusal
from providers.listings import CourseListing, RunListing
from providers.models import FeedLine

Kind = FeedLine.Kind

MOST_ENTRIES = 100_000
"""The most courses and runs, with those that cannot be taken, that one feed may list."""


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
    """A provider as the feed tells of it, with all it teaches.

    One without identifier and UKPRN is whoever sends the feed: a table or a document of one provider's courses need
    not say whose they are.
    """

    identifier: str
    name: str
    ukprn: str = ""
    website: str = ""
    line: int | None = None
    courses: list[CourseListing] = field(default_factory=list)
    runs: list[RunListing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_the_senders(self) -> bool:
        return not (self.identifier or self.ukprn)

    def add(self, run: RunListing | Problem) -> None:
        """A run as it was read, or why it could not be."""
        if isinstance(run, Problem):
            self.problems.append(run)
        else:
            self.runs.append(run)


@dataclass(slots=True)
class Feed:
    """A whole feed. `problems` are those that belong to no provider that could be read."""

    providers: list[ProviderListing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def entries(self) -> int:
        """How many courses, runs and problems there are."""
        listed = (len(each.courses) + len(each.runs) + len(each.problems) for each in self.providers)
        return sum(listed, start=len(self.problems))

"""Doubles: courses that a feed lists a second time under another identifier."""

from __future__ import annotations

from collections.abc import Sequence

from providers.listings import CourseListing, RunListing


def doubles(courses: Sequence[CourseListing], runs: Sequence[RunListing]) -> dict[str, str]:
    """The identifier of each course that looks like an earlier one, with that of the earlier.

    Two courses look alike that have the same title, in whatever letters, and at least one run, all of the same dates
    at the same venue. They may be two courses all the same, so this is something to say and not to refuse.
    """
    held: dict[str, set[object]] = {}
    for run in runs:
        held.setdefault(run.course, set()).add((run.starts_on, run.ends_on, run.venue))
    first: dict[object, str] = {}
    found: dict[str, str] = {}
    for course in courses:
        if course.identifier in held:
            like = (course.title.casefold(), frozenset(held[course.identifier]))
            earlier = first.setdefault(like, course.identifier)
            if earlier != course.identifier:
                found[course.identifier] = earlier
    return found

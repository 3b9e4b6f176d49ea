"""Facets: by what a search can be narrowed, each with how many courses there would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COUNTED = 4_000
"""How many runs are looked at for the counts. Where more fit, each count is the least that there are."""

STARTS_WITHIN = (28, 91, 182)
"""In how many days a course starts: four weeks, three months, half a year."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow a search, in SQL about an `entry`. `of_course`: all runs of a course share it. `label` is how
    it is written, of those that are written alike but for capitals."""

    value: str
    of_course: bool = False
    label: str = "''"


FACETS: Mapping[str, Facet] = {
    "category": Facet("left(entry.category, 2)", of_course=True),
    "level": Facet("entry.level", of_course=True),
    "mode": Facet("entry.mode"),
    "pattern": Facet("entry.pattern"),
    "town": Facet("entry.town", label="max(town)"),
    "provider": Facet("entry.provider_id", of_course=True),
}
_STARTS = "starts_within"
NAMES = (*FACETS, _STARTS)
COLUMNS = ", ".join(
    ["entry.course_id", "entry.starts_on", *(f"{facet.value} AS {name}" for name, facet in FACETS.items())]
)
"""What is counted of an entry."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet, and how many courses fit it and all that is chosen of the other facets."""

    value: str
    courses: int
    label: str = ""


def nearly(chosen: Mapping[str, str]) -> str:
    """SQL of the condition that at most one of the facets that are `chosen` does not hold of an entry."""
    return f"{' + '.join(f'(NOT ({condition}))::int' for condition in chosen.values())} <= 1"


def held(chosen: Mapping[str, str]) -> str:
    """SQL of the columns that say of an entry which of the `chosen` facets hold, to go with `COLUMNS`."""
    return "".join(f", ({condition}) AS ok_{name}" for name, condition in chosen.items())


def counts(chosen: Mapping[str, str]) -> str:
    """SQL that counts the courses of `sample`, which has `COLUMNS` and what is `held`: (facet, value, label, courses),
    each facet with all the others applied."""
    by_course = [name for name, facet in FACETS.items() if facet.of_course]
    flags = [f"bool_or({_others(name, chosen)}) AS in_{name}" for name in by_course]
    first = f"min(starts_on) FILTER (WHERE {_others(_STARTS, chosen)}) AS first"
    of_course = (
        f"SELECT {', '.join([*by_course, *flags, first])} FROM sample GROUP BY {', '.join(['course_id', *by_course])}"
    )
    each = [
        f"SELECT '{name}', {name}::text, '', count(*) FROM of_course"
        f" WHERE in_{name} AND {name}::text <> '' GROUP BY {name}"
        for name in by_course
    ]
    each += [
        f"SELECT '{name}', value, max(label), count(*) FROM ("
        f"SELECT course_id, lower({name}) AS value, {facet.label} AS label FROM sample"
        f" WHERE {_others(name, chosen)} AND {name} <> '' GROUP BY course_id, lower({name})"
        ") AS once GROUP BY value"
        for name, facet in FACETS.items()
        if not facet.of_course
    ]
    # A course that starts within four weeks does so within three months as well.
    each += [
        f"SELECT '{_STARTS}', '{days}', '', count(*) FROM of_course WHERE first <= %(on)s::date + {days}"
        " HAVING count(*) > 0"
        for days in STARTS_WITHIN
    ]
    return f"WITH of_course AS MATERIALIZED ({of_course}) {' UNION ALL '.join(each)}"


def _others(name: str, chosen: Mapping[str, str]) -> str:
    return " AND ".join(f"ok_{other}" for other in chosen if other != name) or "true"

"""The columns of a table of courses: which there are, and which of them a table's first row names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from providers import errors
from providers.feeds.plain_text import one_line

PROVIDER = ("provider_identifier", "provider_ukprn", "provider_name")
COURSE = (
    "course_identifier",
    "course_title",
    "summary",
    "description",
    "subjects",
    "level",
    "qualification",
    "course_url",
)
RUN = (
    "run_identifier",
    "starts_on",
    "ends_on",
    "price",
    "currency",
    "venue_name",
    "venue_street",
    "venue_town",
    "venue_postcode",
    "mode",
    "pattern",
    "attendance",
    "places",
    "hours",
    "apply_until",
    "extras",
)
KNOWN = (*PROVIDER, *COURSE, *RUN)
NEEDED = ("course_identifier", "course_title", "run_identifier", "starts_on", "ends_on")
_ALSO_CALLED = {
    "course_id": "course_identifier",
    "title": "course_title",
    "run_id": "run_identifier",
    "start_date": "starts_on",
    "end_date": "ends_on",
    "cost": "price",
    "postcode": "venue_postcode",
    "url": "course_url",
}
DELIMITERS = (",", ";", "\t")
_FIRST_LINE = re.compile(r"[^\r\n]{0,10000}")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table, in its own order, and what stands between its cells."""

    columns: tuple[str, ...]
    delimiter: str


def looks_like_a_table(text: str) -> bool:
    """Whether the first line names at least two of the columns."""
    columns = _best(text).columns
    return len(set(columns) & set(KNOWN)) > 1


def read_header(text: str) -> Header:
    """The columns that the first line names. Raises FeedColumnsWrong, which names those that are known."""
    header = _best(text)
    unknown = [name for name in header.columns if name not in KNOWN]
    twice = [name for name, times in Counter(header.columns).items() if times > 1 and name]
    missing = [name for name in NEEDED if name not in header.columns]
    if not (unknown or twice or missing):
        return header
    if unknown:
        names = ", ".join(f"“{name[:60]}”" for name in unknown[:20])
        problem = _("{names} is none of them.").format(names=names)
    elif twice:
        problem = _("{names} is there twice.").format(names=", ".join(twice))
    else:
        problem = _("{names} is missing.").format(names=", ".join(missing))
    raise errors.FeedColumnsWrong(problem=problem, known=", ".join(KNOWN))


def _best(text: str) -> Header:
    """The first line, cut where most of what comes out are columns that are known."""
    first = _FIRST_LINE.match(text)
    line = first[0] if first else ""
    headers = [Header(_cut(line, delimiter), delimiter) for delimiter in DELIMITERS]
    return max(headers, key=lambda header: len(set(header.columns) & set(KNOWN)))


def _cut(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return ()
    while cells and not cells[-1].strip():
        cells.pop()
    names = (re.sub(r"[\s_-]+", "_", one_line(cell).casefold()) for cell in cells)
    return tuple(_ALSO_CALLED.get(name, name) for name in names)

"""The writer of XCRI-CAP 1.2: what `feeds.xcri` reads, as the standard's schemas want it.

What the standard has no place for is left out: extras of a run, and the currency of a price on request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from config.money import major
from providers.feeds.attendance import MODE_CODES, PATTERN_CODES
from providers.listings import Mode, Pattern, Pricing
from providers.models import Course, CourseRun, Provider, Venue

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:mlo="http://purl.org/net/mlo" xmlns:terms="http://xcri.org/profiles/1.2/catalog/terms"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_MODES = {mode: code for code, mode in reversed(MODE_CODES.items())}
_PATTERNS = {pattern: code for code, pattern in reversed(PATTERN_CODES.items())}
_NO_LETTER_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(courses: Iterable[tuple[Course, Sequence[CourseRun]]], at: datetime) -> Iterator[str]:
    """A catalogue of these courses with their runs, those of a provider together, made at that time; in pieces."""
    yield f'{HEAD} generated="{at.isoformat(timespec="seconds")}">\n'
    for provider, taught in groupby(courses, key=lambda pair: pair[0].provider):
        yield "<provider>\n" + _provider(provider)
        for course, runs in taught:
            yield _course(course, runs)
        yield "</provider>\n"
    yield "</catalog>\n"


def _provider(provider: Provider) -> str:
    identifiers = dict.fromkeys((provider.identifier, provider.ukprn))
    told = [identifier for identifier in identifiers if identifier] or [f"urn:uuid:{provider.id}"]
    return (
        "".join(_element("dc:identifier", each) for each in told)
        + _element("dc:title", provider.name)
        + _element("mlo:url", provider.website)
    )


def _course(course: Course, runs: Sequence[CourseRun]) -> str:
    level = "" if course.level is None else f"Level {course.level}" if course.level else "Entry level"
    qualification = _element("dc:title", course.qualification)
    return (
        "<course>\n"
        + _prose("dc:description", course.description)
        + _element("dc:identifier", course.identifier)
        + "".join(_element("dc:subject", subject) for subject in course.keywords.split(", "))
        + _element("dc:title", course.title)
        + _element("mlo:url", course.url)
        + _prose("abstract", course.summary)
        + _element("mlo:level", level)
        + (f"<mlo:qualification>{qualification}</mlo:qualification>\n" if qualification else "")
        + "".join(map(_run, runs))
        + "</course>\n"
    )


def _run(run: CourseRun) -> str:
    pattern = Pattern(run.pattern) if run.pattern else None
    attendance = run.attendance_text or (pattern == Pattern.BLOCK and "Block") or ""
    hours = f"{run.hours} hours" if run.hours else ""
    return (
        "<presentation>\n"
        + _element("dc:description", hours, {"xsi:type": "terms:contactHours"})
        + _element("dc:identifier", run.identifier)
        + _day("mlo:start", run.starts_on.isoformat())
        + _day("end", run.ends_on.isoformat())
        + _day("applyUntil", run.apply_until.isoformat() if run.apply_until else "")
        + f'<attendanceMode identifier="{_MODES[Mode(run.mode)]}"/>\n'
        + _pattern(_PATTERNS.get(pattern, "") if pattern else "", attendance)
        + _element("mlo:places", "" if run.places is None else str(run.places))
        + _element("mlo:cost", _cost(run))
        + (_venue(run.venue) if run.venue else "")
        + "</presentation>\n"
    )


def _cost(run: CourseRun) -> str:
    if run.pricing == Pricing.ON_REQUEST or run.price_minor is None:
        return run.price_note
    amount = f"{major(run.price_minor, run.currency):f}"
    return amount if run.currency == "GBP" else f"{amount} {run.currency}"


def _pattern(code: str, words: str) -> str:
    if not (code or words):
        return ""
    return _element("attendancePattern", words, {"identifier": code} if code else {}, empty=True)


def _venue(venue: Venue) -> str:
    location = (
        _element("mlo:street", venue.street)
        + _element("mlo:town", venue.town)
        + _element("mlo:postcode", venue.postcode)
    )
    return (
        "<venue><provider>\n"
        + _element("dc:title", venue.name)
        + (f"<mlo:location>\n{location}</mlo:location>\n" if location else "")
        + "</provider></venue>\n"
    )


def _day(name: str, day: str) -> str:
    return _element(name, day, {"dtf": day})


def _prose(name: str, text: str) -> str:
    """Paragraphs, as the standard has them: in a division of XHTML."""
    paragraphs = "".join(f"<xhtml:p>{_letters(line)}</xhtml:p>" for line in text.split("\n") if line)
    return f"<{name}><xhtml:div>{paragraphs}</xhtml:div></{name}>\n" if paragraphs else ""


def _element(name: str, text: str, attributes: dict[str, str] | None = None, *, empty: bool = False) -> str:
    """An element with these words; nothing at all where there are none, unless it may be `empty`."""
    if not text and not empty:
        return ""
    told = "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    return f"<{name}{told}>{_letters(text)}</{name}>\n"


def _letters(text: str) -> str:
    return escape(_NO_LETTER_OF_XML.sub("\N{REPLACEMENT CHARACTER}", text))

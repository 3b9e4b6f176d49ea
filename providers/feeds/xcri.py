"""The reader of XCRI-CAP 1.2, the feed format of UK colleges, made for hostile and for dirty feeds.

Elements are taken from any of the standard's namespaces, since feeds mix them up; from no others, since two feeds
that mean different things by one name are worse than one that is refused.
Source: XCRI-CAP 1.2 (BS 8581-1:2012) and its schemas.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _
from lxml import etree

from config.refusals import Refusal
from providers import errors
from providers.feeds import xml
from providers.feeds.attendance import Term, read_mode, read_pattern
from providers.feeds.dates import last_day, read_date
from providers.feeds.hours import read_hours
from providers.feeds.levels import read_level
from providers.feeds.plain_text import one_line, text_of, web_address
from providers.feeds.prices import read_price
from providers.feeds.reading import Feed, Kind, Problem, ProviderListing
from providers.feeds.xml import Element, line_of, words_of
from providers.listings import CourseListing, RunListing, VenueListing
from providers.ukprn import is_ukprn

CATALOG = "http://xcri.org/profiles/1.2/catalog"
NAMESPACES = frozenset(
    {
        CATALOG,
        "http://xcri.org/profiles/1.2/catalog/terms",
        "http://purl.org/net/mlo",
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/terms/",
        "http://purl.org/net/cm",
    }
)
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_UKPRN = re.compile(r"1\d{7}")


def read(content: bytes) -> Feed:
    """All that a feed lists, and what of it cannot be taken, each with its line.

    Raises a FeedRefusal when the feed as a whole cannot be read: those of `xml.elements`, or FeedBreaksStandard
    where it is another kind of document or no provider in it says who it is.
    """
    feed = Feed()
    listing = ProviderListing(identifier="", name="")
    path: list[Element] = []
    for event, element in xml.elements(content):
        if event == "start":
            path.append(element)
            if len(path) == 1:
                _check_root(element)
            continue
        path.pop()
        if len(path) == 2 and _name(element) == "course" and _name(path[1]) == "provider":
            _read_course(element, listing)
            element.clear()
        elif len(path) == 1 and _name(element) == "provider":
            _read_provider(element, listing, feed)
            listing = ProviderListing(identifier="", name="")
            element.clear()
    if not feed.providers:
        refusals = [problem.refusal.sentence for problem in feed.problems]
        raise errors.FeedBreaksStandard(
            standard="XCRI-CAP 1.2", problem=" ".join(refusals) or _("there is no provider in it.")
        )
    return feed


def _check_root(root: Element) -> None:
    tag = etree.QName(root)
    if tag.namespace == CATALOG and tag.localname == "catalog":
        return
    raise errors.FeedBreaksStandard(
        standard="XCRI-CAP 1.2",
        problem=_("it begins with <{name}> of “{namespace}” instead of <catalog> of “{catalog}”.").format(
            name=tag.localname, namespace=tag.namespace or "", catalog=CATALOG
        ),
    )


def _read_provider(element: Element, listing: ProviderListing, feed: Feed) -> None:
    """Complete a listing, whose courses have been read, with the provider's own particulars."""
    parts = Parts(element)
    listing.ukprn = next(filter(is_ukprn, map(words_of, parts.every("identifier"))), "")
    listing.identifier = parts.identifier()
    listing.name = parts.text("title")
    listing.website = web_address(parts.text("url"))
    listing.line = line_of(element)
    if listing.identifier and listing.name:
        feed.providers.append(listing)
        return
    missing = "dc:title" if listing.identifier else "dc:identifier"
    if (stray := _stray(element, missing.removeprefix("dc:"))) is not None:
        missing = _("{name} (the one at line {line} is in the namespace “{namespace}”, not the standard's)").format(
            name=missing, line=line_of(stray), namespace=etree.QName(stray).namespace or ""
        )
    refusal = errors.ProviderWithoutIdentity(missing=missing)
    feed.problems.append(Problem(listing.line, Kind.PROVIDER, listing.identifier or listing.name, refusal))


def _stray(element: Element, name: str) -> Element | None:
    tags = ((child, etree.QName(child)) for child in element if isinstance(child.tag, str))
    return next((child for child, tag in tags if tag.localname == name and tag.namespace not in NAMESPACES), None)


def _read_course(element: Element, listing: ProviderListing) -> None:
    parts = Parts(element)
    line, identifier, title = line_of(element), parts.identifier(), parts.text("title")
    if not identifier or not title:
        refusal: Refusal = errors.CourseWithoutTitle(identifier=identifier)
        if not identifier:
            refusal = errors.CourseWithoutIdentifier(title=title)
        listing.problems.append(Problem(line, Kind.COURSE, identifier or title, refusal, course=identifier))
        return
    qualification = Parts(parts.first("qualification"))
    listing.courses.append(
        CourseListing(
            identifier=identifier,
            title=title,
            summary=parts.prose("abstract"),
            description=_description(parts),
            keywords=", ".join(dict.fromkeys(filter(None, map(words_of, parts.every("subject"))))),
            level=read_level(parts.text("level"), qualification.text("educationlevel")),
            qualification=qualification.text("title") or qualification.text("abbr"),
            url=web_address(parts.text("url")),
            line=line,
        )
    )
    for presentation in parts.every("presentation"):
        listing.add(_read_run(presentation, course=identifier))


def _read_run(element: Element, course: str) -> RunListing | Problem:
    parts = Parts(element)
    line, identifier = line_of(element), parts.identifier()

    def refused(refusal: Refusal) -> Problem:
        return Problem(line, Kind.RUN, identifier, refusal, course)

    if not identifier:
        return refused(errors.RunWithoutIdentifier(course=course))
    starts_on = parts.when("start")
    if starts_on is None:
        return refused(errors.RunWithoutStart(text=parts.text("start")))
    ends_on = parts.when("end")
    if ends_on is None and not parts.text("end") and (duration := parts.first("duration")) is not None:
        ends_on = last_day(starts_on, duration.get("interval", ""))
    if ends_on is None:
        return refused(errors.RunWithoutEnd(text=parts.text("end")))
    attendance_mode, study_mode = parts.term("attendancemode"), parts.term("studymode")
    attendance_pattern = parts.term("attendancepattern")
    said = (attendance_pattern[1], attendance_mode[1], study_mode[1])
    return RunListing(
        course=course,
        identifier=identifier,
        starts_on=starts_on,
        ends_on=ends_on,
        price=read_price(parts.text("cost")),
        venue=_venue(parts),
        mode=read_mode(attendance_mode, study_mode),
        pattern=read_pattern(attendance_pattern, attendance_mode, study_mode),
        attendance_text=" · ".join(dict.fromkeys(filter(None, said)))[:500],
        hours=read_hours(*map(words_of, _contact_hours(parts))),
        places=int(places) if re.fullmatch(r"[0-9]{1,6}", places := parts.text("places")) else None,
        apply_until=parts.when("applyuntil"),
        line=line,
    )


def _contact_hours(parts: Parts) -> list[Element]:
    """The descriptions that the standard's terms call `contactHours`."""
    return [each for each in parts.every("description") if each.get(_TYPE, "").rpartition(":")[2] == "contactHours"]


def _venue(parts: Parts) -> VenueListing | None:
    """The first venue; its particulars are those of the provider nested in it, or its own where none is."""
    venue = parts.first("venue")
    outer = Parts(venue)
    inner = outer.first("provider")
    place = Parts(venue if inner is None else inner)
    location = Parts(place.first("location"))
    listing = VenueListing(
        name=place.text("title")[:300],
        street=(location.text("street") or ", ".join(map(words_of, location.every("address"))))[:300],
        town=location.text("town")[:100],
        postcode=location.text("postcode").upper()[:20],
    )
    return None if listing == VenueListing() else listing


def _description(parts: Parts) -> str:
    """The provider's descriptions, the general ones first, without repeating any."""
    descriptions = sorted(parts.every("description"), key=lambda child: child.get(_TYPE) is not None)
    further = (*parts.every("objective"), *parts.every("learningoutcome"), *parts.every("prerequisite"))
    return "\n".join(dict.fromkeys(filter(None, map(text_of, (*descriptions, *further)))))


class Parts(xml.Parts):
    """What stands directly in an element, by its name in small letters, from the standard's namespaces only."""

    def __init__(self, element: Element | None) -> None:
        super().__init__(element, _name)

    def identifier(self) -> str:
        """The first identifier, one that is of no special type before those that are."""
        untyped_first = sorted(self.every("identifier"), key=lambda child: child.get(_TYPE) is not None)
        return next((words for words in map(words_of, untyped_first) if words), "")

    def when(self, name: str) -> date | None:
        """The day that the element's `dtf` attribute names, else its words."""
        element = self.first(name)
        return None if element is None else read_date(element.get("dtf")) or read_date(words_of(element))

    def term(self, name: str) -> Term:
        element = self.first(name)
        return ("", "") if element is None else (one_line(element.get("identifier", "")), words_of(element))


def _name(element: Element) -> str:
    return _named(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1000)
def _named(name: str) -> str:
    tag = etree.QName(name)
    return tag.localname.lower() if tag.namespace in NAMESPACES else ""

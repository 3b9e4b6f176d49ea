"""The reader of schema.org Courses in JSON-LD, as search engines read them from a provider's own site.

It takes a list of Courses, an object whose @graph lists them, or one Course, in the vocabulary of schema.org alone:
no other context is followed, and none is ever fetched. A node that is named by its @id is found in the same document.
Source: schema.org Course and CourseInstance.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from config.refusals import Refusal
from providers import errors
from providers.feeds.attendance import read_mode, read_pattern
from providers.feeds.dates import last_day, read_date
from providers.feeds.encodings import decode
from providers.feeds.hours import read_hours
from providers.feeds.levels import read_level
from providers.feeds.offers import read_extras, read_offers
from providers.feeds.plain_text import web_address
from providers.feeds.reading import Feed, Kind, Problem, ProviderListing
from providers.feeds.schema_org_nodes import Node
from providers.feeds.strict_json import Item, read_items
from providers.listings import CourseListing, Mode, RunListing, VenueListing
from providers.ukprn import is_ukprn

STANDARD = "schema.org"
CONTEXT = "https://schema.org"
_CONTEXTS = frozenset({"https://schema.org", "http://schema.org", "https://www.schema.org", "http://www.schema.org"})


def read(content: bytes) -> Feed:
    """All that a document lists, and what of it cannot be taken, each with its line.

    Raises those of `encodings.decode` and of `strict_json.read_items`, and FeedBreaksStandard where its context is
    another or there is no Course in it.
    """
    head, items = read_items(decode(content), "@graph")
    by_id = {item.value["@id"]: item.value for item in items if _has_id(item.value)}
    listings: dict[tuple[str, str], ProviderListing] = {}
    for item in items:
        if not isinstance(item.value, dict):
            raise errors.FeedBreaksStandard(
                standard=STANDARD, problem=_("{place} (line {line}) is no object.").format(**_place(item))
            )
        node = Node(item.value, item.pointer, by_id)
        if "Course" in node.types():
            _check_context(item, head.get("@context", item.value.get("@context")))
            _read_course(node, item, _listing(node, item, listings))
    if not listings:
        raise errors.FeedBreaksStandard(standard=STANDARD, problem=_("there is no Course in it."))
    return Feed(providers=list(listings.values()))


def _has_id(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) > 1


def _place(item: Item) -> dict[str, Any]:
    return {"place": item.pointer or "/", "line": item.line}


def _check_context(item: Item, context: Any) -> None:
    """Only the vocabulary of schema.org, by its name: what another context means, only fetching it would tell."""
    if isinstance(context, Mapping) and set(context) <= {"@vocab", "@language"}:
        context = context.get("@vocab")
    if isinstance(context, list) and len(context) == 1:
        [context] = context
    if isinstance(context, str) and context.rstrip("/#") in _CONTEXTS:
        return
    raise errors.FeedBreaksStandard(
        standard=STANDARD,
        problem=_("the @context of {place} (line {line}) is not “{wanted}”, and no other is read.").format(
            wanted=CONTEXT, **_place(item)
        ),
    )


def _listing(course: Node, item: Item, listings: dict[tuple[str, str], ProviderListing]) -> ProviderListing:
    """The listing of the course's provider; that of whoever sends the document where it names none that is known
    by an identifier."""
    provider = course.node("provider")
    numbers = list(provider.identifiers())
    ukprn = next(filter(is_ukprn, numbers), "")
    identifier = next((number for number in numbers if number != ukprn), ukprn)
    key = (identifier, ukprn)
    if key not in listings:
        website = web_address(provider.text("url") or provider.text("sameAs"))
        listings[key] = ProviderListing(
            identifier, provider.text("name") or identifier, ukprn, website=website, line=item.line
        )
    return listings[key]


def _read_course(course: Node, item: Item, listing: ProviderListing) -> None:
    identifier, title = next(course.identifiers(), "") or course.text("courseCode"), course.text("name")
    if not identifier or not title:
        refusal: Refusal = errors.CourseWithoutIdentifier(title=title)
        if identifier:
            refusal = errors.CourseWithoutTitle(identifier=identifier)
        told = identifier or title or item.pointer
        listing.problems.append(Problem(item.line, Kind.COURSE, told, refusal, course=identifier))
        return
    listing.courses.append(
        CourseListing(
            identifier=identifier,
            title=title,
            summary=course.prose("abstract") or course.prose("disambiguatingDescription"),
            description=course.prose("description"),
            keywords=", ".join(dict.fromkeys((*course.words("keywords"), *course.words("about")))),
            level=read_level(*course.words("educationalLevel")),
            qualification=", ".join(course.words("educationalCredentialAwarded")),
            url=web_address(course.text("url")),
            line=item.line,
        )
    )
    for run in course.nodes("hasCourseInstance"):
        listing.add(_read_run(run, course, identifier, item.line))


def _read_run(run: Node, course: Node, course_identifier: str, line: int) -> RunListing | Problem:
    identifier = next(run.identifiers(), "")

    def refused(refusal: Refusal) -> Problem:
        return Problem(line, Kind.RUN, identifier or run.pointer, refusal, course_identifier)

    if not run.is_object:
        return refused(errors.PartWrong(place=run.pointer, wanted="CourseInstance"))
    if not identifier:
        return refused(errors.RunWithoutIdentifier(course=course_identifier))
    schedule = run.node("courseSchedule")
    starts_on, ends_on = _day(run, schedule, "startDate"), _day(run, schedule, "endDate")
    if starts_on is None:
        return refused(errors.RunWithoutStart(text=run.text("startDate")))
    if ends_on is None and not run.text("endDate"):
        ends_on = last_day(starts_on, run.text("duration"))
    if ends_on is None:
        return refused(errors.RunWithoutEnd(text=run.text("endDate")))
    offers = run.nodes("offers") or course.nodes("offers")
    modes = [("", words) for words in run.words("courseMode")]
    capacity = run.text("maximumAttendeeCapacity")
    return RunListing(
        course=course_identifier,
        identifier=identifier,
        starts_on=starts_on,
        ends_on=ends_on,
        price=read_offers(offers, free=run.says_yes("isAccessibleForFree") or course.says_yes("isAccessibleForFree")),
        venue=_venue(run.node("location")),
        mode=_mode(run, modes),
        pattern=_pattern(modes),
        attendance_text=" ".join(run.prose("description").split())[:500],
        places=int(capacity) if capacity.isascii() and capacity.isdecimal() and len(capacity) < 7 else None,
        hours=read_hours(run.text("courseWorkload")),
        apply_until=next(filter(None, (read_date(offer.text("validThrough")) for offer in offers)), None),
        extras=read_extras(offers),
        line=line,
    )


def _day(run: Node, schedule: Node, name: str) -> date | None:
    return read_date(run.text(name)) or read_date(schedule.text(name))


def _mode(run: Node, modes: list[tuple[str, str]]) -> Mode:
    if not modes and "VirtualLocation" in run.node("location").types():
        return Mode.ONLINE
    told = " ".join(words for _code, words in modes)
    return read_mode(("", told), ("", ""))


def _pattern(modes: list[tuple[str, str]]) -> str:
    return next(filter(None, (str(read_pattern(each, ("", ""), ("", ""))) for each in modes)), "")


def _venue(location: Node) -> VenueListing | None:
    address = location.node("address")
    listing = VenueListing(
        name=location.text("name") or location.own_text,
        street=address.text("streetAddress") or address.own_text,
        town=address.text("addressLocality"),
        postcode=address.text("postalCode").upper(),
    )
    return None if listing == VenueListing() or "VirtualLocation" in location.types() else listing

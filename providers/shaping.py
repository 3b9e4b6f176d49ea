"""Shaping: a listing becomes the fields of a row that can be kept, or the reason why it cannot be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from config.refusals import Refusal
from providers import errors
from providers.feeds.plain_text import one_line, paragraphs, web_address
from providers.listings import CourseListing, Earmark, Price, Pricing, RunListing, VenueListing

Fields = dict[str, Any]

MOST_MINOR = 100_000_000
MOST_PLACES = 1_000_000
MOST_HOURS = 20_000
MOST_EXTRAS = 20


def course_fields(listing: CourseListing) -> Fields | Refusal:
    """The course's fields. Identifier and title are kept whole or refused; longer texts are cut."""
    identifier, title = one_line(listing.identifier), one_line(listing.title)
    if not identifier:
        return errors.CourseWithoutIdentifier(field="identifier", title=title)
    if not title:
        return errors.CourseWithoutTitle(field="title", identifier=identifier)
    if refusal := _too_long("identifier", identifier, 200) or _too_long("title", title, 500):
        return refusal
    if listing.level is not None and not 0 <= listing.level <= 8:
        return errors.CourseLevelWrong(field="level", level=listing.level)
    return {
        "identifier": identifier,
        "title": title,
        "summary": _cut(paragraphs(listing.summary), 2_000),
        "description": _cut(paragraphs(listing.description), 20_000),
        "keywords": _cut(one_line(listing.keywords), 2_000),
        "level": listing.level,
        "qualification": _cut(one_line(listing.qualification), 300),
        "url": web_address(listing.url),
    }


def run_fields(listing: RunListing) -> Fields | Refusal:
    """The run's fields, but for its course and venue."""
    identifier = one_line(listing.identifier)
    if not identifier:
        return errors.RunWithoutIdentifier(field="identifier", course=listing.course)
    if refusal := _too_long("identifier", identifier, 200):
        return refusal
    if not _is_one(listing.price):
        price = listing.price
        return errors.PriceWrong(field="price_minor", price_minor=price.price_minor, currency=price.currency)
    if listing.places is not None and not 0 <= listing.places <= MOST_PLACES:
        return errors.PlacesWrong(field="places", places=listing.places)
    if listing.hours is not None and not 1 <= listing.hours <= MOST_HOURS:
        return errors.HoursWrong(field="hours", hours=listing.hours, most=MOST_HOURS)
    return {
        "identifier": identifier,
        "starts_on": listing.starts_on,
        "ends_on": listing.ends_on,
        "mode": listing.mode.value,
        "pattern": str(listing.pattern),
        "attendance_text": _cut(one_line(listing.attendance_text), 500),
        "pricing": listing.price.pricing.value,
        "price_minor": listing.price.price_minor,
        "currency": listing.price.currency,
        "price_note": _cut(one_line(listing.price.note), 1_000),
        "places": listing.places,
        "hours": listing.hours,
        "apply_until": listing.apply_until,
        "dates_in_doubt": doubts(listing) is not None,
    }


def extra_fields(listing: RunListing) -> list[Fields] | Refusal:
    """The fields of what can be had with the run, but for the run, in one order however they are listed."""
    found: dict[tuple[str, str], Fields] = {}
    if len(listing.extras) > MOST_EXTRAS:
        return errors.TooManyExtras(field="extras", extras=len(listing.extras), most=MOST_EXTRAS)
    for extra in listing.extras:
        earmark, title = str(extra.earmark), one_line(extra.title)
        if not title:
            return errors.ExtraWithoutTitle(field="extras")
        if refusal := _too_long("title", title, 200):
            return refusal
        if earmark not in Earmark.values:
            known = ", ".join(Earmark.values)
            return errors.ExtraEarmarkUnknown(field="extras", title=title, earmark=earmark, known=known)
        if not (type(extra.price_minor) is int and 0 < extra.price_minor <= MOST_MINOR):
            return errors.PriceWrong(field="extras", price_minor=extra.price_minor, currency=listing.price.currency)
        if (earmark, title) in found:
            return errors.ExtraTwice(field="extras", title=title)
        found[earmark, title] = {"earmark": earmark, "title": title, "price_minor": extra.price_minor}
    return [found[key] for key in sorted(found)]


def doubts(listing: RunListing) -> Refusal | None:
    """Why the run cannot be sold as it is listed, where its dates contradict each other."""
    join_by = listing.apply_until or listing.starts_on
    if listing.starts_on <= listing.ends_on and (listing.apply_until is None or join_by <= listing.ends_on):
        return None
    return errors.RunDatesInDoubt(starts_on=listing.starts_on, ends_on=listing.ends_on, join_by=join_by)


def venue_fields(listing: VenueListing) -> tuple[str, str, str, str]:
    """Name, street, town and postcode, which together are the venue's identity."""
    return (
        _cut(one_line(listing.name), 300),
        _cut(one_line(listing.street), 300),
        _cut(one_line(listing.town), 100),
        _cut(one_line(listing.postcode).upper(), 20),
    )


def venue_position(listing: VenueListing) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude to a tenth of a metre. What is nowhere on earth, or the 0, 0 of an empty form, is not
    known: a course is not refused for it."""
    latitude, longitude = listing.latitude, listing.longitude
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Decimal(f"{latitude:.6f}"), Decimal(f"{longitude:.6f}")


def _is_one(price: Price) -> bool:
    if not (len(price.currency) == 3 and price.currency.isascii() and price.currency.isupper()):
        return False
    match price.pricing:
        case Pricing.PRICED:
            return type(price.price_minor) is int and 0 < price.price_minor <= MOST_MINOR
        case Pricing.FREE:
            return price.price_minor == 0
        case _:
            return price.price_minor is None


def _too_long(what: str, text: str, most: int) -> Refusal | None:
    return errors.TextTooLong(field=what, what=what, characters=len(text), most=most) if len(text) > most else None


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"

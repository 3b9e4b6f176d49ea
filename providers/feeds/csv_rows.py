"""The reader of tables of courses in CSV, as a spreadsheet saves them: one row a run, with its course's columns.

A row's number is the one that the spreadsheet shows: the row of the columns' names is row 1, an empty row counts, and
a cell with several lines in it is one cell of one row. The columns are described in docs/feeds.md.
Source: RFC 4180, and what spreadsheets write instead.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO
from itertools import zip_longest

from babel.numbers import is_currency
from django.utils.translation import gettext as _

from config.refusals import Refusal
from providers import errors
from providers.feeds.attendance import read_mode, read_pattern
from providers.feeds.csv_columns import COURSE, RUN, read_header
from providers.feeds.dates import read_date
from providers.feeds.encodings import decode
from providers.feeds.hours import read_hours
from providers.feeds.levels import read_level
from providers.feeds.plain_text import one_line, plain, web_address
from providers.feeds.prices import read_price
from providers.feeds.reading import MOST_ENTRIES, Feed, Kind, Problem, ProviderListing
from providers.listings import CourseListing, ExtraListing, Mode, Pattern, Price, RunListing, VenueListing
from providers.ukprn import is_ukprn

Row = Mapping[str, str]
OTHERWISE = "cp1252"
_PLACES = re.compile(r"[0-9]{1,6}", re.ASCII)


def read(content: bytes) -> Feed:
    """All that a table lists, and what of it cannot be taken, each with its row.

    Raises those of `encodings.decode`, FeedColumnsWrong, FeedNotCsv, and FeedTooManyParts.
    """
    text = decode(content, OTHERWISE)
    header = read_header(text)
    readers: dict[tuple[str, str], _Provider] = {}
    for number, cells in _rows(text, header.delimiter):
        if number > MOST_ENTRIES:
            raise errors.FeedTooManyParts(most=MOST_ENTRIES)
        if number == 1 or not any(map(str.strip, cells)):
            continue
        row = {name: cell for name, cell in zip_longest(header.columns, cells, fillvalue="") if name}
        ukprn, identifier = one_line(row.get("provider_ukprn", "")), one_line(row.get("provider_identifier", ""))
        key = (identifier or ukprn, ukprn)
        if key not in readers:
            readers[key] = _Provider(
                ProviderListing(key[0], one_line(row.get("provider_name", "")) or key[0], line=number)
            )
        too_long = any(map(str.strip, cells[len(header.columns) :]))
        readers[key].take(row, number, errors.RowTooLong() if too_long else _wrong_ukprn(ukprn))
    for (_identifier, ukprn), reader in readers.items():
        reader.listing.ukprn = ukprn if is_ukprn(ukprn) else ""
    return Feed(providers=[reader.listing for reader in readers.values()])


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, cells
    except csv.Error as error:
        raise errors.FeedNotCsv(row=number + 1, detail=str(error)) from error


def _wrong_ukprn(ukprn: str) -> Refusal | None:
    return errors.UkprnWrong(ukprn=ukprn) if ukprn and not is_ukprn(ukprn) else None


class _Provider:
    """The rows of one provider, by their courses."""

    def __init__(self, listing: ProviderListing) -> None:
        self.listing = listing
        self.first_rows: dict[str, tuple[int, Row]] = {}

    def take(self, row: Row, number: int, refusal: Refusal | None) -> None:
        course, run = one_line(row["course_identifier"]), one_line(row["run_identifier"])
        is_run = any(row.get(column, "").strip() for column in RUN)
        kind = Kind.RUN if is_run and course else Kind.COURSE
        try:
            if refusal is not None:
                raise refusal
            if not course:
                raise errors.CourseWithoutIdentifier(title=one_line(row["course_title"]))
            self.course(course, row, number)
            if is_run:
                self.listing.runs.append(_run(course, row, number))
        except Refusal as refused:
            told = run if kind == Kind.RUN else course or one_line(row["course_title"])
            self.listing.problems.append(Problem(number, kind, told, refused, course))

    def course(self, identifier: str, row: Row, number: int) -> None:
        """The course of the row, unless it has been listed; then the row may say the same of it, or nothing."""
        if identifier not in self.first_rows:
            self.listing.courses.append(_course(identifier, row, number))
            self.first_rows[identifier] = number, row
            return
        first, told = self.first_rows[identifier]
        for column in COURSE:
            if row.get(column, "").strip() not in {"", told.get(column, "").strip()}:
                raise errors.RowsDisagree(course=identifier, column=column, row=first)


def _course(identifier: str, row: Row, number: int) -> CourseListing:
    title = one_line(row["course_title"])
    if not title:
        raise errors.CourseWithoutTitle(identifier=identifier)
    return CourseListing(
        identifier=identifier,
        title=title,
        summary=plain(row.get("summary", "")),
        description=plain(row.get("description", "")),
        keywords=one_line(row.get("subjects", "")),
        level=read_level(one_line(row.get("level", ""))),
        qualification=one_line(row.get("qualification", "")),
        url=web_address(row.get("course_url", "")),
        line=number,
    )


def _run(course: str, row: Row, number: int) -> RunListing:
    identifier = one_line(row["run_identifier"])
    starts_on, ends_on = read_date(row["starts_on"]), read_date(row["ends_on"])
    if not identifier:
        raise errors.RunWithoutIdentifier(course=course)
    if starts_on is None:
        raise errors.RunWithoutStart(text=one_line(row["starts_on"]))
    if ends_on is None:
        raise errors.RunWithoutEnd(text=one_line(row["ends_on"]))
    price = _price(row)
    return RunListing(
        course=course,
        identifier=identifier,
        starts_on=starts_on,
        ends_on=ends_on,
        price=price,
        venue=_venue(row),
        mode=_mode(row),
        pattern=_pattern(row),
        attendance_text=one_line(row.get("attendance", "")),
        places=_places(row),
        hours=_hours(row),
        apply_until=_apply_until(row),
        extras=tuple(_extras(row, price.currency)),
        line=number,
    )


def _price(row: Row) -> Price:
    currency = one_line(row.get("currency", "")).upper() or "GBP"
    if not is_currency(currency):
        raise errors.CellWrong(column="currency", text=currency, example="GBP")
    return read_price(row.get("price"), currency)


def _venue(row: Row) -> VenueListing | None:
    name, street, town, postcode = (
        one_line(row.get(column, "")) for column in ("venue_name", "venue_street", "venue_town", "venue_postcode")
    )
    listing = VenueListing(name, street, town, postcode.upper())
    return None if listing == VenueListing() else listing


def _mode(row: Row) -> Mode:
    words = one_line(row.get("mode", ""))
    return Mode(words.lower()) if words.lower() in Mode.values else read_mode(("", words), ("", ""))


def _pattern(row: Row) -> Pattern | str:
    words = one_line(row.get("pattern", ""))
    return words.lower() if words.lower() in Pattern.values else read_pattern(("", words), ("", ""), ("", ""))


def _places(row: Row) -> int | None:
    words = one_line(row.get("places", ""))
    if words and not _PLACES.fullmatch(words):
        raise errors.CellWrong(column="places", text=words, example="12")
    return int(words) if words else None


def _hours(row: Row) -> int | None:
    words = one_line(row.get("hours", ""))
    hours = read_hours(words)
    if words and hours is None:
        raise errors.CellWrong(column="hours", text=words, example="30")
    return hours


def _apply_until(row: Row) -> date | None:
    words = one_line(row.get("apply_until", ""))
    day = read_date(words)
    if words and day is None:
        raise errors.CellWrong(column="apply_until", text=words, example="2027-08-31")
    return day


def _extras(row: Row, currency: str) -> Iterator[ExtraListing]:
    """What can be had with the run: “exam: Level 1 exam: 40.00”, with a bar between several."""
    for told in filter(None, map(one_line, row.get("extras", "").split("|"))):
        earmark, _colon, named = told.partition(":")
        title, colon, words = named.rpartition(":")
        price = read_price(words, currency)
        if not colon or not price.price_minor or price.currency != currency:
            raise errors.CellWrong(column="extras", text=told, example=_("exam: Level 1 exam: 40.00"))
        yield ExtraListing(earmark.strip().lower(), title.strip(), price.price_minor)

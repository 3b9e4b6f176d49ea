"""Dates out of feeds: the standard's own way of writing them, and the ways people write them instead."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from providers.feeds.plain_text import one_line

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:?\d\d.*|Z|[+-]\d\d:\d\d)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_SPELLED = re.compile(
    r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)\.?,? (\d{4})", re.IGNORECASE | re.ASCII
)
_DURATION = re.compile(r"P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T.*)?", re.ASCII)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_EARLIEST, _LATEST = 1990, 2100


def read_date(text: str | None) -> date | None:
    """The one day these words name, the day before the month where both are numbers; None when they name none."""
    words = one_line(text or "")
    if match := _ISO.fullmatch(words) or _COMPACT.fullmatch(words):
        year, month, day = match.groups()
    elif match := _SLASHED.fullmatch(words):
        day, month, year = match.groups()
    elif match := _SPELLED.fullmatch(words):
        day, month, year = match[1], str(_month(match[2])), match[3]
    else:
        return None
    if not _EARLIEST <= int(year) <= _LATEST:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def last_day(starts_on: date, interval: str) -> date | None:
    """The last day of something that starts on a day and lasts an ISO 8601 duration of whole days or longer."""
    match = _DURATION.fullmatch(one_line(interval))
    years, months, weeks, days = (int(number or 0) for number in match.groups()) if match else (0, 0, 0, 0)
    if not (years or months or weeks or days):
        return None
    months += starts_on.year * 12 + starts_on.month - 1 + years * 12
    year, month = divmod(months, 12)
    if year > _LATEST:
        return None
    day = min(starts_on.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(weeks=weeks, days=days - 1)


def years_later(day: date, years: int) -> date:
    """The same day of the month that many years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _month(name: str) -> int:
    """The month's number, of its name or the beginning of it; 0 when there is none."""
    begun = (number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name.casefold()))
    return next(begun, 0) if len(name) >= 3 else 0

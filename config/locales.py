"""How the reader's language writes days and numbers. Money is in `config.money`, words are in the catalogues."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, to_locale


def of_reader() -> str:
    """The locale of the language that is being read, such as "en_GB"."""
    return to_locale(get_language() or settings.LANGUAGE_CODE)


def day(when: dt.date) -> str:
    """1 July 2026, as the reader writes it."""
    return format_date(when, format="long", locale=of_reader())


def written_day(iso: str) -> str:
    """The same of a day that was kept as text: 2026-07-01 is 1 July 2026."""
    return day(dt.date.fromisoformat(iso))


def moment(when: dt.datetime) -> str:
    """1 July, 14:00, as the reader writes the day, by the clock of this place."""
    local = timezone.localtime(when)
    return f"{day_of_year(local.date())}, {local:%H:%M}"


def day_of_year(when: dt.date) -> str:
    """1 July, as the reader writes it; the year is left out."""
    return format_skeleton("MMMMd", when, locale=of_reader())


def percent(whole: int) -> str:
    """80 is 80%, as the reader writes it."""
    return str(format_percent(whole / 100, locale=of_reader()))


def number(whole: int) -> str:
    """10000 is 10,000, as the reader writes it."""
    return str(format_decimal(whole, locale=of_reader()))

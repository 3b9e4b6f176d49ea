"""Taught hours out of feeds: a number of whole hours, an ISO 8601 duration of them, and no sentence."""

from __future__ import annotations

import re

from providers.feeds.plain_text import one_line

_HOURS = re.compile(r"(?:PT)?([0-9]{1,5})(?:[.,]0{1,4})? ?(?:H|hrs?|hours?|heures?)?\.?", re.IGNORECASE | re.ASCII)


def read_hours(*texts: str) -> int | None:
    """The hours that the first of the texts names that is nothing else; None where none does, and for no hours."""
    for text in texts:
        if match := _HOURS.fullmatch(one_line(text)):
            return int(match[1]) or None
    return None

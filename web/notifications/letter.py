"""A letter: what is written to somebody, before it is an e-mail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from web.notifications.facts import Facts
from web.templatetags.waymark import day


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail's subject, its paragraphs, the page it leads to, and what it brings for a calendar."""

    subject: str
    paragraphs: tuple[str, ...]
    path: str
    calendar: bytes = b""


def day_of(facts: Facts, name: str) -> str:
    """A day or moment of the event, as the reader writes days."""
    said = str(facts.said[name])
    return day(dt.datetime.fromisoformat(said) if "T" in said else dt.date.fromisoformat(said))

"""Lists in words. A language that changes a word after "and" or "or" says in its catalogue how it does without."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import pgettext


def all_of(names: Sequence[str]) -> str:
    """A, B and C: names, which a language may have to leave as they are."""
    return _joined(names, pgettext("names", "{some} and {last}"))


def any_of(names: Sequence[str]) -> str:
    """A, B or C: names, which a language may have to leave as they are."""
    return _joined(names, pgettext("names", "{some} or {last}"))


def either(phrases: Sequence[str]) -> str:
    """Live here, live there or live elsewhere: phrases that begin with a word that stays as it is."""
    return _joined(phrases, pgettext("phrases", "{some} or {last}"))


def together(phrases: Sequence[str]) -> str:
    """Live here, are of age, and live there or there: phrases of which each may itself hold an "or"."""
    return _joined(phrases, pgettext("phrases", "{some}, and {last}"))


def _joined(items: Sequence[str], ending: str) -> str:
    if len(items) < 2:
        return "".join(items)
    *some, last = items
    return ending.format(some=", ".join(some), last=last)

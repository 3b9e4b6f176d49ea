"""Sections: all that a scheme's rules say, matter by matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from accounts.rules import Rules
from accounts.wording import awards, price, running, who
from accounts.wording.sentence import TITLES, Section, Sentence, Speaker

_SAID_BY: dict[str, Callable[[Rules, Speaker], Iterator[Sentence]]] = {
    "who": who.sentences,
    "how_much": awards.sentences,
    "pays": price.sentences,
    "adviser": running.adviser,
    "delivery": running.delivery,
    "budget": running.budget,
}


def sentences(rules: Rules, *, currency: str, category_name: Callable[[str], Any] = str) -> list[Section]:
    """What the rules say, in the active language, one section after the other; each of `TITLES`, and none is empty.

    Amounts are in `currency`, a code of ISO 4217. `category_name` says what a category's code is called. Rules need
    not be in order to be said, only to have been read.
    """
    speaker = Speaker(currency=currency, category_name=category_name)
    return [
        Section(code=code, title=str(TITLES[code]), sentences=tuple(say(rules, speaker)))
        for code, say in _SAID_BY.items()
    ]

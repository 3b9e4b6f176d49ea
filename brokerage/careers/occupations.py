"""Occupations of ISCO-08: what each is called, and which one somebody means.

`isco08.txt` has the codes and the English titles, with their source. The list has no official title in Welsh, and pages
in any language show the English one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from brokerage.careers import errors
from providers.feeds.plain_text import one_line

# More would be no help to whoever has to choose.
MOST_NAMED = 5


@cache
def titles() -> Mapping[str, str]:
    """Every group's title by its code, of one figure (the widest) to four (an occupation)."""
    lines = (Path(__file__).parent / "isco08.txt").read_text(encoding="utf-8").splitlines()
    return {code: title for code, _space, title in (line.partition(" ") for line in lines) if code != "#"}


@cache
def occupations() -> tuple[str, ...]:
    """The unit groups, as people choose them: "3313 Accounting associate professionals"."""
    return tuple(in_words(code) for code in titles() if len(code) == 4)


def in_words(code: str) -> str:
    return f"{code} {titles().get(code, '')}".strip()


def groups_of(code: str) -> tuple[str, ...]:
    """The group itself and those that it is in, the nearest first: 3313, 331, 33, 3."""
    return tuple(code[:figures] for figures in range(len(code), 0, -1))


def meant_by(typed: str) -> str:
    """The code of the unit group that somebody means by its code, its title, or words of it.

    Refuses `OccupationUnclear`, with some of those that it could be, and `OccupationUnknown`.
    """
    line = one_line(typed)
    words = re.findall(r"[\w'-]+", line.casefold())
    found = _with(rf"{re.escape(word)}(?:e?s)?\b" for word in words)
    exact = [each for each in found if each[5:].casefold() in {line.casefold(), f"{line.casefold()}s"}]
    if len(exact or found) == 1:
        return (exact or found)[0][:4]
    # Who says "nurse" or "bookkeeper" is led to nursing and bookkeeping, and what is nearest is never taken for it.
    stems = (word if word.isdigit() else word[: max(4, len(word) - 3)] for word in words)
    could_be = found or _with(re.escape(stem) for stem in stems)
    if could_be:
        raise errors.OccupationUnclear(field="occupation", typed=line, named="; ".join(could_be[:MOST_NAMED]))
    raise errors.OccupationUnknown(field="occupation", typed=line)


def _with(words: Iterable[str]) -> list[str]:
    """The occupations in which a word begins with each of these patterns; the code is a word, too."""
    begin = [re.compile(rf"\b{word}") for word in words]
    return [each for each in occupations() if begin and all(one.search(each.casefold()) for one in begin)]

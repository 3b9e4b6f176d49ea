"""Spelling: what was typed, word by word, as the catalogue writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection

from providers.feeds.plain_text import one_line
from providers.gathering import plain

# Without these, "computing for beginners" would look for the word "for". "it" is not among them: here it is a subject.
_COMMON = frozenset(
    "a an and are as at by for from how i in into is my of on or the to want with".split()  # noqa: SIM905
)
_MOST_WORDS = 12
_SHORTEST = 4
"""Letters of a word that can be taken for another: "it" and "gym" are meant as they are."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word to be looked for, with other spellings of it that differ only by accents.

    `begun`: it may be the beginning of a longer word, since somebody may still be typing.
    """

    word: str
    begun: bool = False
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: `corrected` are the words that were taken for others, as typed and as looked for."""

    terms: tuple[Term, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join(term.word for term in self.terms)

    def tsquery(self) -> tuple[str, dict[str, str]]:
        """The SQL of it with its parameters: all the words, each by its English stem or exactly as written."""
        each = [_tsquery(term, f"word{place}") for place, term in enumerate(self.terms)]
        return " && ".join(query for query, _ in each), {
            name: word for _, words in each for name, word in words.items()
        }


def read(text: str) -> Wanted:
    """The words of what was typed, as they were typed; those too common to tell only where there are no others."""
    words = re.findall(r"\w+", one_line(text).casefold())[:_MOST_WORDS]
    telling = [word for word in words if word not in _COMMON] or words
    last = len(telling) - 1
    return Wanted(
        tuple(Term(word, begun=place == last and len(word) > 1) for place, word in enumerate(telling)),
    )


def correct(wanted: Wanted) -> Wanted:
    """The same with each word that no course has taken for the catalogue's nearest, and accents put where they belong.

    One query, and none without words. A word is only taken for one that a slip or two of the finger makes of it.
    """
    if not wanted.terms:
        return wanted
    terms, corrected = [], []
    for term, (known, spellings, near) in zip(wanted.terms, _look_up(wanted.terms), strict=True):
        meant = "" if known or spellings else _nearest(term.word, near)
        if meant:
            corrected.append((term.word, meant))
            terms.append(Term(meant))
        else:
            terms.append(replace(term, spellings=tuple(spelling for spelling in spellings if spelling != term.word)))
    return Wanted(tuple(terms), tuple(corrected))


_LOOK_UP = """
    SELECT known, ARRAY(SELECT word FROM providers_word WHERE plain = typed.plain ORDER BY courses DESC, word LIMIT 4),
        CASE WHEN known OR length(typed.plain) < %(shortest)s THEN ARRAY[]::text[] ELSE ARRAY(
            SELECT word FROM (SELECT word, courses FROM providers_word ORDER BY plain <-> typed.plain LIMIT 24) AS near
            ORDER BY courses DESC, word
        ) END
    FROM (VALUES {typed}) AS typed (place, plain, query)
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM providers_course WHERE withdrawn_at IS NULL AND search @@ query) AS known OFFSET 0
    ) AS found
    ORDER BY place
"""


def _look_up(terms: Sequence[Term]) -> list[tuple[bool, list[str], list[str]]]:
    """For each word whether a course has it, how the catalogue writes it, and the likeliest words instead."""
    rows: list[str] = []
    given: dict[str, str | int] = {"shortest": _SHORTEST}
    for place, term in enumerate(terms):
        query, words = _tsquery(term, f"word{place}")
        rows.append(f"({place}, %(plain{place})s, {query})")
        given |= {f"plain{place}": plain(term.word), **words}
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP.format(typed=", ".join(rows)), given)
        return list(cursor.fetchall())


def _tsquery(term: Term, name: str) -> tuple[str, dict[str, str]]:
    """The SQL of one word, with its parameters, which are called after `name`: by its English stem, or as it is
    written. Only as written may it be the beginning of a word: "plumming" has the stem "plum", as plumbers have not."""
    spelt = {f"{name}_{place}": word for place, word in enumerate([term.word, *term.spellings])}
    begun = " || ':*'" if term.begun else ""
    each = [f"to_tsquery('english', %({key})s) || to_tsquery('simple', %({key})s{begun})" for key in spelt]
    return f"({' || '.join(each)})", spelt


def _nearest(typed: str, likely: Sequence[str]) -> str:
    """The likely word with the fewest slips between, of those with as few the one that more courses use; or ""."""
    written = plain(typed)
    most = 1 if len(written) <= 5 else 2
    slips = [(_slips(written, plain(word)), place, word) for place, word in enumerate(likely)]
    fewest, _place, word = min(slips, default=(most + 1, 0, ""))
    return word if fewest <= most else ""


def _slips(one: str, other: str) -> int:
    """How many letters were missed, added, mistaken or swapped with their neighbour (Damerau and Levenshtein)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]

"""Gathering: the words that the catalogue uses, so that a slip of the finger can be taken for the word it was to be."""

from __future__ import annotations

import unicodedata

from django.db import connection, transaction

# What a course is found by first; the long description is looked through, but is too chatty to correct by.
_WORDS = """
    SELECT word, ndoc FROM ts_stat($$
        SELECT to_tsvector('simple', concat_ws(' ', title, qualification, keywords, summary))
        FROM providers_course WHERE withdrawn_at IS NULL
    $$)
    WHERE word ~ '^[[:alpha:]]{3,60}$'
"""
_WRITE = """
    INSERT INTO providers_word (word, plain, courses)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::int[]) AS found (word, plain, courses) ORDER BY word
    ON CONFLICT (word) DO UPDATE SET courses = excluded.courses WHERE providers_word.courses <> excluded.courses
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('providers_word'))"


def gather_words() -> int:
    """Bring the words up to date with all courses that are not withdrawn; says how many words there are.

    One gathers at a time; those who search meanwhile see the words as they were.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_WORDS)
        found = dict(cursor.fetchall())
        cursor.execute(_WRITE, [list(found), [plain(word) for word in found], list(found.values())])
        cursor.execute("DELETE FROM providers_word WHERE word <> ALL (%s)", [list(found)])
    return len(found)


def plain(word: str) -> str:
    """The word in small letters and without accents, as many people type it: "Comptabilité" is "comptabilite"."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))

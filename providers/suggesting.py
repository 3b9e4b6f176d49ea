"""Suggesting: what a course is probably about, by its likeness to courses that somebody has categorised. A person
decides; nothing is categorised by this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import translation

from providers.categories import DETAILED_FIELDS

# So many of the likest courses have a say.
NEIGHBOURS = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category, and how much of the likeness speaks for it, in percent."""

    category: str
    percent: int


def suggest_categories(courses: Collection[UUID]) -> dict[UUID, list[Suggestion]]:
    """For each course the likeliest categories, at most three, the likeliest first; none where nothing is like it.

    Two courses are alike as far as words of this one's title and keywords are found in the other, weighed as searching
    weighs them. The classification's own names speak, too, so that it works before anything is categorised. One query.
    """
    if not courses:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _LIKEST,
            {
                "courses": list(courses),
                "codes": list(DETAILED_FIELDS),
                "names": [_english(name) for name in DETAILED_FIELDS.values()],
                "neighbours": NEIGHBOURS,
            },
        )
        votes: dict[UUID, dict[str, float]] = defaultdict(dict)
        for course, category, weight in cursor.fetchall():
            votes[course][category] = weight
    return {course: _likeliest(weights) for course, weights in votes.items()}


def _likeliest(weights: dict[str, float]) -> list[Suggestion]:
    whole = sum(weights.values())
    best = sorted(weights.items(), key=lambda each: (-each[1], each[0]))[:3]
    return [Suggestion(category, round(100 * weight / whole)) for category, weight in best]


def _english(name: object) -> str:
    """The classification's name as its source has it, which is what titles are compared with."""
    with translation.override("en-gb"):
        return str(name)


_LIKEST = """
    WITH field AS (
        SELECT code, setweight(to_tsvector('english', name), 'B') AS search
        FROM unnest(%(codes)s::text[], %(names)s::text[]) AS known (code, name)
    ),
    asked AS (
        SELECT id, (
            SELECT string_agg(quote_literal(word), ' | ')::tsquery
            FROM unnest(tsvector_to_array(to_tsvector('english', title || ' ' || keywords))) AS word
        ) AS words
        FROM providers_course WHERE id = ANY (%(courses)s)
    )
    SELECT asked.id, likest.category, sum(likest.weight)::float
    FROM asked CROSS JOIN LATERAL (
        SELECT category, weight FROM (
            SELECT other.category, ts_rank(other.search, asked.words) AS weight
            FROM providers_course AS other
            WHERE other.search @@ asked.words AND other.category <> '' AND other.id <> asked.id
            UNION ALL
            SELECT field.code, ts_rank(field.search, asked.words) FROM field WHERE field.search @@ asked.words
        ) AS every ORDER BY weight DESC, category LIMIT %(neighbours)s
    ) AS likest
    GROUP BY asked.id, likest.category
"""

"""What the vetting pages show of a course: why it waits, its price beside others, and what it is probably about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

import ledger
from providers.categories import category_name
from providers.models import Course
from providers.peers import Offer, Peers, against_peers
from providers.suggesting import Suggestion, suggest_categories
from providers.vetting_queue import Look, Why

# Whose price is that much above the middle of its peers' stands out.
FAR_OVER_PERCENT = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A course that is looked at. `offer` is its highest price; while it has no category, that of the likeliest one,
    and `is_guess`."""

    look: Look
    suggestions: list[Suggestion]
    offer: Offer
    peers: Peers | None

    @property
    def course(self) -> Course:
        return self.look.course

    @property
    def is_guess(self) -> bool:
        return not self.course.category

    @property
    def is_accredited(self) -> bool:
        return Why.UNACCREDITED not in self.look.why

    @property
    def is_far_over(self) -> bool:
        return self.peers is not None and self.peers.percent_over > FAR_OVER_PERCENT

    @property
    def suggestion(self) -> str:
        return category_words(self.suggestions[0]) if self.suggestions else ""


def rows_of(looks: Sequence[Look]) -> list[Row]:
    """Two queries, however many they are."""
    on = ledger.today()
    suggestions = suggest_categories([look.course.pk for look in looks])
    offers = []
    for look in looks:
        likely = suggestions.get(look.course.pk, [])
        category = look.course.category or (likely[0].category if likely else "")
        offers.append(Offer(look.course.pk, category, look.course.level, look.price_minor, look.currency))
    peers = against_peers(offers, on)
    return [
        Row(look, suggestions.get(look.course.pk, []), offer, stands)
        for look, offer, stands in zip(looks, offers, peers, strict=True)
    ]


def dearest_first(rows: Sequence[Row]) -> list[Row]:
    """By how far they are above the middle of their peers; those that cannot be compared come last."""
    compared = [row for row in rows if row.peers is not None]
    compared.sort(key=lambda row: -row.peers.percent_over if row.peers else 0)
    return [*compared, *(row for row in rows if row.peers is None)]


def category_words(suggestion: Suggestion) -> str:
    """A suggestion, with how sure it is."""
    return _("{category} ({percent} %)").format(category=category_name(suggestion.category), percent=suggestion.percent)

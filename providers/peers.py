"""Peers: what like courses cost, so that a price can be judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from uuid import UUID

from providers.models import CourseRun

# Fewer than this say nothing about a market.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Peers:
    """Prices of like course runs on sale, in minor units, and how far above their middle this one is."""

    count: int
    low_minor: int
    high_minor: int
    percent_over: int
    middle_minor: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A price that is to be compared, in minor units: of which course, and what that course is taken to be."""

    course: UUID
    category: str
    level: int | None
    price_minor: int | None
    currency: str

    @property
    def market(self) -> tuple[str, int | None, str]:
        """What makes courses alike."""
        return self.category, self.level, self.currency


def price_against_peers(run: CourseRun, on: date) -> Peers | None:
    """How a run's price stands among other courses' runs of the same category and level on sale that day.

    None when the run has no price or category, or there are fewer than `ENOUGH` to compare with. `percent_over`
    is negative for a price below the middle one. One query.
    """
    course = run.course
    [peers] = against_peers([Offer(course.pk, course.category, course.level, run.price_minor, run.currency)], on)
    return peers


def against_peers(offers: Sequence[Offer], on: date) -> list[Peers | None]:
    """The same for many prices, in their order. One query however many, and none where nothing can be compared."""
    wanted = [offer for offer in offers if offer.price_minor and offer.category]
    markets = _cheapest({offer.market for offer in wanted}, on) if wanted else {}
    return [_stand(offer, markets.get(offer.market, {})) for offer in offers]


def alike(offer: Offer, on: date) -> list[CourseRun]:
    """The cheapest run of each like course on sale that day, with course and provider, cheapest first. One query."""
    if not offer.category:
        return []
    runs = CourseRun.objects.on_sale(on).filter(
        course__category=offer.category, course__level=offer.level, currency=offer.currency
    )
    each = runs.exclude(course=offer.course).order_by("course_id", "price_minor", "id").distinct("course_id")
    return sorted(each.select_related("course__provider"), key=lambda run: (run.price_minor or 0, run.pk))


def _cheapest(
    markets: set[tuple[str, int | None, str]], on: date
) -> dict[tuple[str, int | None, str], dict[UUID, int]]:
    """The cheapest price of each course on sale, by market."""
    rows = CourseRun.objects.on_sale(on).filter(
        course__category__in={category for category, _level, _currency in markets},
        currency__in={currency for _category, _level, currency in markets},
    )
    found: dict[tuple[str, int | None, str], dict[UUID, int]] = defaultdict(dict)
    facts = rows.order_by("course", "-price_minor").values_list(
        "course", "course__category", "course__level", "currency", "price_minor"
    )
    for course, category, level, currency, price in facts:
        found[category, level, currency][course] = price or 0
    return found


def _stand(offer: Offer, market: dict[UUID, int]) -> Peers | None:
    prices = sorted(price for course, price in market.items() if course != offer.course)
    if not offer.price_minor or len(prices) < ENOUGH:
        return None
    middle = median_low(prices)
    percent = round((offer.price_minor - middle) * 100 / middle)
    return Peers(len(prices), prices[0], prices[-1], percent, middle)

"""Peers: what like courses cost, so that a price can be judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median_low

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


def price_against_peers(run: CourseRun, on: date) -> Peers | None:
    """How a run's price stands among other courses' runs of the same category and level on sale that day.

    None when the run has no price or category, or there are fewer than `ENOUGH` to compare with. `percent_over`
    is negative for a price below the middle one. One query.
    """
    if not run.price_minor or not run.course.category:
        return None
    alike = CourseRun.objects.on_sale(on).filter(
        course__category=run.course.category, course__level=run.course.level, currency=run.currency
    )
    cheapest_of_each = dict(
        alike.exclude(course=run.course_id).order_by("course", "-price_minor").values_list("course", "price_minor")
    )
    prices = sorted(price for price in cheapest_of_each.values() if price)
    if len(prices) < ENOUGH:
        return None
    middle = median_low(prices)
    return Peers(len(prices), prices[0], prices[-1], round((run.price_minor - middle) * 100 / middle))

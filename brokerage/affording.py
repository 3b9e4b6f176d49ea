"""Affording: which courses would cost a learner at most so much of their own, under the rules of the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import LearningAccount
from brokerage.requesting import quote_all
from providers.models import CourseRun
from providers.search import usual_prices

MOST_PRICES = 1_000
"""How many different prices are worked out. A catalogue has many runs, but few prices."""

Price = tuple[str, int | None, int]


@dataclass(frozen=True, slots=True)
class Affordable:
    """Prices, each a category, taught hours and minor units, of which the learner would pay no more than they said.

    `all_worked_out`: there are no other prices that might be such; else those that are asked for most were looked at.
    """

    prices: tuple[Price, ...]
    all_worked_out: bool


def affordable(learning_account: LearningAccount, own_minor: int, account_minor: int, on: dt.date) -> Affordable:
    """Of which prices this learner would pay at most `own_minor`, where `account_minor` is what they have for courses.

    Minor units of the scheme's currency. Every price is worked out as a quote is, once for all runs that cost the
    same, take as long and are of one category, since nothing else of a run makes its price. A fixed number of queries.
    """
    up_to_minor = own_minor + account_minor  # of a higher price more would be left to pay
    runs = usual_prices(learning_account.scheme.currency, up_to_minor, on, MOST_PRICES + 1)
    examples = CourseRun.objects.filter(pk__in=runs[:MOST_PRICES]).select_related("course").order_by()
    prices = examples.only("course__category", "hours", "price_minor", "currency")
    quotes = quote_all([(learning_account, run) for run in prices], list_prices=True)
    return Affordable(
        tuple(
            (priced.run.course.category, priced.run.hours, priced.split.price_minor)
            for priced in quotes.values()
            if priced.split.own_minor <= own_minor
        ),
        len(runs) <= MOST_PRICES,
    )

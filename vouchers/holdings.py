"""Holdings: what learning accounts can spend now, and what they have used of their scheme's ceilings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Sum

import ledger
from accounts.earmarks import OF_COURSES
from accounts.models import Purse
from accounts.spending import Contents
from vouchers.models import Funding

# How much is in each of these ledger accounts: `ledger.balances`, or `ledger.lock` for whoever is about to spend it.
Look = Callable[[Sequence[UUID]], Mapping[UUID, int]]


@dataclass(slots=True)
class Holding:
    """One learning account's purses that can be spent, by id, with what is in them, and what its vouchers used.

    `used_minor` is by price band: what these purses have given to courses under it, less what came back.
    """

    purses: dict[UUID, Purse] = field(default_factory=dict)
    contents: list[Contents] = field(default_factory=list)
    used_minor: dict[str, int] = field(default_factory=dict)

    def spend(self, given: Mapping[UUID, int]) -> None:
        """What is left once these purses have given so much for one course."""
        self.contents = [
            replace(
                one,
                left_minor=one.left_minor - given[one.purse],
                courses_left=None if one.courses_left is None else one.courses_left - 1,
            )
            if one.purse in given
            else one
            for one in self.contents
        ]


def holdings(accounts: Collection[UUID], on: dt.date, look: Look = ledger.balances) -> Mapping[UUID, Holding]:
    """What each of these learning accounts holds on that day; one that holds nothing is there too. Three queries.

    With `ledger.lock` to look with, the purses' balances are locked in id order, and what is read stays true.
    """
    purses = Purse.objects.spendable_by(accounts, on)
    every = [purse for several in purses.values() for purse in several]
    left = look([purse.ledger_account_id for purse in every])
    found: dict[UUID, Holding] = defaultdict(Holding)
    bought: dict[UUID, int] = defaultdict(int)
    for row in _given(every):
        if row["purse__earmark"] in OF_COURSES:
            used = found[row["voucher__learning_account"]].used_minor
            used[row["voucher__band"]] = used.get(row["voucher__band"], 0) + row["total"]
        bought[row["purse"]] += row["courses"]
    for account, several in purses.items():
        for purse in several:
            found[account].purses[purse.pk] = purse
            found[account].contents.append(_contents(purse, left[purse.ledger_account_id], bought[purse.pk]))
    return found


def _given(purses: Sequence[Purse]) -> Sequence[Mapping[str, Any]]:
    """What these purses have given by band, less what came back, and to how many vouchers that kept some of it."""
    given = Funding.objects.filter(purse__in=[purse.pk for purse in purses], returned_minor__lt=F("amount_minor"))
    return list(
        given.values("purse", "purse__earmark", "voucher__learning_account", "voucher__band")
        .annotate(total=Sum(F("amount_minor") - F("returned_minor")), courses=Count("voucher"))
        .order_by()
    )


def _contents(purse: Purse, left_minor: int, bought: int) -> Contents:
    most = purse.award.courses_at_most if purse.award else None
    return Contents(
        purse=purse.pk,
        kind=purse.award.kind if purse.award else "",
        left_minor=left_minor,
        expires_on=purse.expires_on,
        earmark=purse.earmark,
        categories=tuple(purse.categories),
        courses_left=None if most is None else max(0, most - bought),
        sponsored=purse.top_up_id is not None,
    )

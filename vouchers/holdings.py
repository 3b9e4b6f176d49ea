"""Holdings: what learning accounts can spend now, and what they have used of their scheme's ceilings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID

from django.db.models import F

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

    `used_minor` is by price band: what these purses have given to courses under it in the present period of their
    award, less what came back.
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
    by_id, began = {purse.pk: purse for purse in every}, _began(every)
    for given in _given(every):
        purse, voucher = by_id[cast(UUID, given.purse_id)], given.voucher
        if purse.earmark in OF_COURSES and voucher.reserved_at >= began.get(_period(purse), voucher.reserved_at):
            used = found[purse.learning_account_id].used_minor
            used[voucher.band] = used.get(voucher.band, 0) + given.amount_minor - given.returned_minor
        bought[purse.pk] += 1
    for account, several in purses.items():
        for purse in several:
            found[account].purses[purse.pk] = purse
            found[account].contents.append(_contents(purse, left[purse.ledger_account_id], bought[purse.pk]))
    return found


def _given(purses: Sequence[Purse]) -> Iterable[Funding]:
    """What these purses have given to vouchers that kept some of it."""
    given = Funding.objects.filter(purse__in=[purse.pk for purse in purses], returned_minor__lt=F("amount_minor"))
    return given.select_related("voucher").only(
        "purse", "amount_minor", "returned_minor", "voucher__band", "voucher__reserved_at"
    )


def _began(purses: Sequence[Purse]) -> dict[tuple[UUID, str], dt.datetime]:
    """When the present period of each kind of award began: with the newest one, also while an older purse lives on."""
    began: dict[tuple[UUID, str], dt.datetime] = {}
    for purse in purses:
        if purse.award is not None:
            began[_period(purse)] = max(purse.award.awarded_at, began.get(_period(purse), purse.award.awarded_at))
    return began


def _period(purse: Purse) -> tuple[UUID, str]:
    return purse.learning_account_id, purse.award.kind if purse.award else ""


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

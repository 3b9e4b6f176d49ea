"""Leaving: a learner takes along everything that is kept about them, gives up what is left, and is forgotten.

The ledger stays whole: it has ids, amounts and dates, and never had a name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

import ledger
from accounts import departing, purses, waiting
from accounts.models import Departure, Learner, LearningAccount, Purse, Waiting
from brokerage import errors, representing, requesting
from brokerage.advocacy import advocating
from brokerage.models import WAITING, Representative, Request, RequestState
from brokerage.organisations import declaring
from brokerage.referring import referring
from brokerage.talking import booking, calling_back
from brokerage.voice import proposing
from config import personal
from ledger import Actor, statements
from payments.models import CardRefund, CheckoutState
from vouchers.cases import Case, CaseState
from vouchers.models import LIVE, Redemption, Voucher

# Whoever paid can claim it back so long: six years for a contract (Limitation Act 1980, section 5).
KEPT_YEARS = 6
# Requests that a learner could still take back.
_OPEN = (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE)
_LINES = 500


@dataclass(frozen=True, slots=True)
class Outlook:
    """What leaving would mean today: what has to end first, and until when the rest is kept (None: nothing is).

    `vouchers` are live ones, `refunds` those that have not reached the learner, `cases` those that are not settled.
    """

    vouchers: list[Voucher]
    refunds: int
    cases: int
    erase_on: dt.date | None

    @property
    def may_leave(self) -> bool:
        return not (self.vouchers or self.refunds or self.cases)


def outlook(learner: Learner) -> Outlook:
    """A fixed number of queries."""
    mine = Voucher.objects.of_learner(learner)
    return Outlook(
        vouchers=list(mine.filter(state__in=LIVE).select_related("run__course")),
        cases=Case.objects.filter(learner=learner).exclude(state=CaseState.SETTLED).count(),
        refunds=CardRefund.objects.owed().filter(checkout__voucher__learner=learner).count(),
        erase_on=_kept_until(learner),
    )


def leave(learner: UUID, *, actor: Actor) -> Departure:
    """The learner leaves for good: requests are taken back, purses returned to where they came from, and they are
    forgotten, at once where nothing was ever paid for them, else but for what an audit of it needs.

    Refuses `StillOpen` while there is a live voucher, a refund on its way or a case. Left already, it is the same
    departure. Locks the learner's representatives, requests and accounts, then the learner, then what taking requests
    back and closing purses lock.
    """
    with transaction.atomic():
        _lock_who_buys(learner)
        person = Learner.objects.select_for_update(of=("self",)).select_related("user").get(pk=learner)
        earlier = Departure.objects.filter(learner=person).first()
        if earlier is not None:
            return earlier
        standing = outlook(person)
        if not standing.may_leave:
            raise errors.StillOpen()
        for asked in Request.objects.of_learner(person).filter(state__in=_OPEN, voucher=None):
            requesting.withdraw(asked.pk, learner=person, actor=actor)
        representing.end_all(person, actor=actor)
        advocating.end_all(person, actor=actor)
        referring.end_all(person, actor=actor)
        booking.cancel_all(person, actor=actor)
        calling_back.take_all_back(person, actor=actor)
        declaring.forget(person)
        proposing.forget_unshown(person)
        in_line = Waiting.objects.filter(ended_at=None, learning_account__learner=person)
        waiting.leave(list(in_line.order_by("id").select_for_update(no_key=True)), actor=actor)
        purses.give_up(person, actor=actor)
        departure = departing.depart(person, erase_on=standing.erase_on or ledger.today(), actor=actor)
        if standing.erase_on is None:
            departing.erase(person, actor=actor)
    return departure


def erase_due(*, actor: Actor) -> int:
    """Erase those who have left and whose day has come; how many. Can run twice. Each is a transaction of its own."""
    due = Departure.objects.filter(erase_on__lte=ledger.today(), learner__erased_at=None)
    ids = list(due.order_by("id").values_list("learner", flat=True))
    for learner in ids:
        with transaction.atomic():
            person = Learner.objects.select_for_update(of=("self",)).select_related("user").get(pk=learner)
            departing.erase(person, actor=actor)
    return len(ids)


def everything(learner: Learner) -> dict[str, Any]:
    """All that is kept about the learner: each table's rows, and every movement of their money."""
    return {
        "written_at": ledger.now(),
        "kept": personal.everything(learner.pk),
        "movements": list(_movements(learner)),
    }


def _lock_who_buys(learner: UUID) -> None:
    """What whoever buys for the learner holds, in their order: they are done before this, or find it taken back.

    A voucher's row holds its learner's. With the learner locked first, the two would wait for each other.
    """
    for rows in (
        Representative.objects.standing().filter(learner=learner),
        Request.objects.filter(learning_account__learner=learner, voucher=None),
        LearningAccount.objects.filter(learner=learner),
    ):
        list(rows.order_by("pk").select_for_update(of=("self",)))


def _movements(learner: Learner) -> Iterator[dict[str, Any]]:
    """Every movement of the learner's purses and vouchers, the newest first. Amounts are minor units."""
    mine = [
        *Purse.objects.filter(learning_account__learner=learner).values_list("ledger_account", flat=True),
        *Voucher.objects.of_learner(learner).values_list("account", flat=True),
    ]
    after: str | None = None
    while mine:
        page = statements.page(mine, after=after, limit=_LINES)
        for entry in page.entries:
            yield {
                "transfer": entry.transfer_id,
                "account": entry.account_id,
                "amount_minor": entry.amount_minor,
                "kind": entry.kind,
                "at": entry.created_at,
            }
        if page.next is None:
            return
        after = page.next


def _kept_until(learner: Learner) -> dt.date | None:
    """Until when what was paid for the learner can be claimed back; None when nothing ever was."""
    mine = Voucher.objects.of_learner(learner)
    moments = [
        *Redemption.objects.filter(voucher__learner=learner).values_list("made_at", flat=True),
        *mine.filter(checkout__state=CheckoutState.PAID).values_list("checkout__paid_at", flat=True),
        *mine.filter(redemptions__isnull=False).values_list("closed_at", flat=True),
    ]
    last = max((moment.date() for moment in moments if moment), default=None)
    return last and _years_later(last, KEPT_YEARS)


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)

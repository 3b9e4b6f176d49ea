"""Talks in the situations that tests begin from, made by the capabilities themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Learner
from brokerage import assigning
from brokerage.models import Adviser, Channel
from brokerage.talking import booking, calling_back, offering
from brokerage.talking.models import Booking, CallBack, Slot
from brokerage.talking.offering import Hours
from ledger import today
from tests.factories.brokerage import an_adviser
from tests.factories.vouchers import ACTOR, learning_accounts


def advised(cover: bool = True) -> tuple[Learner, Adviser]:
    """A learner with a named adviser, who is covered by Elin Pugh."""
    adviser = an_adviser(cover=an_adviser("Elin Pugh") if cover else None)
    learner = learning_accounts(1)[0].learner
    assigning.name_advisers([learner], [adviser])
    return learner, adviser


def slots(adviser: Adviser, count: int = 1, *, in_days: int = 7, minutes: int = 30, **more: Any) -> list[Slot]:
    """Free times of the adviser from ten o'clock on a day to come, by telephone."""
    begins = dt.datetime.combine(today() + dt.timedelta(days=in_days), dt.time(10))
    ends = begins + count * dt.timedelta(minutes=minutes)
    hours = Hours(begins.date(), begins.time(), ends.time(), minutes)
    given: dict[str, Any] = {"channels": [Channel.PHONE], "by": adviser, "actor": ACTOR} | more
    return offering.offer(hours, **given)


def a_booking(**more: Any) -> Booking:
    """A talk by telephone in a week."""
    learner, adviser = advised()
    [slot] = slots(adviser, **more)
    return booking.book(slot.pk, Channel.PHONE, "The evening course", learner=learner, actor=ACTOR)


def a_call_back(**more: Any) -> CallBack:
    learner, _adviser = advised()
    return calling_back.ask("01248 555 010", language="en-gb", learner=learner, actor=ACTOR, **more)

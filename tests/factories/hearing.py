"""What learners are asked and say, in the situations that tests begin from."""

from __future__ import annotations

from typing import Any

from accounts.models import Learner
from brokerage.hearing import answering, asking
from brokerage.hearing.answering import Said
from brokerage.hearing.asking import AFTER
from brokerage.hearing.models import Destination, GuidanceFeedback, GuidanceRemark
from brokerage.models import Adviser, Channel
from brokerage.talking.recording import put_down
from tests.factories.accounts import a_manager
from tests.factories.brokerage import an_adviser
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts, vouchers
from vouchers.models import State

GOOD = Said(listened=True, understood=True, helped=True, pushed=False)


def talked(learner: Learner, adviser: Adviser) -> None:
    put_down(learner.pk, by=adviser, channel=Channel.PHONE, minutes=20, note="We talked.", actor=ACTOR)


def asked(clock: Any, count: int = 1, *, adviser: Adviser | None = None) -> list[GuidanceFeedback]:
    """As many learners talked with an adviser of Foryd Careers yesterday, and are asked how it was."""
    adviser = adviser or an_adviser()
    learners = [account.learner for account in learning_accounts(count)]
    for learner in learners:
        talked(learner, adviser)
    clock.move_by(days=1)
    asking.about_guidance(actor=ACTOR)
    return list(GuidanceFeedback.objects.filter(learner__in=learners).select_related("learner__user", "organisation"))


def say(feedback: GuidanceFeedback, words: str = "", said: Said = GOOD) -> GuidanceFeedback:
    return answering.give(feedback.pk, said, words, learner=feedback.learner, actor=ACTOR)


def show(remark: GuidanceRemark) -> GuidanceRemark:
    return answering.look_at(remark.pk, held_back=None, by=a_manager(a_scheme()), actor=ACTOR)


def heard(clock: Any, count: int = 10, words: str = "They took their time.") -> list[GuidanceFeedback]:
    """As many have answered; the first in words that are shown."""
    given = [say(each, words if place == 0 else "") for place, each in enumerate(asked(clock, count))]
    show(given[0].remarks.get())
    return given


def a_lead() -> Adviser:
    """Whoever leads Foryd Careers."""
    lead = an_adviser("Menai Hughes")
    Adviser.objects.filter(pk=lead.pk).update(leads=True)
    lead.refresh_from_db()
    return lead


def half_a_year_after(clock: Any, count: int = 1) -> list[Destination]:
    """As many completed one course half a year ago, and are asked what became of them."""
    bought = vouchers(count, state=State.CLOSED)
    clock.move_by(days=AFTER.days)
    asking.what_became(actor=ACTOR)
    found = Destination.objects.filter(voucher__in=bought)
    return list(found.select_related("voucher__learner__user", "voucher__run__course"))

"""What a provider's things are called: states, steps and tasks, in the words of who works there."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from vouchers.models import Control, Milestone, MilestoneState, State, Voucher
from web.templatetags.waymark import day


def step(milestone: Milestone) -> str:
    """Where a milestone stands."""
    if milestone.state == MilestoneState.CONFIRMED:
        return _("confirmed on {day}").format(day=day(milestone.confirmed_at))
    return {
        MilestoneState.PLANNED: _("still to come"),
        MilestoneState.DECLARED: _("waiting for the learner to confirm"),
        MilestoneState.DISPUTED: _("the learner says that this is not right"),
    }[MilestoneState(milestone.state)]


def happens_next(voucher: Voucher, steps: list[Milestone], today: dt.date) -> str:
    """What happens next with a voucher, and who does it, in a sentence."""
    if voucher.control != Control.CLEAR and voucher.state != State.CLOSED:
        return _(
            "This voucher is being looked at. Nothing can be done with it meanwhile, and its deadlines stand still."
        )
    if voucher.state == State.ISSUED:
        return _("You say whether you take the learner on. If nobody does in time, the money goes back.")
    if voucher.state == State.ACCEPTED and voucher.run.starts_on > today:
        return _("The course starts on {day}. Once the learner has come, say so here.").format(
            day=day(voucher.run.starts_on)
        )
    if voucher.state == State.ACCEPTED:
        return _("The course has started. Say on which day the learner came; they are then asked to confirm it.")
    if any(one.state == MilestoneState.DISPUTED for one in steps):
        return _("The learner says that something is not right. Somebody looks at it and gets in touch with you.")
    if any(one.state == MilestoneState.DECLARED for one in steps):
        return _("The learner is asked to confirm what you said. You are paid for it after that.")
    planned = next((one for one in steps if one.state == MilestoneState.PLANNED), None)
    if voucher.state == State.STARTED and planned is not None:
        return _("When the learner has reached “{step}”, say so here.").format(step=planned.title)
    if voucher.state == State.COMPLETED:
        return _("Everything is confirmed. Redeem what is due to you.")
    return _("There is nothing more to do.")

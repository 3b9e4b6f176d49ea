"""What an answer means for the learner: why, what it leads to under their policy, and what they can do by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brokerage.models import WAITING, Decision, Outcome, Policy, ReasonCode, Request, RequestState
from config.refusals import Sentence
from web.templatetags.waymark import day

# An adviser's codes, said to the learner.
REASONS: dict[str, Sentence] = {
    ReasonCode.NOT_SUITABLE: gettext_lazy("The course does not lead to your goal."),
    ReasonCode.TOO_HARD: gettext_lazy("An earlier step is needed first."),
    ReasonCode.TOO_EASY: gettext_lazy("You can do this already."),
    ReasonCode.PRICE: gettext_lazy("The price is high for what is offered."),
    ReasonCode.BETTER_OFFER: gettext_lazy("There is a better course for this."),
    ReasonCode.CIRCUMSTANCES: gettext_lazy("Times, travel or care do not fit yet."),
}


def reasons(decision: Decision) -> list[Sentence]:
    return [REASONS[code] for code in decision.reason_codes if code in REASONS]


def silence(asked: Request, now: dt.datetime) -> str:
    """What happens if nobody answers in time: the table of policies in `3-domain`, "Life cycles"."""
    if asked.policy == Policy.OPEN:
        return _("You may go ahead with or without an answer.")
    if asked.policy == Policy.GUIDED:
        return _("If you have no answer by then, you may go ahead.") if asked.answer_by > now else ""
    if asked.cover is None:
        return _("If you have no answer by then, your money lives longer by as much. Nobody decides by saying nothing.")
    return _(
        "If you have no answer by then, it goes to {name}, and your money lives longer by as much. Nobody decides by "
        "saying nothing."
    ).format(name=asked.cover.user.name)


def meaning(asked: Request, decisions: Sequence[Decision], now: dt.datetime, *, may_appeal: bool) -> list[str]:
    """What the answer leads to and what can be done, sentence by sentence; nothing while it waits or once it is bought.

    `decisions` are the request's, the newest first.
    """
    if asked.voucher_id or asked.state in WAITING or not decisions:
        return []
    said = [*_outcome(asked, decisions), *_next(asked, now)]
    if may_appeal and asked.state == RequestState.APPROVED:
        said.append(_("If you want what you asked for first, ask another adviser. You can do that once."))
        said.append(_("You lose nothing by asking: if they say no, what was approved still stands."))
    elif may_appeal:
        said.append(_("If you do not agree, ask another adviser. You can do that once."))
    return said


def _outcome(asked: Request, decisions: Sequence[Decision]) -> list[str]:
    match asked.state:
        case RequestState.APPROVED if decisions[0].outcome == Outcome.DECLINE:
            return [_("Another adviser has looked at it, and what was approved with a change still stands.")]
        case RequestState.APPROVED if asked.policy == Policy.STRUCTURED:
            return [_("An adviser had to say yes to this, and has.")]
        case RequestState.APPROVED:
            return [_("Your adviser agrees. The choice is yours.")]
        case RequestState.ADVISED_OTHERWISE:
            return [_("That is advice. The choice is yours.")]
        case RequestState.DECLINED:
            return [_("Your scheme lets an adviser say no to this, so you cannot buy it now. Nothing was taken.")]
        case RequestState.UPHELD:
            return [
                _(
                    "More than one adviser has looked at it, so this request is closed. Nothing was taken from your "
                    "account; you can ask for another course at any time."
                )
            ]
    return []


def _next(asked: Request, now: dt.datetime) -> list[str]:
    """Until when the course can be joined, where that still matters."""
    if asked.state in (RequestState.UPHELD, RequestState.WITHDRAWN):
        return []
    last = asked.run.last_day_to_join
    if last < timezone.localdate(now):
        return [_("The course could be joined until {day}, and cannot be any more.").format(day=day(last))]
    if asked.state == RequestState.DECLINED:
        return [_("The course can be joined until {day}.").format(day=day(last))]
    return [_("You can go ahead until {day}, the last day to join the course.").format(day=day(last))]

"""What a learner's things are called: states, steps and prices in the learner's own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.circumstances import Circumstances
from accounts.eligibility import believed, belongs
from accounts.pricing import because_of
from accounts.rules import Band, Rules
from accounts.spending import Contents
from brokerage.models import Policy, Request, RequestState
from providers.categories import category_name
from vouchers.models import Control, Milestone, Outcome, State, Voucher
from web.templatetags.waymark import day

_ORDER = (State.RESERVED, State.ISSUED, State.ACCEPTED, State.STARTED, State.COMPLETED)


def journey(voucher: Voucher) -> list[tuple[str, str]]:
    """The steps of a voucher's way and which of them are done; one that ended early ends the way there."""
    labels = {
        State.RESERVED: _("Chosen"),
        State.ISSUED: _("Issued"),
        State.ACCEPTED: _("Accepted"),
        State.STARTED: _("Started"),
        State.COMPLETED: _("Completed"),
    }
    if voucher.state == State.CLOSED and voucher.outcome != Outcome.COMPLETED:
        times = (voucher.reserved_at, voucher.issued_at, voucher.accepted_at, voucher.started_at, voucher.completed_at)
        reached = [state for state, at in zip(_ORDER, times, strict=True) if at]
        return [(labels[state], "done") for state in reached] + [(str(voucher.get_outcome_display()), "now")]
    at = len(_ORDER) if voucher.state == State.CLOSED else _ORDER.index(State(voucher.state))
    marks = ["done" if place < at else "now" if place == at else "later" for place in range(len(_ORDER))]
    return [(labels[state], mark) for state, mark in zip(_ORDER, marks, strict=True)]


def standing(voucher: Voucher) -> tuple[str, str]:
    """A voucher's state in words, and the tag's colour: "", wait, stop or over."""
    if voucher.control != Control.CLEAR and voucher.state != State.CLOSED:
        return _("Being looked at"), "stop"
    if voucher.state == State.CLOSED:
        return str(voucher.get_outcome_display()), "" if voucher.outcome == Outcome.COMPLETED else "over"
    return str(voucher.get_state_display()), "wait" if voucher.state == State.RESERVED else ""


def standing_of_request(asked: Request) -> tuple[str, str]:
    """A request's state in words, and the tag's colour."""
    if asked.voucher_id:
        return _("Became a voucher"), ""
    colours = {
        RequestState.DECLINED: "stop",
        RequestState.UPHELD: "stop",
        RequestState.WITHDRAWN: "over",
        RequestState.SUBMITTED: "wait",
        RequestState.IN_CONSULTATION: "wait",
        RequestState.APPROVED_ONCE: "wait",
        RequestState.APPEALED: "wait",
    }
    return str(asked.get_state_display()), colours.get(RequestState(asked.state), "")


def declared(milestone: Milestone) -> str:
    """What the provider says happened, as a sentence. The voucher comes with its run, course and provider."""
    words = {
        "start": _("{provider} says that you started “{course}” on {day}."),
        "completion": _("{provider} says that you completed “{course}” on {day}."),
    }
    sentence = words.get(milestone.code, _("{provider} says that “{step}” of “{course}” was reached on {day}."))
    course = milestone.voucher.run.course
    return sentence.format(
        provider=course.provider.name, course=course.title, step=milestone.title, day=day(milestone.occurred_on)
    )


def heading_of_declared(milestone: Milestone) -> str:
    """The same in a few words."""
    words = {
        "start": _("{provider} says your course has started"),
        "completion": _("{provider} says you have completed your course"),
    }
    sentence = words.get(milestone.code, _("{provider} says you have reached “{step}”"))
    return sentence.format(provider=milestone.voucher.run.course.provider.name, step=milestone.title)


def policy(wanted: str, approvals_needed: int = 1, *, by_lot: bool = False) -> str:
    """How far an adviser's word goes, before anything is asked, and how many advisers have to say yes."""
    if by_lot:
        return _(
            "Your scheme is finding out which way of advising helps most, and a draw decides which is yours when you "
            "ask. Your request says whether an adviser talks it over with you first, and who decides."
        )
    if approvals_needed > 1:
        return _("For this amount two advisers have to say yes: one after talking it over with you, then a second.")
    return {
        Policy.OPEN: _("You can go ahead as soon as you have asked. An adviser sees it too, if you want to talk."),
        Policy.GUIDED: _("An adviser talks it over with you first. Then the choice is yours."),
        Policy.STRUCTURED: _("For this amount an adviser has to say yes, after talking it over with you."),
    }[Policy(wanted)]


@dataclass(frozen=True, slots=True)
class Share:
    """What a scheme pays of which courses for one learner; the ceiling is minor units, None where there is none."""

    percent: int
    courses: str
    cap_minor: int | None
    reason: str


def shares(rules: Rules, learner: Circumstances, contents: Sequence[Contents], on: dt.date) -> list[Share]:
    """Every share that this learner comes under, the first that fits a course counting, as in `accounts.pricing`."""
    found: list[Share] = []
    person = believed(learner, rules.proofs, on)
    for band in rules.price.bands:
        if not belongs(person, band.who, on):
            continue
        if band.awards and not any(one.kind in band.awards and one.left_minor for one in contents):
            continue
        found.append(Share(band.rate_percent, _courses(band, found), band.cap_minor, _reason(band, person)))
        if not band.categories:
            break
    return found


def _courses(band: Band, before: list[Share]) -> str:
    if band.categories:
        return ", ".join(str(category_name(code)) for code in band.categories)
    return _("any other course") if before else _("any accredited course")


def _reason(band: Band, learner: Circumstances) -> str:
    """Why the learner comes under it; that a course is on a list is said by naming the list."""
    mine = [benefit for benefit in band.who.benefits if benefit in learner.benefits]
    return because_of(mine) if mine else ""

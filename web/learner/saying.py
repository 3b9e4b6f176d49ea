"""What a learner's things are called: states and steps in the learner's own words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from vouchers.models import Outcome, State, Voucher

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
        times = (voucher.reserved_at, voucher.issued_at, voucher.accepted_at, voucher.started_at)
        reached = [state for state, at in zip(_ORDER, times, strict=False) if at]
        return [(labels[state], "done") for state in reached] + [(str(voucher.get_outcome_display()), "now")]
    at = len(_ORDER) if voucher.state == State.CLOSED else _ORDER.index(State(voucher.state))
    marks = ["done" if place < at else "now" if place == at else "later" for place in range(len(_ORDER))]
    return [(labels[state], mark) for state, mark in zip(_ORDER, marks, strict=True)]


def standing(voucher: Voucher) -> tuple[str, str]:
    """A voucher's state in words, and the tag's colour: "", wait, stop or over."""
    if voucher.control != "clear" and voucher.state != State.CLOSED:
        return _("Being looked at"), "stop"
    if voucher.state == State.CLOSED:
        return str(voucher.get_outcome_display()), "" if voucher.outcome == Outcome.COMPLETED else "over"
    return str(voucher.get_state_display()), "wait" if voucher.state == State.RESERVED else ""


def movement(kind: str) -> str:
    """What a movement of money was, in words."""
    words = {
        "award": _("Put into your account"),
        "reservation": _("Set aside in a voucher"),
        "copayment": _("You paid by card"),
        "redemption": _("Paid to the provider, after you confirmed"),
        "redemption_reversed": _("Given back by the provider"),
        "voucher_returned": _("Came back from a voucher"),
        "purse_expired": _("Went back to the scheme when its time was over"),
    }
    return words.get(kind, kind)

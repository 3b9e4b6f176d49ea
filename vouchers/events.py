"""What happens to a voucher, as the ledger's events: ids, codes, amounts and dates only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledger import Actor, Event, EventKind

if TYPE_CHECKING:
    from vouchers.payouts import Payout

_PARTIES = {"learner", "provider", "scheme"}

RESERVED = EventKind(
    "voucher.reserved", fields=_PARTIES | {"run", "extras", "price_minor", "from_purse_minor", "own_minor"}
)
PRICE_AGREED = EventKind("price.agreed", fields={"learner", "run", "price_minor", "list_minor", "until"})
ISSUED = EventKind("voucher.issued", fields=_PARTIES | {"price_minor", "accept_by"})
COPAYMENT_RETURNED = EventKind("voucher.copayment_returned", fields=_PARTIES | {"amount_minor", "checkout"})
REFUND_ARRIVED = EventKind("voucher.refund_arrived", fields=_PARTIES | {"amount_minor", "refund"})
REFUND_FAILED = EventKind("voucher.refund_failed", fields=_PARTIES | {"amount_minor", "refund"})
REFUND_SENT_AGAIN = EventKind("voucher.refund_sent_again", fields=_PARTIES | {"amount_minor", "refund", "instead"})
REFUND_PAID_BY_HAND = EventKind("voucher.refund_paid_by_hand", fields=_PARTIES | {"amount_minor", "refund"})
# The card's bank had paid it back already: what could not be sent back is the scheme's.
REFUND_KEPT = EventKind("voucher.refund_kept", fields=_PARTIES | {"amount_minor", "refund"})
CARD_DISPUTED = EventKind("voucher.card_disputed", fields=_PARTIES | {"amount_minor", "dispute"})
CARD_DISPUTE_WON = EventKind("voucher.card_dispute_won", fields=_PARTIES | {"amount_minor", "dispute"})
CHARGED_BACK = EventKind("voucher.charged_back", fields=_PARTIES | {"amount_minor", "dispute"})
CHARGEBACK_DECIDED = EventKind("voucher.chargeback_decided", fields=_PARTIES | {"amount_minor", "dispute", "decision"})
# Of a payout of the card gateway, each scheme's share; below nothing, it is the other way round.
CARD_FEES_KEPT = EventKind("scheme.card_fees_kept", fields={"amount_minor", "payout"})
CARD_MONEY_PAID_OUT = EventKind("scheme.card_money_paid_out", fields={"amount_minor", "payout"})
CARD_PAYOUT_FAILED = EventKind("scheme.card_payout_failed", fields={"amount_minor", "payout"})
CARD_PROBLEM_DEALT_WITH = EventKind("card_problem.dealt_with", fields={"problem", "checkout"})
ACCEPTED = EventKind("voucher.accepted", fields=_PARTIES)
STARTED = EventKind("voucher.started", fields=_PARTIES)
MILESTONE_DECLARED = EventKind(
    "milestone.declared", fields=_PARTIES | {"number", "code", "amount_minor", "occurred_on", "confirm_by"}
)
MILESTONE_CONFIRMED = EventKind("milestone.confirmed", fields=_PARTIES | {"number", "code", "amount_minor", "factor"})
MILESTONE_DISPUTED = EventKind("milestone.disputed", fields=_PARTIES | {"number", "code", "amount_minor"})
COMPLETED = EventKind("voucher.completed", fields=_PARTIES)
ATTENDANCE_RECORDED = EventKind("attendance.recorded", fields=_PARTIES | {"attendance", "day", "attended", "replaces"})
REDEEMED = EventKind("voucher.redeemed", fields=_PARTIES | {"redemption", "number", "amount_minor"})
REDEMPTION_REVERSED = EventKind(
    "voucher.redemption_reversed", fields=_PARTIES | {"redemption", "number", "amount_minor"}
)
CLOSED = EventKind("voucher.closed", fields=_PARTIES | {"outcome", "reason", "to_purse_minor", "to_card_minor"})
CONTROL_CHANGED = EventKind("voucher.control_changed", fields=_PARTIES | {"control"})
# The provider was suspended, or goes on: the voucher's deadlines stand still from then on, or run again.
PROVIDER_STOPPED = EventKind("voucher.provider_suspended", fields=_PARTIES)
PROVIDER_GOES_ON = EventKind("voucher.provider_goes_on", fields=_PARTIES | {"expires_at"})
QUESTION_ASKED = EventKind("question.asked", fields=_PARTIES | {"asked", "what", "until"})
QUESTION_TAKEN_BACK = EventKind("question.taken_back", fields=_PARTIES | {"asked", "what"})
QUESTION_AGREED = EventKind("question.agreed", fields=_PARTIES | {"asked", "what"})
QUESTION_DECLINED = EventKind("question.declined", fields=_PARTIES | {"asked", "what"})
MORE_TIME_GIVEN = EventKind("voucher.more_time_given", fields=_PARTIES | {"until"})
# Not what the answer was: an event can never be erased, and an opinion is the learner's own.
FEEDBACK_GIVEN = EventKind("feedback.given", fields=_PARTIES | {"voucher", "with_words"})
# Not to whom: whoever reads the provider's events must not learn which learner it was.
FEEDBACK_ANSWERED = EventKind("feedback.answered", fields={"provider", "remark"})
FEEDBACK_LOOKED_AT = EventKind("feedback.looked_at", fields={"feedback", "by", "held_back"})
# A mediator found that the learner never asked for it: what is not with the bank yet is taken back from the provider;
# for what is, the scheme stands in, and it is clawed back, or not, by a decision of its own.
TAKEN_BACK = EventKind("voucher.redemption_taken_back", fields=_PARTIES | {"redemption", "case", "amount_minor"})
MADE_GOOD = EventKind("voucher.made_good", fields=_PARTIES | {"redemption", "case", "amount_minor"})
CLAWED_BACK = EventKind("voucher.redemption_clawed_back", fields=_PARTIES | {"redemption", "case", "amount_minor"})
MILESTONE_UNDONE = EventKind("milestone.undone", fields=_PARTIES | {"number", "code", "case"})

_CASE = {"learner", "scheme", "case_kind", "voucher"}
CASE_OPENED = EventKind("case.opened", fields=_CASE | {"answer_by", "transfer"})
CASE_TAKEN = EventKind("case.taken", fields=_CASE)
CASE_ASKED = EventKind("case.asked", fields=_CASE)
CASE_ANSWERED = EventKind("case.answered", fields=_CASE | {"side", "answer_by"})
CASE_SETTLED = EventKind("case.settled", fields=_CASE | {"outcome", "recovery"})
CASE_RECOVERED = EventKind("case.recovered", fields=_CASE | {"recovery", "amount_minor"})
# What its provider is told of a case, and what for: opened, asked or settled.
CASE_TOLD_PROVIDER = EventKind("case.told_provider", fields={"provider", "scheme", "case_kind", "step", "voucher"})

_RUN = {"scheme"}
RUN_PREPARED = EventKind("payout_run.prepared", fields=_RUN | {"payouts", "amount_minor"})
RUN_APPROVED = EventKind("payout_run.approved", fields=_RUN)
RUN_SENT = EventKind("payout_run.sent", fields=_RUN | {"payouts", "amount_minor"})
RUN_CANCELLED = EventKind("payout_run.cancelled", fields=_RUN)
_PAYOUT = {"provider", "scheme", "run", "amount_minor"}
PAYOUT_PREPARED = EventKind("payout.prepared", fields=_PAYOUT)
PAYOUT_APPROVED = EventKind("payout.approved", fields=_PAYOUT)
PAYOUT_SENT = EventKind("payout.sent", fields=_PAYOUT)
PAYOUT_SETTLED = EventKind("payout.settled", fields=_PAYOUT)
PAYOUT_RETURNED = EventKind("payout.returned", fields=_PAYOUT | {"reason"})
PAYOUT_CANCELLED = EventKind("payout.cancelled", fields=_PAYOUT | {"reason"})

# What concerns the provider: not how the learner paid, nor where the money went back to.
_ITS_OWN = (
    ISSUED,
    ACCEPTED,
    STARTED,
    MILESTONE_DECLARED,
    MILESTONE_CONFIRMED,
    MILESTONE_DISPUTED,
    COMPLETED,
    ATTENDANCE_RECORDED,
)
_ITS_MONEY = (
    *(REDEEMED, REDEMPTION_REVERSED, TAKEN_BACK, CLAWED_BACK, CONTROL_CHANGED),
    *(PAYOUT_PREPARED, PAYOUT_APPROVED, PAYOUT_SENT, PAYOUT_SETTLED, PAYOUT_RETURNED, PAYOUT_CANCELLED),
)
OF_THE_PROVIDER = frozenset(kind.name for kind in (*_ITS_OWN, *_ITS_MONEY))


def of_payout(kind: EventKind, payout: Payout, actor: Actor, *, scheme: UUID, **data: Any) -> Event:
    """An event of a payout, whose run belongs to `scheme`."""
    return kind.by(
        actor,
        subject=payout.subject,
        provider=payout.provider_id,
        scheme=scheme,
        run=payout.run_id,
        amount_minor=payout.amount_minor,
        **data,
    )

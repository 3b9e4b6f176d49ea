"""The verbs of a voucher for up to ten thousand at once, an outcome for each line in the same order.

Each has an address of its own beside `/vouchers`, as `/redemptions` has: after `/vouchers/` comes a voucher's code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api import bodies, descriptions, showing
from api.describing import described
from api.endpoint import Call, Endpoint, writes
from api.lines import each_line
from api.scopes import Scope
from config.refusals import Refusal
from vouchers import delivery, ending
from vouchers.delivery import START, Declaration
from vouchers.ending import Cancellation
from vouchers.models import Milestone, Voucher


class Acceptances(Endpoint):
    @described(descriptions.ACCEPT_MANY)
    @writes(Scope.DELIVER, takes=bodies.ACCEPTANCES, moves_money=False)
    def post(self, call: Call) -> dict[str, Any]:
        return _stand(call, "accepted", delivery.accept(_codes(call), by=call.provider, actor=call.actor))


class Declines(Endpoint):
    @described(descriptions.DECLINE_MANY)
    @writes(Scope.DELIVER, takes=bodies.DECLINES, moves_money=True)
    def post(self, call: Call) -> dict[str, Any]:
        return _stand(call, "declined", delivery.decline(_codes(call), by=call.provider, actor=call.actor))


class Cancellations(Endpoint):
    @described(descriptions.CANCEL_MANY)
    @writes(Scope.CANCEL, takes=bodies.CANCELLATIONS, moves_money=True)
    def post(self, call: Call) -> dict[str, Any]:
        lines = [Cancellation(line["voucher"], line["reason"]) for line in call.body["lines"]]
        return _stand(call, "cancelled", ending.cancel(lines, by=call.provider, actor=call.actor))


class Starts(Endpoint):
    @described(descriptions.START_MANY)
    @writes(Scope.DELIVER, takes=bodies.STARTS, moves_money=False)
    def post(self, call: Call) -> dict[str, Any]:
        return _declare(call, [Declaration(line["voucher"], START, line["occurred_on"]) for line in call.body["lines"]])


class Declarations(Endpoint):
    @described(descriptions.DECLARE_MANY)
    @writes(Scope.DELIVER, takes=bodies.DECLARATIONS, moves_money=False)
    def post(self, call: Call) -> dict[str, Any]:
        lines = call.body["lines"]
        return _declare(call, [Declaration(line["voucher"], line["milestone"], line["occurred_on"]) for line in lines])


def _codes(call: Call) -> list[str]:
    return [line["voucher"] for line in call.body["lines"]]


def _declare(call: Call, lines: Sequence[Declaration]) -> dict[str, Any]:
    answers = delivery.declare(lines, by=call.provider, actor=call.actor)
    left = showing.left_in([answer.voucher for answer in answers if isinstance(answer, Milestone)])

    def show(milestone: Milestone) -> dict[str, Any]:
        voucher = milestone.voucher
        return {
            "voucher": showing.state(voucher, left[voucher.account_id]),
            "milestone": showing.milestone(milestone),
        }

    return each_line(call, "declared", answers, show)


def _stand(call: Call, done: str, answers: Sequence[Voucher | Refusal]) -> dict[str, Any]:
    left = showing.left_in([answer for answer in answers if isinstance(answer, Voucher)])
    return each_line(call, done, answers, lambda voucher: {"voucher": showing.state(voucher, left[voucher.account_id])})

"""Redemptions: a confirmed milestone's money, for one voucher or for ten thousand, and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import ledger
from api import bodies, descriptions, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.lines import each_line
from api.scopes import Scope
from config.refusals import only
from vouchers import receipts, redemption
from vouchers.errors import RedemptionNotFound
from vouchers.redemption import Line, Redeemed


class Redeem(Endpoint):
    @described(descriptions.REDEEM)
    @writes(Scope.REDEEM, takes=bodies.REDEEM, moves_money=True)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        line = Line(code, call.body.get("milestone"), call.body.get("amount_minor"))
        redeemed = only(redemption.redeem([line], by=call.provider, actor=call.actor))
        owed = ledger.balances([redeemed.payable])[redeemed.payable]
        scheme = redeemed.voucher.learning_account.scheme
        return {**_redeemed(redeemed), "payable": showing.payable(scheme, owed)}


class Redemptions(Endpoint):
    @described(descriptions.REDEEM_MANY)
    @writes(Scope.REDEEM, takes=bodies.REDEMPTIONS, moves_money=True)
    def post(self, call: Call) -> dict[str, Any]:
        lines = [Line(line["voucher"], line.get("milestone"), line.get("amount_minor")) for line in call.body["lines"]]
        answers = redemption.redeem(lines, by=call.provider, actor=call.actor)
        return {**each_line(call, "redeemed", answers, _redeemed), "payables": showing.payables(call.provider)}


class Reverse(Endpoint):
    @described(descriptions.REVERSE)
    @writes(Scope.REDEEM, moves_money=True)
    def post(self, call: Call, redemption_id: str) -> dict[str, Any]:
        undone = redemption.reverse(_read_id(redemption_id), by=call.provider, actor=call.actor)
        voucher = undone.voucher
        [payable] = showing.payables(call.provider, [voucher.learning_account.scheme_id])
        left = showing.left_in([voucher])[voucher.account_id]
        return {
            "voucher": showing.state(voucher, left),
            "redemption": showing.redemption(undone),
            "payable": payable,
        }


class Receipt(Endpoint):
    @described(descriptions.RECEIPT)
    @reads(Scope.MONEY)
    def get(self, call: Call, redemption_id: str) -> dict[str, Any]:
        return receipts.of_redemption(_read_id(redemption_id), by=call.provider).as_json()


def _redeemed(answer: Redeemed) -> dict[str, Any]:
    return {
        "voucher": showing.state(answer.voucher, answer.left_minor),
        "redemptions": [showing.redemption(made) for made in answer.redemptions],
    }


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise RedemptionNotFound(field="redemption") from None

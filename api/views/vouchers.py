"""Vouchers: look up, accept, decline, start, declare what was delivered, cancel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts import looking
from accounts.looking import Looker
from accounts.models import Look
from api import bodies, descriptions, listing, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.scopes import Scope
from config.ids import read_code
from config.refusals import only
from vouchers import delivery, ending, receipts
from vouchers.delivery import Declaration
from vouchers.ending import Cancellation
from vouchers.errors import VoucherNotFound
from vouchers.models import Milestone, Voucher


class Vouchers(Endpoint):
    @described(descriptions.LIST_VOUCHERS)
    @reads(Scope.READ, query=listing.PARAMETERS)
    def get(self, call: Call) -> dict[str, Any]:
        page = listing.page(Voucher.objects.made_out_to(call.provider), call.query)
        shown = showing.vouchers_in_full(page.vouchers)
        _looked(call, Look.What.VOUCHERS, page.vouchers)
        return {"vouchers": shown, "next_cursor": page.next_cursor}


class OneVoucher(Endpoint):
    @described(descriptions.LOOK_UP)
    @reads(Scope.READ)
    def get(self, call: Call, code: str) -> dict[str, Any]:
        mine = Voucher.objects.made_out_to(call.provider)
        found = list(showing.with_details(mine.filter(code=read_code(code) or "")))
        if not found:
            raise VoucherNotFound(field="voucher")
        [shown] = showing.vouchers_in_full(found)
        _looked(call, Look.What.VOUCHER, found)
        return shown


class Receipt(Endpoint):
    @described(descriptions.VOUCHER_RECEIPT)
    @reads(Scope.MONEY)
    def get(self, call: Call, code: str) -> dict[str, Any]:
        return receipts.of_voucher(code, by=call.provider).as_json()


class Accept(Endpoint):
    @described(descriptions.ACCEPT)
    @writes(Scope.DELIVER, moves_money=False)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        return _stands(only(delivery.accept([code], by=call.provider, actor=call.actor)))


class Decline(Endpoint):
    @described(descriptions.DECLINE)
    @writes(Scope.DELIVER, moves_money=True)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        return _stands(only(delivery.decline([code], by=call.provider, actor=call.actor)))


class Start(Endpoint):
    @described(descriptions.START)
    @writes(Scope.DELIVER, takes=bodies.OCCURRED, moves_money=False)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        day = call.body["occurred_on"]
        return _declared(only(delivery.start([code], occurred_on=day, by=call.provider, actor=call.actor)))


class Declare(Endpoint):
    @described(descriptions.DECLARE)
    @writes(Scope.DELIVER, takes=bodies.OCCURRED, moves_money=False)
    def post(self, call: Call, code: str, number: int) -> dict[str, Any]:
        declaration = Declaration(code, number, call.body["occurred_on"])
        return _declared(only(delivery.declare([declaration], by=call.provider, actor=call.actor)))


class Cancel(Endpoint):
    @described(descriptions.CANCEL)
    @writes(Scope.CANCEL, takes=bodies.CANCEL, moves_money=True)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        cancellation = Cancellation(code, call.body["reason"])
        return _stands(only(ending.cancel([cancellation], by=call.provider, actor=call.actor)))


def _looked(call: Call, what: Look.What, vouchers: Iterable[Voucher]) -> None:
    """Keep that a provider's system saw these learners' vouchers, for them to read."""
    looker = Looker(Look.Role.SYSTEM, None, call.provider.subject)
    looking.note(looker, what, [(voucher.learner_id, voucher.subject) for voucher in vouchers])


def _stands(voucher: Voucher) -> dict[str, Any]:
    return {"voucher": showing.state(voucher, showing.left_in([voucher])[voucher.account_id])}


def _declared(milestone: Milestone) -> dict[str, Any]:
    return _stands(milestone.voucher) | {"milestone": showing.milestone(milestone)}

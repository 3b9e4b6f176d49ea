"""Cancelling: with a coded reason, and what is not yet redeemed goes back where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_scheme, a_voucher
from vouchers.models import State, Voucher

Books = Callable[[], dict[Any, int]]


def cancel(caller: Caller, voucher: Voucher, body: Any = None) -> Any:
    path = f"/vouchers/{voucher.code}/cancel"
    response = caller.post(path, {"reason": "course_cancelled"} if body is None else body)
    holds("POST", f"/api/v1{path}", response)
    return response


@pytest.mark.parametrize("state", [State.ISSUED, State.ACCEPTED, State.STARTED])
def test_a_cancelled_voucher_gives_everything_back(
    caller: Caller, provider: Provider, books: Books, state: State
) -> None:
    voucher = a_voucher(provider=provider, state=state, worth=120_00)
    purse = voucher.fundings.get().purse.ledger_account_id
    before = books()
    response = cancel(caller, voucher)
    shown = response.json()["voucher"]
    assert (response.status_code, shown["state"], shown["outcome"], shown["left_minor"]) == (
        200,
        "closed",
        "cancelled",
        0,
    )
    assert books()[purse] - before[purse] == 120_00
    assert Voucher.objects.get(pk=voucher.pk).cancel_reason == "course_cancelled"


def test_the_learners_share_goes_to_refund_due(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, own=True, worth=100_00)
    before = books()
    cancel(caller, voucher)
    after, scheme = books(), a_scheme()
    assert after[scheme.refund_due_id] - before[scheme.refund_due_id] == 50_00
    assert after[voucher.account_id] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "field_missing"),
        ({"reason": "we felt like it"}, "field_wrong"),
        ({"reason": ""}, "field_wrong"),
        ({"reason": None}, "field_wrong"),
        ({"reason": ["course_full"]}, "field_wrong"),
        ({"reason": "'; DROP TABLE vouchers_voucher; --"}, "field_wrong"),
        ({"reason": "course_full", "note": "hello"}, "field_unknown"),
    ],
)
def test_the_reason_is_one_of_the_codes(caller: Caller, provider: Provider, books: Books, body: Any, code: str) -> None:
    voucher = a_voucher(provider=provider)
    before = books()
    response = cancel(caller, voucher, body)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert books() == before
    assert Voucher.objects.get(pk=voucher.pk).state == State.ISSUED


@pytest.mark.parametrize("state", [State.COMPLETED, State.CLOSED])
def test_a_completed_voucher_is_not_cancelled(caller: Caller, provider: Provider, books: Books, state: State) -> None:
    voucher = a_voucher(provider=provider, state=state)
    before = books()
    assert cancel(caller, voucher).json()["code"] == "wrong_state"
    assert books() == before

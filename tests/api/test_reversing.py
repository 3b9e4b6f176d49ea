"""Reversing: a redemption is given back by a new transfer, and its milestone can be redeemed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from config.ids import uuid7
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import Control, Redemption, State, Voucher

Books = Callable[[], dict[Any, int]]


def reverse(caller: Caller, redemption: Any) -> Any:
    response = caller.post(f"/redemptions/{redemption}/reverse")
    holds("POST", f"/api/v1/redemptions/{redemption}/reverse", response)
    return response


def test_a_reversed_redemption_is_back_in_the_voucher(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    answer = reverse(caller, made["id"]).json()
    assert (answer["voucher"]["left_minor"], answer["payable"]["payable_minor"]) == (120_00, 0)
    assert answer["redemption"]["reversed_at"] is not None
    assert {**answer["redemption"], "reversed_at": None} == made
    assert books()[voucher.account_id] == 120_00
    again = caller.post(f"/vouchers/{voucher.code}/redeem").json()
    assert again["redemptions"][0]["amount_minor"] == 30_00
    assert Redemption.objects.count() == 2


def test_a_closed_voucher_opens_again(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.CLOSED)
    last = Redemption.objects.get(voucher=voucher, milestone__number=2)
    answer = reverse(caller, last.pk).json()
    assert (answer["voucher"]["state"], answer["voucher"]["outcome"]) == ("completed", None)


def test_a_redemption_is_reversed_once(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    reverse(caller, made["id"])
    before = books()
    response = reverse(caller, made["id"])
    assert (response.status_code, response.json()["code"]) == (409, "already_reversed")
    assert books() == before


def test_another_providers_redemption_is_as_one_that_does_not_exist(caller: Caller, books: Books) -> None:
    theirs = Redemption.objects.filter(voucher=a_voucher(state=State.CLOSED)).first()
    assert theirs is not None
    before = books()
    answers = [reverse(caller, wanted) for wanted in (theirs.pk, uuid7(), "not-an-id", "7")]
    assert [response.status_code for response in answers] == [404] * 4
    told = [{**response.json(), "request_id": "", "instance": "", "field": ""} for response in answers]
    assert told[0] == told[1] == told[2] == told[3]
    assert told[0]["code"] == "redemption_not_found"
    assert books() == before


@pytest.mark.parametrize("control", [Control.UNDER_REVIEW, Control.FROZEN])
def test_nothing_is_reversed_on_a_voucher_that_is_not_clear(
    caller: Caller, provider: Provider, books: Books, control: Control
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    Voucher.objects.filter(pk=voucher.pk).update(control=control)
    before = books()
    assert reverse(caller, made["id"]).json()["code"] == "voucher_under_review"
    assert books() == before


def test_what_went_back_when_the_voucher_closed_is_not_redeemed_after_a_reversal(
    caller: Caller, provider: Provider, books: Books
) -> None:
    voucher = a_voucher(provider=provider, state=State.COMPLETED, confirmed=2, worth=120_00)
    path = f"/vouchers/{voucher.code}/redeem"
    caller.post(path, {"milestone": 1})
    [made] = caller.post(path, {"milestone": 2, "amount_minor": 50_00}).json()["redemptions"]
    reverse(caller, made["id"])
    assert books()[voucher.account_id] == 50_00
    problem = caller.post(path, {"milestone": 2, "amount_minor": 90_00}).json()
    assert (problem["code"], problem["facts"]) == ("more_than_is_left", {"left_minor": 50_00})
    answer = caller.post(path, {"milestone": 2}).json()
    assert (answer["redemptions"][0]["amount_minor"], answer["voucher"]["state"]) == (50_00, "closed")

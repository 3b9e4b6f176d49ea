"""Redeeming: confirmed milestones become money that the provider is owed, once, and never more than there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.models import Event
from ledger.models import Transfer as PostedTransfer
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import Control, Payable, Redemption, State, Voucher

Books = Callable[[], dict[Any, int]]


def redeem(caller: Caller, voucher: Voucher, body: Any = None, **how: Any) -> Any:
    path = f"/vouchers/{voucher.code}/redeem"
    response = caller.post(path, body, **how)
    holds("POST", f"/api/v1{path}", response)
    return response


def payable(provider: Provider) -> Any:
    return Payable.objects.get(provider=provider).account_id


def test_redeeming_all_that_is_confirmed(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    before = books()
    response = redeem(caller, voucher)
    answer = response.json()
    assert response.status_code == 200
    assert answer["voucher"] == {
        "code": voucher.code,
        "state": "started",
        "outcome": None,
        "control": "clear",
        "left_minor": 90_00,
        "currency": "GBP",
    }
    [made] = answer["redemptions"]
    assert (made["milestone"], made["amount_minor"], made["reversed_at"]) == (1, 30_00, None)
    assert (answer["payable"]["scheme"], answer["payable"]["payable_minor"]) == ("ila-wales-2003", 30_00)
    after = books()
    moved = {account: after[account] - before.get(account, 0) for account in after}
    assert {account: amount for account, amount in moved.items() if amount} == {
        voucher.account_id: -30_00,
        payable(provider): 30_00,
    }


def test_the_last_redemption_of_a_completed_voucher_closes_it(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.COMPLETED, confirmed=2, worth=120_00)
    answer = redeem(caller, voucher).json()
    assert (answer["voucher"]["state"], answer["voucher"]["outcome"]) == ("closed", "completed")
    assert answer["voucher"]["left_minor"] == 0
    assert [made["amount_minor"] for made in answer["redemptions"]] == [30_00, 90_00]
    assert answer["payable"]["payable_minor"] == 120_00


def test_redeeming_a_milestone_for_less_sends_the_rest_back_when_it_closes(
    caller: Caller, provider: Provider, books: Books
) -> None:
    voucher = a_voucher(provider=provider, state=State.COMPLETED, confirmed=2, worth=120_00)
    purse = voucher.fundings.get().purse.ledger_account_id
    redeem(caller, voucher, {"milestone": 1})
    before = books()
    answer = redeem(caller, voucher, {"milestone": 2, "amount_minor": 50_00}).json()
    assert (answer["voucher"]["state"], answer["voucher"]["left_minor"]) == ("closed", 0)
    assert books()[purse] - before[purse] == 40_00
    assert books()[payable(provider)] == 80_00


def test_the_learners_share_is_redeemed_with_the_schemes(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, own=True, state=State.COMPLETED, confirmed=2, worth=100_00)
    assert (voucher.from_purse_minor, voucher.own_minor) == (50_00, 50_00)
    assert redeem(caller, voucher).json()["payable"]["payable_minor"] == 100_00
    assert books()[voucher.account_id] == 0


def test_the_transfer_says_which_key_moved_it(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    [made] = redeem(caller, voucher).json()["redemptions"]
    event = PostedTransfer.objects.get(reference=f"redemption:{made['id']}").event
    assert (event.kind, event.actor, event.acting_for) == (
        "voucher.redeemed",
        f"key:{caller.key.pk}",
        f"provider:{provider.pk}",
    )


REFUSED: list[tuple[Any, int, str, str | None]] = [
    ({"amount_minor": 0}, 422, "amount_not_positive", "amount_minor"),
    ({"amount_minor": -1}, 422, "amount_not_positive", "amount_minor"),
    ({"amount_minor": -(2**63)}, 422, "amount_not_whole", "amount_minor"),
    ({"amount_minor": 2**63}, 422, "amount_not_whole", "amount_minor"),
    ({"amount_minor": 30_01}, 422, "more_than_is_left", "amount_minor"),
    ({"milestone": 1, "amount_minor": 90_00}, 422, "more_than_is_left", "amount_minor"),
    ('{"amount_minor": 12.5}', 422, "amount_not_whole", "amount_minor"),
    ('{"amount_minor": 12.0}', 422, "amount_not_whole", "amount_minor"),
    ('{"amount_minor": 1e2}', 422, "amount_not_whole", "amount_minor"),
    ('{"amount_minor": "12"}', 422, "amount_not_whole", "amount_minor"),
    ('{"amount_minor": true}', 422, "amount_not_whole", "amount_minor"),
    ('{"amount_minor": null}', 422, "amount_not_whole", "amount_minor"),
    ('{"amount_minor": [100]}', 422, "amount_not_whole", "amount_minor"),
    ({"milestone": 2}, 409, "not_confirmed", "milestone"),
    ({"milestone": 3}, 404, "milestone_not_found", "milestone"),
    ({"milestone": 0}, 422, "field_wrong", "milestone"),
    ({"milestone": "1"}, 422, "field_wrong", "milestone"),
    ({"milestone": True}, 422, "field_wrong", "milestone"),
    ({"milestone": None}, 422, "field_wrong", "milestone"),
    ({"amount": 100}, 422, "field_unknown", "amount"),
]


@pytest.mark.parametrize(("body", "status", "code", "field"), REFUSED)
def test_an_amount_or_milestone_that_cannot_be_redeemed_moves_nothing(
    caller: Caller, provider: Provider, books: Books, body: Any, status: int, code: str, field: str | None
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    before, events = books(), Event.objects.count()
    response = redeem(caller, voucher, body)
    problem = response.json()
    assert (response.status_code, problem["code"], problem.get("field")) == (status, code, field)
    assert books() == before
    assert not Redemption.objects.exists()
    assert Event.objects.count() == events


def test_more_than_is_left_says_how_much_is(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    problem = redeem(caller, voucher, {"amount_minor": 99_00}).json()
    assert problem["facts"] == {"left_minor": 30_00}


def test_a_milestone_redeemed_again_under_another_key_is_told_the_first_redemption(
    caller: Caller, provider: Provider, books: Books
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    [first] = redeem(caller, voucher, {"milestone": 1}).json()["redemptions"]
    before = books()
    response = redeem(caller, voucher, {"milestone": 1})
    problem = response.json()
    assert (response.status_code, problem["code"]) == (409, "already_redeemed")
    assert problem["redemption"] == first
    assert books() == before


def test_nothing_is_redeemed_that_the_learner_has_not_confirmed(
    caller: Caller, provider: Provider, books: Books
) -> None:
    voucher = a_voucher(provider=provider, state=State.COMPLETED)
    before = books()
    assert redeem(caller, voucher).json()["code"] == "not_confirmed"
    assert books() == before


@pytest.mark.parametrize("control", [Control.UNDER_REVIEW, Control.FROZEN])
def test_a_voucher_that_is_not_clear_pays_nothing(
    caller: Caller, provider: Provider, books: Books, control: Control
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    Voucher.objects.filter(pk=voucher.pk).update(control=control)
    before = books()
    response = redeem(caller, voucher)
    assert (response.status_code, response.json()["code"]) == (409, "voucher_under_review")
    assert books() == before


def test_a_voucher_not_started_pays_nothing(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED)
    before = books()
    assert redeem(caller, voucher).json()["code"] == "wrong_state"
    assert books() == before


def test_a_voucher_that_waits_for_the_learners_payment_is_no_voucher_yet(
    caller: Caller, provider: Provider, books: Books
) -> None:
    voucher = a_voucher(provider=provider, own=True, state=State.RESERVED)
    before = books()
    response = redeem(caller, voucher)
    assert (response.status_code, response.json()["code"]) == (404, "voucher_not_found")
    assert books() == before

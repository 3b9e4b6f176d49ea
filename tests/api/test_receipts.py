"""Receipts: a provider's redemption is proven to be in the sealed log, to that provider alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from api.scopes import Scope
from config.ids import new_code, uuid7
from ledger import sealing
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import Redemption, State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_in_the_cluster")]
Count = Callable[[int], Any]


def receipt(caller: Caller, redemption: Any) -> Any:
    return fetched(caller, f"/redemptions/{redemption}/receipt")


def fetched(caller: Caller, path: str) -> Any:
    response = caller.get(path)
    holds("GET", f"/api/v1{path}", response)
    return response


def said(response: Any) -> list[dict[str, Any]]:
    return [json.loads(row["leaf"])["row"] for log in response.json()["logs"] for row in log["rows"]]


def test_a_redemption_has_a_receipt_of_its_transfer_and_event_once_it_is_sealed(
    caller: Caller, provider: Provider
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    response = receipt(caller, made["id"])
    assert (response.status_code, response.json()["code"]) == (409, "not_sealed_yet")
    sealing.seal()
    leaves = {leaf["kind"]: leaf for leaf in said(receipt(caller, made["id"]))}
    assert leaves.keys() == {"redemption", "voucher.redeemed"}
    moved, happened = leaves["redemption"], leaves["voucher.redeemed"]
    assert (moved["amount_minor"], moved["event"]) == (30_00, happened["id"])
    assert happened["data"]["redemption"] == made["id"]


def test_the_reversal_of_a_redemption_is_in_its_receipt(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    sealing.seal()
    caller.post(f"/redemptions/{made['id']}/reverse")
    response = receipt(caller, made["id"])
    assert len(response.json()["not_sealed_yet"]) == 2
    sealing.seal()
    leaves = {leaf["kind"]: leaf for leaf in said(receipt(caller, made["id"]))}
    assert leaves["redemption_reversed"]["corrects"] == leaves["redemption"]["id"]


def test_another_providers_redemption_is_as_one_that_does_not_exist(caller: Caller) -> None:
    theirs = Redemption.objects.filter(voucher=a_voucher(state=State.CLOSED)).first()
    assert theirs is not None
    sealing.seal()
    for wanted in (theirs.pk, uuid7(), "not-an-id"):
        response = receipt(caller, wanted)
        assert (response.status_code, response.json()["code"]) == (404, "redemption_not_found")


def test_a_voucher_has_a_receipt_of_what_happened_to_it_but_not_of_how_the_learner_paid(
    caller: Caller, provider: Provider
) -> None:
    voucher = a_voucher(provider=provider, own=True, confirmed=1)
    caller.post(f"/vouchers/{voucher.code}/redeem")
    assert fetched(caller, f"/vouchers/{voucher.code}/receipt").json()["code"] == "not_sealed_yet"
    sealing.seal()
    leaves = said(fetched(caller, f"/vouchers/{voucher.code}/receipt"))
    assert sorted(leaf["kind"] for leaf in leaves) == [
        "milestone.confirmed",
        "milestone.declared",
        "redemption",
        "voucher.accepted",
        "voucher.issued",
        "voucher.redeemed",
        "voucher.started",
    ]


def test_another_providers_voucher_is_as_one_that_does_not_exist(caller: Caller) -> None:
    theirs = a_voucher(state=State.CLOSED)
    sealing.seal()
    for wanted in (theirs.code, new_code(), "not-a-code"):
        response = fetched(caller, f"/vouchers/{wanted}/receipt")
        assert (response.status_code, response.json()["code"]) == (404, "voucher_not_found")


def test_a_receipt_needs_the_scope_for_money(provider: Provider) -> None:
    caller = Caller.of(provider, scopes=[Scope.READ])
    response = receipt(caller, uuid7())
    assert (response.status_code, response.json()["code"]) == (403, "scope_missing")


def test_a_receipt_costs_the_same_queries_however_long_the_log_is(
    caller: Caller, provider: Provider, django_assert_num_queries: Count
) -> None:
    caller.get("/me")
    for _ in range(2):
        voucher = a_voucher(provider=provider, state=State.CLOSED)
        sealing.seal()
        made = Redemption.objects.filter(voucher=voucher).first()
        assert made is not None
        with django_assert_num_queries(9):
            receipt(caller, made.pk)
        with django_assert_num_queries(10):
            fetched(caller, f"/vouchers/{voucher.code}/receipt")

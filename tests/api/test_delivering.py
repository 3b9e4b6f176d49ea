"""Delivering: accept or decline, start, declare milestones. Each answers with where the voucher then stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from ledger import today
from ledger.models import Event
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import Control, State, Voucher

Books = Callable[[], dict[Any, int]]


def stands(response: Any) -> tuple[Any, ...]:
    voucher = response.json()["voucher"]
    return response.status_code, voucher["state"], voucher["outcome"], voucher["left_minor"]


def test_accepting_a_voucher(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, worth=120_00)
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/accept", once=None)
    holds("POST", f"/api/v1/vouchers/{voucher.code}/accept", response)
    assert stands(response) == (200, "accepted", None, 120_00)
    assert books() == before


def test_the_event_names_the_key_the_provider_and_the_request(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    response = caller.post(f"/vouchers/{voucher.code}/accept", {}, **{"X-Request-ID": "their-own-7"})
    event = Event.objects.get(subject=f"voucher:{voucher.pk}", kind="voucher.accepted")
    assert (event.actor, event.acting_for, event.request_id) == (
        f"key:{caller.key.pk}",
        f"provider:{provider.pk}",
        "their-own-7",
    )
    assert response["X-Request-ID"] == "their-own-7"


def test_a_request_id_that_is_no_id_is_replaced(caller: Caller) -> None:
    response = caller.get("/me", **{"X-Request-ID": "<script>"})
    assert "script" not in response["X-Request-ID"]
    assert len(response["X-Request-ID"]) == 36


def test_declining_sends_the_money_back_to_the_purse(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, worth=120_00)
    purse = voucher.fundings.get().purse.ledger_account_id
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/decline")
    holds("POST", f"/api/v1/vouchers/{voucher.code}/decline", response)
    assert stands(response) == (200, "closed", "declined", 0)
    after = books()
    assert after[purse] - before[purse] == 120_00
    assert after[voucher.account_id] == 0


def test_starting_declares_the_first_milestone(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED)
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/start", {"occurred_on": today().isoformat()})
    holds("POST", f"/api/v1/vouchers/{voucher.code}/start", response)
    assert stands(response) == (200, "started", None, 120_00)
    milestone = response.json()["milestone"]
    assert (milestone["number"], milestone["state"], milestone["occurred_on"]) == (
        1,
        "declared",
        today().isoformat(),
    )
    assert books() == before


def test_the_last_milestone_completes_the_voucher(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    response = caller.post(f"/vouchers/{voucher.code}/milestones/2/declare", {"occurred_on": today().isoformat()})
    holds("POST", f"/api/v1/vouchers/{voucher.code}/milestones/2/declare", response)
    assert stands(response) == (200, "completed", None, 120_00)


def refused(response: Any, caller: Caller, path: str, status: int, code: str) -> dict[str, Any]:
    holds("POST", f"/api/v1{path}", response)
    assert (response.status_code, response.json()["code"]) == (status, code)
    return response.json()


@pytest.mark.parametrize(
    ("state", "path", "code", "status"),
    [
        (State.ACCEPTED, "accept", "wrong_state", 409),
        (State.ACCEPTED, "decline", "wrong_state", 409),
        (State.ISSUED, "start", "wrong_state", 409),
        (State.ACCEPTED, "milestones/2/declare", "milestone_out_of_order", 409),
        (State.STARTED, "start", "already_declared", 409),
        (State.STARTED, "milestones/3/declare", "milestone_not_found", 404),
        (State.STARTED, "milestones/0/declare", "milestone_not_found", 404),
    ],
)
def test_what_cannot_be_done_now_is_refused_and_changes_nothing(
    caller: Caller, provider: Provider, books: Books, state: State, path: str, code: str, status: int
) -> None:
    voucher = a_voucher(provider=provider, state=state)
    before, was = books(), Voucher.objects.values().get(pk=voucher.pk)
    path = f"/vouchers/{voucher.code}/{path}"
    body = {"occurred_on": today().isoformat()} if "decl" in path[-7:] or path.endswith("start") else None
    refused(caller.post(path, None if path.endswith("/decline") else body), caller, path, status, code)
    assert books() == before
    assert Voucher.objects.values().get(pk=voucher.pk) == was


@pytest.mark.parametrize("days", [1, -2, -4000])
def test_a_start_is_dated_neither_tomorrow_nor_before_the_run(
    caller: Caller, provider: Provider, books: Books, days: int
) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED)
    before = books()
    path = f"/vouchers/{voucher.code}/start"
    day = today() + dt.timedelta(days=days)
    problem = refused(caller.post(path, {"occurred_on": day.isoformat()}), caller, path, 422, "declared_too_early")
    assert problem["field"] == "occurred_on"
    assert books() == before
    assert Voucher.objects.get(pk=voucher.pk).state == State.ACCEPTED


@pytest.mark.parametrize("control", [Control.UNDER_REVIEW, Control.FROZEN])
@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_nothing_is_done_with_a_voucher_that_is_not_clear(
    caller: Caller, provider: Provider, books: Books, control: Control, verb: str
) -> None:
    voucher = a_voucher(provider=provider)
    Voucher.objects.filter(pk=voucher.pk).update(control=control)
    before = books()
    path = f"/vouchers/{voucher.code}/{verb}"
    refused(caller.post(path), caller, path, 409, "voucher_under_review")
    assert books() == before


@pytest.mark.parametrize("verb", ["accept", "decline", "start", "milestones/1/declare", "redeem", "cancel"])
def test_another_providers_voucher_is_no_voucher_to_any_verb(caller: Caller, books: Books, verb: str) -> None:
    theirs = a_voucher(confirmed=1)
    before, was = books(), Voucher.objects.values().get(pk=theirs.pk)
    bodies: dict[str, Any] = {
        "start": {"occurred_on": today().isoformat()},
        "milestones/1/declare": {"occurred_on": today().isoformat()},
        "cancel": {"reason": "course_full"},
    }
    path = f"/vouchers/{theirs.code}/{verb}"
    refused(caller.post(path, bodies.get(verb)), caller, path, 404, "voucher_not_found")
    assert books() == before
    assert Voucher.objects.values().get(pk=theirs.pk) == was

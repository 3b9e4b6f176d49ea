"""Idempotency: a retry is answered as the first request was, and does nothing again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction

from api import errors, idempotency, keys, tasks
from api.idempotency import once
from api.models import Answer
from ledger import Actor
from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, confirm
from vouchers import redemption
from vouchers.errors import WrongState
from vouchers.models import Redemption, State, Voucher

Books = Callable[[], dict[Any, int]]


def test_a_retry_after_a_lost_answer_gets_the_first_answer_and_moves_nothing(
    caller: Caller, provider: Provider, books: Books
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    path = f"/vouchers/{voucher.code}/redeem"
    first = caller.post(path, {"milestone": 1}, once="retry-1")
    assert "Idempotency-Replayed" not in first
    before = books()
    second = caller.post(path, {"milestone": 1}, once="retry-1")
    assert (second.status_code, second.content) == (200, first.content)
    assert second["Idempotency-Replayed"] == "true"
    assert second["Content-Type"] == "application/json"
    assert books() == before
    assert Redemption.objects.count() == 1


def test_a_retry_may_lay_its_json_out_differently(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    path = f"/vouchers/{voucher.code}/redeem"
    first = caller.post(path, '{"milestone":1,"amount_minor":1000}', once="k")
    second = caller.post(path, '{ "amount_minor" : 1000,\n "milestone" : 1 }', once="k")
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"


def test_a_business_refusal_is_remembered(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, declared=1)
    path = f"/vouchers/{voucher.code}/redeem"
    first = caller.post(path, {"milestone": 1}, once="k")
    assert (first.status_code, first.json()["code"]) == (409, "not_confirmed")
    confirm([voucher], 1)
    before = books()
    second = caller.post(path, {"milestone": 1}, once="k")
    assert (second.status_code, second.content) == (409, first.content)
    assert second["Content-Type"] == "application/problem+json"
    assert second["Idempotency-Replayed"] == "true"
    assert books() == before
    assert caller.post(path, {"milestone": 1}, once="another").status_code == 200


def test_a_refused_request_leaves_nothing_of_what_it_did(
    caller: Caller, provider: Provider, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    real = redemption.redeem

    def redeem_and_then_refuse(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise errors.KeyNotFound()

    monkeypatch.setattr(redemption, "redeem", redeem_and_then_refuse)
    before = books()
    assert caller.post(f"/vouchers/{voucher.code}/redeem", {}, once="k").status_code == 404
    assert books() == before
    assert not Redemption.objects.exists()
    assert Answer.objects.get().status == 404


def test_a_repetition_that_comes_before_a_refusal_is_remembered_is_the_one_that_both_are_answered_with(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = idempotency._first
    looks = 0

    def look_with_a_repetition_in_between(*given: Any) -> Any:
        nonlocal looks
        looks += 1
        if looks == 2:
            once("retry", "a print", lambda: {"done": True}, client=provider, request_id="repetition")
        return look(*given)

    def refuse() -> dict[str, Any]:
        raise WrongState(state="closed")

    monkeypatch.setattr(idempotency, "_first", look_with_a_repetition_in_between)
    given = once("retry", "a print", refuse, client=provider, request_id="first")
    assert (given.status, given.body, given.replayed) == (200, '{"done":true}', True)
    assert Answer.objects.get().status == 200


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (OperationalError("the database is going down"), 503),
        (errors.NotNow(), 503),
        (errors.TooManyRequests(limit=1, seconds=1), 429),
    ],
)
def test_what_is_only_for_now_is_not_remembered(
    caller: Caller, provider: Provider, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    path = f"/vouchers/{voucher.code}/redeem"

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise failure

    caller.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(redemption, "redeem", fail)
        response = caller.post(path, {}, once="k")
        assert response.status_code == status
        assert response["Retry-After"] == "1"
    assert not Answer.objects.exists()
    again = caller.post(path, {}, once="k")
    assert again.status_code == 200
    assert "Idempotency-Replayed" not in again


def test_a_failure_is_not_remembered_and_leaves_nothing(
    caller: Caller, provider: Provider, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    real = redemption.redeem

    def redeem_and_fail(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise RuntimeError("a mistake of ours, with particulars")

    monkeypatch.setattr(redemption, "redeem", redeem_and_fail)
    caller.client.raise_request_exception = False
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/redeem", {}, once="k")
    assert (response.status_code, response.json()["code"]) == (500, "server_fault")
    assert "particulars" not in response.content.decode()
    assert books() == before
    assert not Answer.objects.exists()


@pytest.mark.parametrize("verb", ["redeem", "decline", "cancel"])
def test_what_can_move_money_needs_a_key(caller: Caller, provider: Provider, books: Books, verb: str) -> None:
    voucher = a_voucher(provider=provider)
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/{verb}", {}, once=None)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")
    assert books() == before


def test_lists_and_reversals_need_a_key_too(caller: Caller) -> None:
    for path in ("/redemptions", "/redemptions/7/reverse"):
        response = caller.post(path, {}, once=None)
        assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "é", "\x7f"])
def test_a_key_is_printable_and_not_too_long(caller: Caller, provider: Provider, key: str) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    response = caller.post(f"/vouchers/{voucher.code}/redeem", {}, once=key)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_wrong")
    assert not Redemption.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])
def test_any_printable_key_will_do(caller: Caller, provider: Provider, key: str) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    assert caller.post(f"/vouchers/{voucher.code}/redeem", {}, once=key).status_code == 200


def test_a_key_used_for_another_body_or_address_is_refused(caller: Caller, provider: Provider, books: Books) -> None:
    one, other = a_voucher(provider=provider, confirmed=1), a_voucher(provider=provider, confirmed=1)
    caller.post(f"/vouchers/{one.code}/redeem", {"milestone": 1, "amount_minor": 10_00}, once="k")
    before = books()
    for voucher, body in (
        (one, {"milestone": 1, "amount_minor": 20_00}),
        (other, {"milestone": 1, "amount_minor": 10_00}),
    ):
        response = caller.post(f"/vouchers/{voucher.code}/redeem", body, once="k")
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
        assert response.json()["field"] == "Idempotency-Key"
    assert books() == before


def test_another_providers_same_key_is_another_request(caller: Caller, provider: Provider) -> None:
    mine, theirs = a_voucher(provider=provider, confirmed=1), a_voucher(confirmed=1)
    assert caller.post(f"/vouchers/{mine.code}/redeem", {}, once="k").status_code == 200
    assert Caller.of(theirs.provider).post(f"/vouchers/{theirs.code}/redeem", {}, once="k").status_code == 200


def test_a_retry_with_a_rotated_key_is_still_a_retry(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    first = caller.post(f"/vouchers/{voucher.code}/redeem", {}, once="k")
    keys.revoke(caller.key.pk, actor=Actor.system("test"))
    second = Caller.of(provider).post(f"/vouchers/{voucher.code}/redeem", {}, once="k")
    assert second.content == first.content
    assert second["Idempotency-Replayed"] == "true"


def test_a_key_is_honoured_where_it_is_not_needed(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    first = caller.post(f"/vouchers/{voucher.code}/accept", once="k")
    second = caller.post(f"/vouchers/{voucher.code}/accept", once="k")
    assert second.content == first.content
    third = caller.post(f"/vouchers/{voucher.code}/accept", once=None)
    assert third.json()["code"] == "wrong_state"
    assert Voucher.objects.get(pk=voucher.pk).state == State.ACCEPTED


def test_a_malformed_request_is_not_remembered(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    path = f"/vouchers/{voucher.code}/redeem"
    assert caller.post(path, {"amount_minor": 1.5}, once="k").status_code == 422
    assert caller.post(path, {"amount_minor": 150}, once="k").status_code == 200


def test_answers_are_forgotten_after_thirty_days_and_the_money_is_safe_all_the_same(
    caller: Caller, provider: Provider, books: Books, clock: Any
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    path = f"/vouchers/{voucher.code}/redeem"
    caller.post(path, {"milestone": 1}, once="k")
    clock.move_by(days=30)
    assert tasks.forget_answers() == 0
    clock.move_by(seconds=1)
    assert tasks.forget_answers() == 1
    assert tasks.forget_answers() == 0
    before = books()
    assert caller.post(path, {"milestone": 1}, once="k").json()["code"] == "already_redeemed"
    assert books() == before


def test_the_database_too_keeps_one_answer_a_key_and_none_for_now(provider: Provider) -> None:
    given: dict[str, Any] = {
        "provider": provider,
        "idempotency_key": "k",
        "fingerprint": "0" * 64,
        "body": "{}",
        "made_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
    }
    Answer.objects.create(status=200, **given)
    with pytest.raises(IntegrityError, match="one_answer_an_idempotency_key"), transaction.atomic():
        Answer.objects.create(status=200, **given)
    with pytest.raises(IntegrityError, match="a_refusal_for_now_is_not_remembered"), transaction.atomic():
        Answer.objects.create(status=503, **given | {"idempotency_key": "other"})

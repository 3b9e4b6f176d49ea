"""Where the card gateway's webhooks arrive: believed when signed, taken in once, and never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ledger import Actor
from tests.factories.payments import session_event, signed
from tests.factories.vouchers import a_voucher
from vouchers import copayment
from vouchers.models import State, Voucher

Books = Callable[[], dict[Any, int]]
PATH = "/webhooks/payments/sandbox"


def send(body: bytes, signature: str = "", **how: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    return client.post(PATH, data=body, content_type="application/json", headers={"Stripe-Signature": signature}, **how)


@pytest.fixture
def waiting(db: None) -> Voucher:
    return a_voucher(own=True, state=State.RESERVED, worth=100_00)


def said_of(voucher: Voucher, **said: Any) -> dict[str, Any]:
    checkout = copayment.begin(
        voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=Actor.system("test")
    )
    return session_event(checkout, **said)


def test_a_capture_issues_the_voucher_once_however_often_it_is_told(waiting: Voucher, books: Books) -> None:
    message = said_of(waiting)
    before = books()
    assert send(*signed(message)).status_code == 200
    after = books()
    assert after[waiting.account_id] - before[waiting.account_id] == 50_00
    assert Voucher.objects.get(pk=waiting.pk).state == State.ISSUED
    assert send(*signed(message)).status_code == 200
    assert books() == after


def test_the_wrong_amount_is_a_problem_and_moves_nothing(waiting: Voucher, books: Books) -> None:
    message = said_of(waiting, amount_total=1)
    before = books()
    response = send(*signed(message))
    assert (response.status_code, response.json()["code"]) == (422, "payment_mismatch")
    assert books() == before
    assert Voucher.objects.get(pk=waiting.pk).state == State.RESERVED


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", "garbage", "t=,v1="])
def test_an_unsigned_message_is_refused(waiting: Voucher, books: Books, signature: str) -> None:
    body, _ = signed(said_of(waiting))
    before = books()
    response = send(body, signature)
    assert (response.status_code, response.json()["code"]) == (400, "webhook_unsigned")
    assert books() == before


def test_an_old_signature_is_refused(waiting: Voucher) -> None:
    assert send(*signed(said_of(waiting), age=3600)).json()["code"] == "webhook_unsigned"


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "{}", '{"id": "evt_1"}', '{"id": 7, "type": [], "data": 0}', "7"]
)
def test_signed_garbage_is_a_problem_and_no_traceback(db: None, text: str) -> None:
    response = send(*signed(text))
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert "Traceback" not in response.content.decode()


def test_ten_megabytes_are_refused_unread(db: None) -> None:
    assert send(b"x" * 10_000_000, "t=1,v1=0").status_code == 413


def test_other_methods_are_not_answered(db: None) -> None:
    response = Client().get(PATH)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response["Content-Type"] == "application/problem+json"

"""Webhooks in: believed only when signed, taken in once, and never acted on when the money does not agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from payments.errors import WebhookUnreadable, WebhookUnsigned
from payments.models import Checkout, GatewayEvent
from payments.webhooks import receive
from tests.factories.payments import CheckoutFactory, event, session_event, signed

pytestmark = pytest.mark.django_db

REAL = Path(settings.BASE_DIR).parent / "shared/data/stripe/checkout.session.completed.payment_mode.json"


def unchanged(checkout: Checkout) -> bool:
    now = Checkout.objects.filter(pk=checkout.pk).values().get()
    return all(getattr(checkout, field) == value for field, value in now.items())


def test_a_payment_is_heard_and_the_checkout_is_paid() -> None:
    checkout = CheckoutFactory()
    notice = receive(*signed(session_event(checkout)))
    assert notice is not None
    assert (notice.kind, notice.checkout, notice.amount_minor, notice.currency, notice.first) == (
        "paid",
        checkout,
        4000,
        "GBP",
        True,
    )
    checkout.refresh_from_db()
    assert (checkout.state, checkout.payment_id) == ("paid", f"pi_{checkout.gateway_id}")
    assert checkout.paid_at is not None


def test_the_same_event_a_second_time_is_the_same_notice_but_not_the_first() -> None:
    checkout = CheckoutFactory()
    message = session_event(checkout)
    receive(*signed(message))
    checkout.refresh_from_db()
    notice = receive(*signed(message))
    assert notice is not None
    assert (notice.kind, notice.checkout, notice.amount_minor, notice.first) == ("paid", checkout, 4000, False)
    assert unchanged(checkout)
    assert GatewayEvent.objects.count() == 1


def test_a_second_event_about_a_paid_checkout_is_harmless() -> None:
    checkout = CheckoutFactory()
    receive(*signed(session_event(checkout)))
    checkout.refresh_from_db()
    late = session_event(checkout, "checkout.session.async_payment_succeeded", payment_status="paid")
    notice = receive(*signed(late))
    assert notice is not None
    assert (notice.kind, notice.first) == ("paid", False)
    assert unchanged(checkout)
    assert GatewayEvent.objects.count() == 2


def test_a_page_that_ran_out_is_expired_and_no_later_word_of_it_undoes_a_payment() -> None:
    checkout = CheckoutFactory()
    notice = receive(*signed(session_event(checkout, "checkout.session.expired")))
    assert notice is not None
    assert (notice.kind, notice.first) == ("expired", True)
    paid = CheckoutFactory(paid=True)
    notice = receive(*signed(session_event(paid, "checkout.session.expired")))
    assert notice is not None
    assert (notice.kind, notice.first) == ("expired", False)
    assert unchanged(paid)


def test_money_taken_after_the_page_ran_out_still_counts() -> None:
    checkout = CheckoutFactory(expired=True)
    notice = receive(*signed(session_event(checkout)))
    assert notice is not None
    assert (notice.kind, notice.first, notice.checkout.state) == ("paid", True, "paid")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"amount_total": 3999}, "amount"),
        ({"amount_total": 4001}, "amount"),
        ({"amount_total": 4000.0}, "amount"),
        ({"amount_total": "4000"}, "amount"),
        ({"amount_total": None}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"currency": None}, "currency"),
    ],
)
def test_a_payment_of_the_wrong_amount_or_currency_is_kept_for_a_person_and_changes_nothing(
    said: dict[str, Any], problem: str
) -> None:
    checkout = CheckoutFactory()
    message = session_event(checkout, **said)
    firsts = []
    for _ in range(2):
        notice = receive(*signed(message))
        assert notice is not None
        assert notice.kind == "mismatch"
        firsts.append(notice.first)
    assert firsts == [True, False]
    assert unchanged(checkout)
    assert GatewayEvent.objects.get().problem == problem


def test_a_payment_nobody_here_asked_for_is_kept_for_a_person() -> None:
    checkout = CheckoutFactory()
    assert receive(*signed(session_event(checkout, id="cs_of_somebody_else"))) is None
    assert GatewayEvent.objects.get().problem == "unknown"
    assert unchanged(checkout)


@pytest.mark.parametrize(
    "kind",
    ["payment_intent.succeeded", "charge.succeeded", "customer.created", "a.kind.of.next.year"],
)
def test_kinds_we_do_not_use_are_kept_and_nothing_follows(kind: str) -> None:
    checkout = CheckoutFactory()
    assert receive(*signed(event(kind, {"id": checkout.gateway_id, "amount": 4000}))) is None
    assert (GatewayEvent.objects.get().kind, GatewayEvent.objects.get().problem) == (kind, "")
    assert unchanged(checkout)


def test_a_completed_page_whose_money_has_not_come_yet_is_not_paid() -> None:
    checkout = CheckoutFactory()
    assert receive(*signed(session_event(checkout, payment_status="unpaid"))) is None
    assert unchanged(checkout)


def _unsigned(body: bytes, signature: str) -> list[tuple[bytes, str]]:
    stamp, mac = signature.split(",")
    return [
        (body, ""),
        (body, "nonsense"),
        (body, stamp),
        (body, mac),
        (body, f"{stamp},v0={mac.removeprefix('v1=')}"),
        (body, f"{stamp},v1=é"),
        (body.replace(b"4000", b"9000"), signature),
        (body + b"\xff", signature),
    ]


@pytest.mark.parametrize("forgery", range(8))
def test_an_unsigned_or_altered_message_is_refused_and_changes_nothing(forgery: int) -> None:
    checkout = CheckoutFactory()
    with pytest.raises(WebhookUnsigned) as refused:
        receive(*_unsigned(*signed(session_event(checkout)))[forgery])
    assert (refused.value.code, refused.value.status) == ("webhook_unsigned", 400)
    assert unchanged(checkout)
    assert not GatewayEvent.objects.exists()


def test_a_message_signed_with_another_secret_is_refused() -> None:
    checkout = CheckoutFactory()
    with pytest.raises(WebhookUnsigned):
        receive(*signed(session_event(checkout), secret="whsec_of_somebody_else"))
    assert unchanged(checkout)


def test_a_message_signed_too_long_ago_is_refused_and_one_within_the_tolerance_is_not() -> None:
    checkout = CheckoutFactory()
    with pytest.raises(WebhookUnsigned):
        receive(*signed(session_event(checkout), age=301 + 5))
    assert unchanged(checkout)
    notice = receive(*signed(session_event(checkout), age=290))
    assert notice is not None
    assert notice.first


def test_the_old_secret_and_the_new_one_may_both_sign_while_it_is_rotated() -> None:
    checkout = CheckoutFactory()
    body, current = signed(session_event(checkout))
    stamp, good = current.split(",")
    notice = receive(body, f"{stamp},v1={'0' * 64},{good}")
    assert notice is not None
    assert notice.first


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "null",
        "7",
        "[" * 100_000,
        '{"id": "evt_1"}',
        '{"id": "evt_1", "type": "a", "data": null}',
        '{"id": "evt_1", "type": "a", "data": {"object": []}}',
        '{"id": 7, "type": "a", "data": {"object": {}}}',
        '{"id": "", "type": "a", "data": {"object": {}}}',
        '{"id": "evt_1", "type": "a", "data": {"object": {"amount": NaN}}}',
        '{"id": "evt_1", "type": "a", "data": {"object": {"name": "\\u0000"}}}',
        '{"id": "%s", "type": "a", "data": {"object": {}}}' % ("e" * 256),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body: str) -> None:
    with pytest.raises(WebhookUnreadable) as refused:
        receive(*signed(body))
    assert (refused.value.code, refused.value.status) == ("webhook_unreadable", 400)
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize("said", [{"client_reference_id": 7, "metadata": "x"}, {"payment_intent": {"id": "pi_1"}}])
def test_fields_of_another_shape_than_today_do_not_matter(said: dict[str, Any]) -> None:
    notice = receive(*signed(session_event(CheckoutFactory(), **said)))
    assert notice is not None
    assert notice.first


@pytest.mark.skipif(not REAL.exists(), reason="the real payload is kept outside the repository, in ../shared/data")
def test_a_real_payload_of_stripe_is_understood() -> None:
    real = json.loads(REAL.read_text())
    checkout = CheckoutFactory(gateway_id=real["data"]["object"]["id"], amount_minor=25000, currency="USD")
    notice = receive(*signed(REAL.read_text()))
    assert notice is not None
    assert (notice.kind, notice.amount_minor, notice.currency, notice.first) == ("paid", 25000, "USD", True)
    checkout.refresh_from_db()
    assert (checkout.state, checkout.payment_id) == ("paid", "pi_00000000000000")

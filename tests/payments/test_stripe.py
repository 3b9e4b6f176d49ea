"""What only Stripe does: what it is asked exactly, what it says no to, and what it says when it is not well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from payments import refunds, tasks
from payments.errors import GatewayAway, GatewayRefused, WebhookOfOtherMode, WebhookUnsigned
from payments.models import CardRefund, Checkout, GatewayEvent
from payments.stripe import StripeGateway, adapter
from payments.webhooks import receive
from tests.factories.payments import begun
from tests.payments.stripe_double import StripeDouble, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeDouble]:
    monkeypatch.setattr(adapter, "RETRIES", 0)
    with running(settings) as double:
        yield double


def paid(stripe: StripeDouble) -> Checkout:
    checkout = begun()
    stripe.pay(checkout.gateway_id)
    receive(*stripe.signed(stripe.owed.pop()))
    checkout.refresh_from_db()
    return checkout


def test_what_is_asked_has_our_reference_on_the_session_and_is_paid_once(stripe: StripeDouble) -> None:
    checkout = begun()
    [session] = stripe.sessions.values()
    assert (checkout.gateway, checkout.gateway_id, checkout.url) == ("stripe", session["id"], session["url"])
    assert (session["client_reference_id"], session["metadata"]) == ("copayment:1", {"reference": "copayment:1"})
    assert (session["amount_total"], session["currency"], session["mode"]) == (4000, "gbp", "payment")


def test_a_page_that_ran_out_is_followed_by_a_new_one(stripe: StripeDouble) -> None:
    first = begun()
    stripe.run_out(first.gateway_id)
    receive(*stripe.signed(stripe.owed.pop()))
    second = begun()
    assert (second.pk, second.attempt, second.state) == (first.pk, 2, "open")
    assert second.gateway_id != first.gateway_id


def test_a_course_that_has_another_name_meanwhile_can_still_be_paid_for(stripe: StripeDouble) -> None:
    asked: dict[str, Any] = {
        "reference": "copayment:1",
        "attempt": 1,
        "amount_minor": 4000,
        "currency": "GBP",
        "success_url": "https://waymark.example/paid",
        "cancel_url": "https://waymark.example/back",
    }
    first = StripeGateway().begin_checkout(description="Your share of Welding", **asked)
    second = StripeGateway().begin_checkout(description="Your share of Welding for beginners", **asked)
    assert first != second


@pytest.mark.parametrize("minutes", [-5, 0, 10])
def test_a_time_to_pay_that_is_nearly_over_is_stretched_to_stripe_s_shortest(
    stripe: StripeDouble, minutes: int
) -> None:
    begun(closes_at=timezone.now() + dt.timedelta(minutes=minutes))
    [session] = stripe.sessions.values()
    assert abs(session["expires_at"] - (timezone.now() + dt.timedelta(minutes=31)).timestamp()) < 5


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_stripe_that_is_not_well_is_away_and_nothing_is_kept(stripe: StripeDouble, status: int) -> None:
    stripe.ill = [status]
    with pytest.raises(GatewayAway):
        begun()
    assert not Checkout.objects.exists()
    assert begun().state == "open"


def test_a_stripe_that_cannot_be_reached_is_away(stripe: StripeDouble, settings: Any) -> None:
    settings.STRIPE_API = "http://127.0.0.1:9"
    with pytest.raises(GatewayAway):
        begun()


def test_a_key_that_stripe_does_not_know_is_ours_to_put_right_and_fails_no_refund(
    stripe: StripeDouble, settings: Any
) -> None:
    refund = refunds.ask(checkout=paid(stripe), reference="returned:1", amount_minor=4000)
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    with pytest.raises(GatewayAway):
        tasks.send_refund(str(refund.pk))
    refund.refresh_from_db()
    assert (refund.state, refund.sent_at) == ("pending", None)
    settings.STRIPE_SECRET_KEY = "sk_test_double"
    tasks.send_refund(str(refund.pk))
    assert CardRefund.objects.get().gateway_id in stripe.refunds


def test_a_refund_whose_answer_was_lost_is_found_again_also_when_stripe_forgot_its_key(stripe: StripeDouble) -> None:
    refund = refunds.ask(checkout=paid(stripe), reference="returned:1", amount_minor=1500)
    tasks.send_refund(str(refund.pk))
    CardRefund.objects.update(sent_at=None, gateway_id="")
    stripe.answered.clear()  # a day later
    tasks.send_refund(str(refund.pk))
    assert len(stripe.refunds) == 1
    assert CardRefund.objects.get().gateway_id == next(iter(stripe.refunds))


def test_a_refund_of_what_is_disputed_is_refused_and_a_person_s_task(
    stripe: StripeDouble,
) -> None:
    checkout = paid(stripe)
    stripe.dispute(checkout.gateway_id)
    refund = refunds.ask(checkout=checkout, reference="returned:1", amount_minor=4000)
    tasks.send_refund(str(refund.pk))
    assert list(CardRefund.objects.unresolved()) == [refund]


def test_a_no_of_stripe_s_is_final(stripe: StripeDouble) -> None:
    with pytest.raises(GatewayRefused):
        StripeGateway().refund(reference="returned:1", payment_id="pi_nothing", amount_minor=1)


def test_a_message_signed_with_the_secret_before_is_believed_while_both_are_set(
    stripe: StripeDouble, settings: Any
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_double"]
    checkout = begun()
    stripe.pay(checkout.gateway_id)
    assert receive(*stripe.signed(stripe.owed[0])) is not None
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]
    with pytest.raises(WebhookUnsigned):
        receive(*stripe.signed(stripe.owed[0]))


def test_a_message_of_test_money_is_not_believed_where_money_is_real(stripe: StripeDouble, settings: Any) -> None:
    checkout = begun()
    stripe.pay(checkout.gateway_id)
    settings.STRIPE_LIVE = True
    with pytest.raises(WebhookOfOtherMode):
        receive(*stripe.signed(stripe.owed[0]))
    checkout.refresh_from_db()
    assert (checkout.state, GatewayEvent.objects.count()) == ("open", 0)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, set()),
        ({"STRIPE_SECRET_KEY": ""}, {"payments.E001"}),
        ({"STRIPE_WEBHOOK_SECRETS": []}, {"payments.E001"}),
        ({"STRIPE_LIVE": True, "DEMO": True, "STRIPE_API": ""}, {"payments.E002", "payments.E003"}),
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, {"payments.E003"}),
        ({"STRIPE_SECRET_KEY": "rk_live_1", "STRIPE_LIVE": True, "STRIPE_API": ""}, set()),
        ({"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_LIVE": True}, {"payments.E004"}),
    ],
)
def test_settings_that_would_take_the_wrong_money_are_refused(
    stripe: StripeDouble, settings: Any, changed: dict[str, Any], found: set[str]
) -> None:
    settings.DEMO = False
    for name, value in changed.items():
        setattr(settings, name, value)
    assert {one.id for one in run_checks() if str(one.id).startswith("payments.E")} == found

"""The sandbox's webhooks reach their receiver, whatever is killed, and stop asking only when it has heard."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from payments import tasks
from payments.models import Checkout, SandboxDelivery
from payments.sandbox import deliveries
from payments.sandbox.deliveries import deliver
from payments.webhooks import receive
from tests.factories.payments import CheckoutFactory, session_event
from tests.payments.receiver import Receiver

pytestmark = pytest.mark.django_db


def owed(checkout: Checkout | None = None) -> SandboxDelivery:
    message = session_event(checkout or CheckoutFactory())
    return deliveries.announce(message["type"], message["data"]["object"])


def make_due(delivery: SandboxDelivery) -> None:
    SandboxDelivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())


def test_a_webhook_is_posted_to_our_own_address_signed_as_stripe_signs(receiver: Receiver) -> None:
    receiver.answers = [200]
    checkout = CheckoutFactory()
    delivery = owed(checkout)
    assert deliver(delivery.id) is True
    [(path, body, signature)] = receiver.heard
    assert path == "/webhooks/payments/sandbox"
    notice = receive(body, signature)
    assert notice is not None
    assert (notice.kind, notice.checkout, notice.first) == ("paid", checkout, True)
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.last_answer) == (1, "200")
    assert delivery.delivered_at is not None


def test_a_receiver_that_fails_first_and_then_answers_hears_the_same_event_twice(receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    delivery = owed()
    assert deliver(delivery.id) is False
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.last_answer, delivery.delivered_at) == (1, "500", None)
    assert deliver(delivery.id) is False, "not due yet"
    make_due(delivery)
    assert deliver(delivery.id) is True
    [(_, first, _), (_, second, _)] = receiver.heard
    assert first == second


def test_what_was_delivered_is_not_sent_again(receiver: Receiver) -> None:
    receiver.answers = [204]
    delivery = owed()
    assert deliver(delivery.id) is True
    make_due(delivery)
    tasks.deliver_sandbox_webhook(delivery.id)
    assert len(receiver.heard) == 1


@pytest.mark.parametrize("answer", [301, 302, 400, 404, 422, 503])
def test_anything_but_2xx_is_a_failure_and_a_redirect_is_not_followed(receiver: Receiver, answer: int) -> None:
    receiver.answers = [answer]
    assert deliver(owed().id) is False
    assert len(receiver.heard) == 1


def test_a_receiver_that_is_not_there_is_tried_again_later(receiver: Receiver, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    delivery = owed()
    assert deliver(delivery.id) is False
    delivery.refresh_from_db()
    assert delivery.last_answer.startswith("ConnectionRefusedError")
    assert delivery.due_at is not None


def test_the_waits_double_up_to_an_hour_and_end_after_three_days() -> None:
    delivery = owed()
    waits = []
    for _ in range(12):
        make_due(delivery)
        before = timezone.now()
        deliver(delivery.id, post=lambda body, signature: 500)
        delivery.refresh_from_db()
        assert delivery.due_at is not None
        waits.append(round((delivery.due_at - before).total_seconds()))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    SandboxDelivery.objects.update(created_at=timezone.now() - dt.timedelta(days=3))
    make_due(delivery)
    deliver(delivery.id, post=lambda body, signature: 500)
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.delivered_at) == (None, None)


def test_an_answer_lost_after_the_effect_leads_to_a_second_delivery_with_no_second_effect() -> None:
    checkout = CheckoutFactory()
    delivery = owed(checkout)
    firsts = []

    def heard_but_unanswered(body: bytes, signature: str) -> int:
        notice = receive(body, signature)
        assert notice is not None
        firsts.append(notice.first)
        raise ConnectionResetError

    def heard(body: bytes, signature: str) -> int:
        notice = receive(body, signature)
        assert notice is not None
        firsts.append(notice.first)
        return 200

    assert deliver(delivery.id, post=heard_but_unanswered) is False
    make_due(delivery)
    assert deliver(delivery.id, post=heard) is True
    assert firsts == [True, False]
    checkout.refresh_from_db()
    assert checkout.state == "paid"


class Killed(BaseException):
    """The worker's process ends here."""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_delivers_leaves_a_delivery_that_the_sweep_finds(
    queued: list[tuple[str, str]],
) -> None:
    delivery = owed()
    queued.clear()

    def killed(body: bytes, signature: str) -> int:
        raise Killed

    with pytest.raises(Killed):
        deliver(delivery.id, post=killed)
    tasks.sweep()
    assert queued == [], "its next try is not due yet"
    make_due(delivery)
    tasks.sweep()
    assert queued == [("deliver_sandbox_webhook", delivery.id)]
    assert deliver(delivery.id, post=lambda body, signature: 200) is True
    tasks.sweep()
    assert len(queued) == 1


@pytest.mark.django_db(transaction=True)
def test_a_webhook_is_queued_when_what_it_tells_of_has_been_committed(queued: list[tuple[str, str]]) -> None:
    delivery = owed()
    assert queued == [("deliver_sandbox_webhook", delivery.id)]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_costs_nothing_but_time(
    queued: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*arguments: str) -> None:
        raise OSError("no broker")

    with monkeypatch.context() as broker:
        broker.setattr(tasks.deliver_sandbox_webhook, "delay", down)
        delivery = owed()
    tasks.sweep()
    assert queued == [("deliver_sandbox_webhook", delivery.id)]

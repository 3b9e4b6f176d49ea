"""Refunds: asked once, sent once, and settled only by the gateway's word."""

from __future__ import annotations

import pytest
from django.utils import timezone

from payments import refunds, tasks
from payments.errors import NotPaid, ReferenceTaken, RefundTooLarge
from payments.models import CardRefund, Checkout, GatewayEvent, SandboxDelivery, SandboxRefund
from payments.sandbox import deliveries
from payments.sandbox.paying import Card, pay
from payments.webhooks import Notice, receive
from tests.factories.payments import CardRefundFactory, CheckoutFactory, begun, refund_event, signed

pytestmark = pytest.mark.django_db


def paid_with(card: Card) -> Checkout:
    checkout = begun()
    pay(checkout.gateway_id, card)
    hear_all()
    checkout.refresh_from_db()
    return checkout


def hear_all() -> list[Notice | None]:
    """Take in every webhook of the sandbox that has not been heard."""
    notices = []

    def hear(body: bytes, signature: str) -> int:
        notices.append(receive(body, signature))
        return 200

    for delivery in SandboxDelivery.objects.filter(delivered_at=None).order_by("created_at"):
        deliveries.deliver(delivery.id, post=hear)
    return notices


def test_part_of_a_payment_goes_back_and_the_webhook_says_so() -> None:
    checkout = paid_with(Card.GOOD)
    refund = refunds.ask(checkout=checkout, reference="returned:1", amount_minor=1500)
    assert refund.state == "pending"
    tasks.send_refund(str(refund.pk))
    refund.refresh_from_db()
    assert (refund.state, refund.gateway_id) == ("pending", SandboxRefund.objects.get().id)
    [notice] = hear_all()
    assert notice is not None
    assert (notice.kind, notice.checkout, notice.refund, notice.amount_minor, notice.currency, notice.first) == (
        "refunded",
        checkout,
        refund,
        1500,
        "GBP",
        True,
    )
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert refund.answered_at is not None


def test_a_refund_that_the_bank_refuses_is_failed_and_may_be_asked_again() -> None:
    checkout = paid_with(Card.REFUSES_REFUNDS)
    refund = refunds.ask(checkout=checkout, reference="returned:1", amount_minor=4000)
    tasks.send_refund(str(refund.pk))
    [arrived] = hear_all()
    assert arrived is not None
    assert (arrived.kind, arrived.refund, arrived.first) == ("refunded", refund, True)
    SandboxDelivery.objects.filter(delivered_at=None).update(due_at=timezone.now())  # a minute later
    [failed] = hear_all()
    assert failed is not None
    assert (failed.kind, failed.refund, failed.first, failed.undoes) == ("refund_failed", refund, True, True)
    again = refunds.ask(checkout=checkout, reference="returned:2", amount_minor=4000)
    assert (again.state, CardRefund.objects.get(pk=refund.pk).state) == ("pending", "failed")


def test_a_refund_asked_twice_and_sent_twice_is_one_refund() -> None:
    checkout = paid_with(Card.GOOD)
    first = refunds.ask(checkout=checkout, reference="returned:1", amount_minor=4000)
    second = refunds.ask(checkout=checkout, reference="returned:1", amount_minor=4000)
    assert first == second
    tasks.send_refund(str(first.pk))
    CardRefund.objects.update(sent_at=None)  # killed between the gateway's answer and our note of it
    tasks.send_refund(str(first.pk))
    assert SandboxRefund.objects.count() == 1
    assert [notice and notice.first for notice in hear_all()] == [True]


def test_a_refund_never_exceeds_what_is_left_of_the_payment() -> None:
    checkout = CheckoutFactory(paid=True)
    refunds.ask(checkout=checkout, reference="returned:1", amount_minor=3000)
    with pytest.raises(RefundTooLarge) as refused:
        refunds.ask(checkout=checkout, reference="returned:2", amount_minor=1001)
    assert refused.value.facts == {"left_minor": 1000}
    assert CardRefund.objects.count() == 1
    refunds.ask(checkout=checkout, reference="returned:2", amount_minor=1000)


def test_the_same_reference_for_another_amount_is_refused() -> None:
    checkout = CheckoutFactory(paid=True)
    refunds.ask(checkout=checkout, reference="returned:1", amount_minor=3000)
    with pytest.raises(ReferenceTaken):
        refunds.ask(checkout=checkout, reference="returned:1", amount_minor=2000)
    assert CardRefund.objects.get().amount_minor == 3000


@pytest.mark.parametrize("trait", ["", "expired"])
def test_nothing_goes_back_of_what_was_not_paid(trait: str) -> None:
    with pytest.raises(NotPaid):
        refunds.ask(checkout=CheckoutFactory(**({trait: True} if trait else {})), reference="r", amount_minor=1)
    assert not CardRefund.objects.exists()


def test_a_refund_that_the_gateway_refuses_for_good_is_failed_and_not_sent_again() -> None:
    refund = CardRefundFactory()  # of a payment that the sandbox knows nothing of
    tasks.send_refund(str(refund.pk))
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert not CardRefund.objects.unsent().exists()


def test_the_sweep_sends_what_was_asked_and_not_sent(queued: list[tuple[str, str]]) -> None:
    waiting = CardRefundFactory()
    tasks.sweep()
    assert queued == [("send_refund", str(waiting.pk))]


def test_a_refund_of_another_amount_is_kept_for_a_person_and_stays_pending() -> None:
    refund = CardRefundFactory()
    notice = receive(*signed(refund_event(refund, amount=refund.amount_minor - 1)))
    assert notice is not None
    assert notice.kind == "mismatch"
    refund.refresh_from_db()
    assert (refund.state, GatewayEvent.objects.get().problem) == ("pending", "amount")


def test_a_refund_that_had_arrived_can_fail_days_later_and_says_so_once() -> None:
    refund = CardRefundFactory()
    receive(*signed(refund_event(refund, "succeeded")))
    failed = refund_event(refund, "failed")
    heard = [receive(*signed(failed)), receive(*signed(failed)), receive(*signed(refund_event(refund, "failed")))]
    assert [(notice.kind, notice.first, notice.undoes) for notice in heard if notice] == [
        ("refund_failed", True, True),
        ("refund_failed", False, False),
        ("refund_failed", False, False),
    ]
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert set(GatewayEvent.objects.values_list("problem", flat=True)) == {""}


def test_a_refund_that_never_arrived_undoes_nothing_when_it_fails() -> None:
    notice = receive(*signed(refund_event(CardRefundFactory(), "failed")))
    assert notice is not None
    assert (notice.first, notice.undoes) == (True, False)


def test_a_refund_that_failed_and_is_said_to_have_arrived_is_kept_for_a_person_and_changes_nothing() -> None:
    refund = CardRefundFactory()
    receive(*signed(refund_event(refund, "failed")))
    notice = receive(*signed(refund_event(refund, "succeeded")))
    assert notice is not None
    assert (notice.kind, notice.first) == ("refunded", False)
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert sorted(GatewayEvent.objects.values_list("problem", flat=True)) == ["", "contradiction"]
    assert GatewayEvent.objects.get(problem="contradiction").checkout == refund.checkout


def test_a_refund_still_on_its_way_is_no_news() -> None:
    refund = CardRefundFactory()
    assert receive(*signed(refund_event(refund, "pending"))) is None
    refund.refresh_from_db()
    assert refund.state == "pending"

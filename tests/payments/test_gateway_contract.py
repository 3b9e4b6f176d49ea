"""What every gateway behind the port does alike. Another gateway joins by another `Party` in `PARTIES`."""

from __future__ import annotations

from typing import Protocol

import pytest

from payments.errors import GatewayRefused, WebhookUnsigned
from payments.gateway import Gateway, Message, Session
from payments.models import SandboxDelivery
from payments.sandbox import SandboxGateway, deliveries
from payments.sandbox.paying import Card, pay

pytestmark = pytest.mark.django_db


class Party(Protocol):
    """A gateway, and hands on its other side."""

    gateway: Gateway

    def pay(self, gateway_id: str) -> None:
        """The learner pays on the gateway's page."""

    def said(self) -> list[tuple[bytes, str]]:
        """Body and signature of each webhook the gateway has sent, oldest first."""


class Sandbox:
    gateway: Gateway = SandboxGateway()

    def pay(self, gateway_id: str) -> None:
        pay(gateway_id, Card.GOOD)

    def said(self) -> list[tuple[bytes, str]]:
        return [deliveries.signed(delivery) for delivery in SandboxDelivery.objects.order_by("created_at")]


PARTIES: list[type[Party]] = [Sandbox]


@pytest.fixture(params=PARTIES, ids=lambda party: party.__name__.lower())
def party(request: pytest.FixtureRequest) -> Party:
    made: Party = request.param()
    return made


def opened(party: Party, reference: str = "copayment:1", attempt: int = 1) -> Session:
    return party.gateway.begin_checkout(
        reference=reference,
        attempt=attempt,
        amount_minor=4000,
        currency="GBP",
        description="Your share of Bookkeeping",
        success_url="https://waymark.example/paid",
        cancel_url="https://waymark.example/back",
    )


def messages(party: Party) -> list[Message]:
    return [party.gateway.read_webhook(body, signature) for body, signature in party.said()]


def paid(party: Party) -> Message:
    party.pay(opened(party).gateway_id)
    return messages(party)[-1]


def test_the_same_reference_and_attempt_are_the_same_page(party: Party) -> None:
    assert opened(party) == opened(party)
    assert opened(party, attempt=2) != opened(party)
    assert opened(party, reference="copayment:2") != opened(party)


def test_a_payment_is_told_with_its_amount_and_what_it_is_for(party: Party) -> None:
    session = opened(party)
    party.pay(session.gateway_id)
    message = messages(party)[-1]
    assert (message.what, message.gateway_id, message.reference) == ("paid", session.gateway_id, "copayment:1")
    assert (message.amount_minor, message.currency) == (4000, "GBP")
    assert message.payment_id != ""
    assert message.event_id != ""


def test_a_closed_page_is_told_of_once_and_cannot_be_paid(party: Party) -> None:
    session = opened(party)
    party.gateway.expire_checkout(session.gateway_id)
    party.gateway.expire_checkout(session.gateway_id)
    party.pay(session.gateway_id)
    assert [(message.what, message.gateway_id) for message in messages(party)] == [("expired", session.gateway_id)]


def test_closing_a_paid_page_is_harmless(party: Party) -> None:
    session = opened(party)
    party.pay(session.gateway_id)
    party.gateway.expire_checkout(session.gateway_id)
    assert [message.what for message in messages(party)] == ["paid"]


def test_a_refund_is_made_once_a_reference_and_told_of(party: Party) -> None:
    payment = paid(party).payment_id
    refund = party.gateway.refund(reference="returned:1", payment_id=payment, amount_minor=1500)
    assert party.gateway.refund(reference="returned:1", payment_id=payment, amount_minor=1500) == refund
    message = messages(party)[-1]
    assert (message.what, message.gateway_id, message.reference) == ("refunded", refund, "returned:1")
    assert (message.amount_minor, message.currency) == (1500, "GBP")
    assert len(messages(party)) == 2


def test_more_than_is_left_of_a_payment_is_refused(party: Party) -> None:
    payment = paid(party).payment_id
    party.gateway.refund(reference="returned:1", payment_id=payment, amount_minor=3000)
    with pytest.raises(GatewayRefused):
        party.gateway.refund(reference="returned:2", payment_id=payment, amount_minor=1001)
    assert len(messages(party)) == 2


def test_a_payment_that_never_was_cannot_be_refunded(party: Party) -> None:
    with pytest.raises(GatewayRefused):
        party.gateway.refund(reference="returned:1", payment_id="pi_nothing", amount_minor=1)


def test_a_message_altered_on_its_way_is_not_believed(party: Party) -> None:
    paid(party)
    [(body, signature)] = party.said()
    with pytest.raises(WebhookUnsigned):
        party.gateway.read_webhook(body.replace(b"4000", b"1"), signature)

"""What every gateway behind the port does alike. Another gateway joins by another party in `PARTIES`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from django.utils import timezone

from payments.errors import GatewayRefused, WebhookUnsigned
from payments.gateway import Gateway, Message, Session
from payments.models import SandboxDelivery, SandboxEntry, SandboxSession
from payments.sandbox import SandboxGateway, deliveries, paying_out
from payments.sandbox.paying import Card, pay
from payments.stripe import StripeGateway
from tests.payments.stripe_double import StripeDouble, running

pytestmark = pytest.mark.django_db


class Party(Protocol):
    """A gateway, and hands on its other side."""

    gateway: Gateway

    def pay(self, gateway_id: str) -> None:
        """The learner pays on the gateway's page."""

    def pay_later(self, gateway_id: str) -> None:
        """The learner pays in a way that takes its time, and the money comes."""

    def decline(self, gateway_id: str) -> None:
        """The learner tries a card that is declined."""

    def pay_and_lose(self, gateway_id: str) -> None:
        """The learner pays; their bank takes the money back."""

    def pay_with_a_card_that_is_gone(self, gateway_id: str) -> None:
        """The learner pays; a refund will seem to arrive, and fail afterwards."""

    def refund_fails(self, refund_id: str) -> None:
        """What was sent back to such a card fails."""

    def pays_out(self, *, fails: bool = False) -> None:
        """All that the gateway holds goes to the bank, which in one case sends it back later."""

    def closes_at(self, gateway_id: str) -> dt.datetime:
        """When the page closes by itself."""

    def said(self) -> list[tuple[bytes, str]]:
        """Body and signature of each webhook the gateway has sent, oldest first."""


class Sandbox:
    gateway: Gateway = SandboxGateway()

    def pay(self, gateway_id: str) -> None:
        pay(gateway_id, Card.GOOD)

    def pay_later(self, gateway_id: str) -> None:
        pay(gateway_id, Card.PAYS_LATER)

    def decline(self, gateway_id: str) -> None:
        pay(gateway_id, Card.DECLINED)

    def pay_and_lose(self, gateway_id: str) -> None:
        pay(gateway_id, Card.DISPUTED_AND_LOST)

    def pay_with_a_card_that_is_gone(self, gateway_id: str) -> None:
        pay(gateway_id, Card.REFUSES_REFUNDS)

    def refund_fails(self, refund_id: str) -> None:
        """It was said already, for a minute later."""

    def pays_out(self, *, fails: bool = False) -> None:
        """As if the minutes that the sandbox takes for what comes later had gone by."""
        SandboxEntry.objects.update(due_at=timezone.now())
        paying_out.pay_out(fails=fails)

    def closes_at(self, gateway_id: str) -> dt.datetime:
        return SandboxSession.objects.get(pk=gateway_id).expires_at

    def said(self) -> list[tuple[bytes, str]]:
        return [deliveries.signed(delivery) for delivery in SandboxDelivery.objects.order_by("created_at")]


class Stripe:
    gateway: Gateway = StripeGateway()

    def __init__(self, double: StripeDouble) -> None:
        self.double = double

    def pay(self, gateway_id: str) -> None:
        self.double.pay(gateway_id)

    def pay_later(self, gateway_id: str) -> None:
        self.double.pay_later(gateway_id)
        self.double.money_comes(gateway_id)

    def decline(self, gateway_id: str) -> None:
        self.double.decline(gateway_id)

    def pay_and_lose(self, gateway_id: str) -> None:
        self.double.pay(gateway_id)
        self.double.dispute_ends(self.double.dispute(gateway_id), "lost")

    def pay_with_a_card_that_is_gone(self, gateway_id: str) -> None:
        self.double.pay(gateway_id)

    def refund_fails(self, refund_id: str) -> None:
        self.double.refund_fails(refund_id)

    def pays_out(self, *, fails: bool = False) -> None:
        payout = self.double.pay_out()
        if fails:
            self.double.payout_fails(payout)

    def closes_at(self, gateway_id: str) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.double.sessions[gateway_id]["expires_at"], dt.UTC)

    def said(self) -> list[tuple[bytes, str]]:
        return [self.double.signed(event) for event in self.double.owed]


PARTIES = ["sandbox", "stripe"]


@pytest.fixture(params=PARTIES)
def party(request: pytest.FixtureRequest, settings: Any) -> Iterator[Party]:
    if request.param == "sandbox":
        yield Sandbox()
        return
    with running(settings) as double:
        yield Stripe(double)


def opened(
    party: Party, reference: str = "copayment:1", attempt: int = 1, closes_at: dt.datetime | None = None
) -> Session:
    return party.gateway.begin_checkout(
        reference=reference,
        attempt=attempt,
        amount_minor=4000,
        currency="GBP",
        description="Your share of Bookkeeping",
        success_url="https://waymark.example/paid",
        cancel_url="https://waymark.example/back",
        closes_at=closes_at,
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


def test_what_closes_by_itself_does_so_when_the_time_to_pay_is_over(party: Party) -> None:
    wanted = timezone.now() + dt.timedelta(hours=3)
    closes_at = party.closes_at(opened(party, closes_at=wanted).gateway_id)
    assert abs(closes_at - wanted) < dt.timedelta(seconds=2)


def test_a_page_stays_open_for_a_day_at_most(party: Party) -> None:
    session = opened(party, closes_at=timezone.now() + dt.timedelta(days=3))
    assert party.closes_at(session.gateway_id) < timezone.now() + dt.timedelta(hours=24, seconds=2)


def test_a_declined_card_takes_nothing_and_another_may_be_tried(party: Party) -> None:
    session = opened(party)
    party.decline(session.gateway_id)
    assert [message.what for message in messages(party)] == [None]
    party.pay(session.gateway_id)
    assert [message.what for message in messages(party)] == [None, "paid"]


def test_what_is_paid_later_is_told_when_the_money_is_there_and_not_before(party: Party) -> None:
    session = opened(party)
    party.pay_later(session.gateway_id)
    told = messages(party)
    assert [message.what for message in told] == [None, "paid"]
    assert (told[1].gateway_id, told[1].amount_minor, told[1].currency) == (session.gateway_id, 4000, "GBP")
    assert told[1].payment_id != ""


def test_a_refund_that_arrived_can_fail_later_and_may_be_tried_again(party: Party) -> None:
    party.pay_with_a_card_that_is_gone(opened(party).gateway_id)
    payment = messages(party)[-1].payment_id
    refund = party.gateway.refund(reference="returned:1", payment_id=payment, amount_minor=4000)
    party.refund_fails(refund)
    told = messages(party)[1:]
    assert [(message.what, message.reference) for message in told] == [
        ("refunded", "returned:1"),
        ("refund_failed", "returned:1"),
    ]
    assert party.gateway.refund(reference="again:1", payment_id=payment, amount_minor=4000) != refund


def test_a_dispute_is_told_with_its_payment_and_how_it_ended(party: Party) -> None:
    party.pay_and_lose(opened(party).gateway_id)
    paid, disputed, lost = messages(party)
    assert [message.what for message in (paid, disputed, lost)] == ["paid", "disputed", "dispute_lost"]
    assert disputed.payment_id == lost.payment_id == paid.payment_id
    assert disputed.gateway_id == lost.gateway_id
    assert (lost.amount_minor, lost.currency) == (4000, "GBP")


def test_what_is_kept_of_a_message_names_nobody(party: Party) -> None:
    party.pay_and_lose(opened(party).gateway_id)
    kept = [str(message.body) for message in messages(party)]
    assert not any("Amina" in body or "amina@" in body for body in kept)
    assert all("payment_intent" in body for body in kept)


def paid_out(party: Party, *, fails: bool = False) -> Message:
    """The word that all the gateway holds has been paid out."""
    party.pays_out(fails=fails)
    return [message for message in messages(party) if message.what == "paid_out"][-1]


def made_of(party: Party, payout: Message) -> list[tuple[str, str, str, int, int, str]]:
    entries = sorted(party.gateway.made_of(payout.gateway_id), key=lambda entry: -entry.amount_minor)
    assert len({entry.gateway_id for entry in entries}) == len(entries)
    return [(e.kind, e.payment_id, e.reference, e.amount_minor, e.fee_minor, e.currency) for e in entries]


def test_a_payout_is_told_of_and_made_of_payments_less_their_fees_and_refunds(party: Party) -> None:
    payment = paid(party).payment_id
    party.gateway.refund(reference="returned:1", payment_id=payment, amount_minor=1500)
    payout = paid_out(party)
    assert (payout.amount_minor, payout.currency) == (4000 - 80 - 1500, "GBP")
    assert made_of(party, payout) == [
        ("charge", payment, "", 4000, 80, "GBP"),
        ("refund", payment, "returned:1", -1500, 0, "GBP"),
    ]


def test_what_was_paid_out_is_not_paid_out_again(party: Party) -> None:
    paid(party)
    first = paid_out(party)
    party.pay(opened(party, reference="copayment:2").gateway_id)
    assert paid_out(party).gateway_id != first.gateway_id
    assert len(party.gateway.made_of(first.gateway_id)) == 1


def test_a_dispute_takes_its_amount_and_a_fee_and_names_itself(party: Party) -> None:
    party.pay_and_lose(opened(party).gateway_id)
    dispute = messages(party)[-1]
    payout = paid_out(party)
    assert payout.amount_minor == -80 - 2000
    [taken] = [each for each in party.gateway.made_of(payout.gateway_id) if each.kind == "adjustment"]
    assert (taken.source_id, taken.payment_id) == (dispute.gateway_id, dispute.payment_id)
    assert (taken.amount_minor, taken.fee_minor) == (-4000, 2000)


def test_a_refund_that_failed_is_held_again(party: Party) -> None:
    party.pay_with_a_card_that_is_gone(opened(party).gateway_id)
    payment = messages(party)[-1].payment_id
    party.refund_fails(party.gateway.refund(reference="returned:1", payment_id=payment, amount_minor=4000))
    assert sorted(made_of(party, paid_out(party))) == [
        ("charge", payment, "", 4000, 80, "GBP"),
        ("refund", payment, "returned:1", -4000, 0, "GBP"),
        ("refund_failure", payment, "returned:1", 4000, 0, "GBP"),
    ]


def test_a_payout_that_the_bank_sends_back_is_told_of_and_is_in_the_next_one(party: Party) -> None:
    paid(party)
    payout = paid_out(party, fails=True)
    [failed] = [message for message in messages(party) if message.what == "payout_failed"]
    assert failed.gateway_id == payout.gateway_id
    assert (failed.amount_minor, failed.currency) == (3920, "GBP")
    again = paid_out(party)
    [entry] = party.gateway.made_of(again.gateway_id)
    assert (entry.kind, entry.source_id) == ("payout_failure", payout.gateway_id)
    assert (entry.amount_minor, entry.fee_minor, again.amount_minor) == (3920, 0, 3920)

"""The gateway's payouts: fees and what came to the bank are posted once."""

from __future__ import annotations

import pytest

from accounts import schemes
from accounts.scheme_files import preset
from ledger.models import Event, Transfer
from payments.models import (
    CardRefund,
    GatewayEntry,
    GatewayPayout,
)
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from tests.payments.stripe_double import StripeDouble
from tests.vouchers.card_payouts.situations import (
    FEE,
    NET,
    SHARE,
    Books,
    accounts,
    follow,
    hear,
    paid,
    reconcile,
    session_of,
)
from vouchers import copayment, ending
from vouchers.cards import paying_out
from vouchers.models import State

pytestmark = pytest.mark.django_db


def test_a_payout_is_fees_and_money_in_the_bank_and_nothing_is_left_with_the_gateway(stripe: StripeDouble) -> None:
    paid(stripe)
    assert accounts() == {"gateway": SHARE, "card_fees": 0, "bank": 0}
    stripe.pay_out()
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}
    [fee] = Transfer.objects.filter(kind="card_fee")
    [payout] = Transfer.objects.filter(kind="card_payout")
    assert (fee.amount_minor, payout.amount_minor) == (FEE, NET)
    assert Event.objects.get(pk=fee.event_id).kind == "scheme.card_fees_kept"
    said = Event.objects.get(pk=payout.event_id)
    assert (said.kind, said.subject) == ("scheme.card_money_paid_out", a_scheme().subject)
    assert said.data == {"amount_minor": NET, "payout": str(GatewayPayout.objects.get().pk)}
    assert "All of it matches." in reconcile()


def test_however_often_it_is_said_and_followed_it_is_posted_once(stripe: StripeDouble, books: Books) -> None:
    paid(stripe)
    payout = stripe.pay_out()
    hear(stripe)
    follow()
    after = books()
    for _ in range(2):
        stripe.tell("payout.paid", payout)
        hear(stripe)
        assert follow() == 0
    assert not paying_out.take_in(GatewayPayout.objects.get().pk, [], actor=ACTOR)
    assert (books(), GatewayPayout.objects.count(), GatewayEntry.objects.count()) == (after, 1, 1)


def test_one_payout_of_two_schemes_is_shared_by_what_was_paid_in_each(
    stripe: StripeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(stripe)
    other = schemes.set_up(preset("ila-wales-2003") | {"slug": "other"}, actor=ACTOR)
    schemes.pay_in(other, 1_000_00, reference="first", actor=ACTOR)
    with monkeypatch.context() as here:
        here.setattr("tests.factories.vouchers.a_scheme", lambda: other)
        theirs = paid(stripe)
    stripe.pay_out()
    stripe.dispute(session_of(theirs))
    paid(stripe)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": 2 * FEE, "bank": 2 * NET}
    assert accounts(other) == {"gateway": SHARE, "card_fees": FEE + 20_00, "bank": NET - SHARE - 20_00}
    [taken] = Transfer.objects.filter(debit=other.card_clearing, kind="card_payout")
    assert taken.amount_minor == SHARE + 20_00


def test_a_payout_of_many_pages_is_read_to_its_end(stripe: StripeDouble) -> None:
    stripe.page = 2
    for _ in range(5):
        paid(stripe)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": 5 * FEE, "bank": 5 * NET}
    assert Transfer.objects.filter(kind="card_payout").count() == 1


def test_a_refund_that_went_back_before_the_payout_is_not_in_the_bank(stripe: StripeDouble) -> None:
    voucher, other = paid(stripe), paid(stripe)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    stripe.new_refund(
        {
            "payment_intent": refund.checkout.payment_id,
            "amount": str(SHARE),
            "metadata[reference]": refund.reference,
        }
    )
    hear(stripe)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": 2 * FEE, "bank": NET - FEE}
    assert not GatewayEntry.objects.unresolved().exists()
    assert other.state == "issued"


def test_what_a_dispute_takes_comes_from_the_bank_and_is_with_the_gateway_until_it_is_lost(
    stripe: StripeDouble,
) -> None:
    voucher = paid(stripe)
    stripe.pay_out()
    dispute = stripe.dispute(session_of(voucher))
    assert stripe.pay_out()["amount"] == -SHARE - 20_00
    hear(stripe)
    assert follow() == 2
    assert accounts() == {"gateway": SHARE, "card_fees": FEE + 20_00, "bank": NET - SHARE - 20_00}
    stripe.dispute_ends(dispute, "lost")
    hear(stripe)
    assert accounts() == {"gateway": 0, "card_fees": FEE + 20_00, "bank": NET - SHARE - 20_00}
    assert "charged back £60.00" in reconcile()


def test_what_a_won_dispute_gives_back_is_paid_out_again(stripe: StripeDouble) -> None:
    voucher = paid(stripe)
    dispute = stripe.dispute(session_of(voucher))
    stripe.dispute_ends(dispute, "won")
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": FEE + 20_00, "bank": NET - 20_00}
    assert "All of it matches." in reconcile()


def test_a_payout_that_fails_later_is_with_the_gateway_again_until_it_comes_with_another(
    stripe: StripeDouble, books: Books
) -> None:
    paid(stripe)
    payout = stripe.pay_out()
    hear(stripe)
    follow()
    stripe.payout_fails(payout)
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": NET, "card_fees": FEE, "bank": 0}
    [back] = Transfer.objects.filter(kind="card_payout_failed")
    assert back.corrects_id == Transfer.objects.get(kind="card_payout").pk
    before = books()
    stripe.tell("payout.failed", payout)
    stripe.tell("payout.paid", payout | {"status": "paid"})
    hear(stripe)
    assert (follow(), books()) == (0, before)
    assert "All of it matches." in reconcile()
    stripe.pay_out()
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


@pytest.mark.parametrize("paid_first", [True, False])
def test_one_that_failed_before_it_is_followed_leaves_its_fees_alone(stripe: StripeDouble, paid_first: bool) -> None:
    paid(stripe)
    stripe.payout_fails(stripe.pay_out())
    if not paid_first:
        stripe.owed.reverse()
    hear(stripe)
    assert (follow(), follow()) == (1, 0)
    assert accounts() == {"gateway": NET, "card_fees": FEE, "bank": 0}
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


def test_the_next_payout_waits_for_the_word_that_the_last_one_failed(stripe: StripeDouble) -> None:
    paid(stripe)
    payout = stripe.pay_out()
    hear(stripe)
    follow()
    stripe.payout_fails(payout)
    stripe.pay_out()
    late = [event for event in stripe.owed if event["type"] == "payout.failed"]
    stripe.owed = [event for event in stripe.owed if event not in late]
    hear(stripe)
    assert follow() == 0
    stripe.owed = late
    hear(stripe)
    assert follow() == 2
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


def test_a_payout_whose_payment_is_heard_of_later_waits_for_it(stripe: StripeDouble) -> None:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    stripe.pay(checkout.gateway_id)
    stripe.pay_out()
    payment, payout = stripe.owed
    stripe.owed = [payout]
    hear(stripe)
    assert (follow(), GatewayEntry.objects.count()) == (0, 0)
    stripe.owed = [payment]
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}

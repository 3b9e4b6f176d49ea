"""Disputes of card payments: the voucher is frozen at once, goes on when the payment stands, and else is decided on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

import ledger
from ledger.models import Event, Transfer
from payments.models import CardDispute, CardRefund, Checkout, GatewayEvent, SandboxDelivery
from payments.sandbox import deliveries
from payments.sandbox.paying import Card, pay
from tests.factories.payments import event, refund_event, session_event, signed
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher, confirm
from vouchers import contesting, copayment, ending, mediating, redemption
from vouchers.cards import charging_back, problems, refunding
from vouchers.cards.invariants import card_refund_is_its_transfers, chargeback_is_a_transfer
from vouchers.errors import (
    CardMayHaveIt,
    CardProblemGone,
    PaymentMismatch,
    StepStillOpen,
    VoucherUnderReview,
    WrongState,
)
from vouchers.models import CardHold, Control, State, Voucher

pytestmark = pytest.mark.django_db

Books = Callable[[], dict[UUID, int]]
SHARE = 60_00


def dispute_event(checkout: Checkout, kind: str = "created", **said: Any) -> dict[str, Any]:
    """What the gateway says of a dispute of a checkout's payment."""
    thing = {
        "id": "du_1",
        "object": "dispute",
        "amount": checkout.amount_minor,
        "currency": checkout.currency.lower(),
        "payment_intent": checkout.payment_id,
        "status": "needs_response",
    }
    return event(f"charge.dispute.{kind}", thing | said)


def hear(message: dict[str, Any]) -> Any:
    return copayment.hear(*signed(message))


def disputed(voucher: Voucher, status: str = "", **said: Any) -> None:
    """The payment of this voucher is disputed, and with a status that has ended."""
    checkout = Checkout.objects.get(voucher=voucher)
    assert hear(dispute_event(checkout, **said)) is None
    if status:
        assert hear(dispute_event(checkout, "closed", status=status, **said)) is None


def now(voucher: Voucher) -> Voucher:
    return Voucher.objects.get(pk=voucher.pk)


def accounts(voucher: Voucher) -> dict[str, int]:
    """What is in the voucher, its purses, and the scheme's accounts of card money."""
    scheme = voucher.learning_account.scheme
    [loss] = ledger.open_accounts([ledger.NewAccount("scheme_loss", scheme.currency, False, "scheme", scheme.pk)])
    purses = [funding.purse.ledger_account_id for funding in voucher.fundings.exclude(purse=None)]
    wanted = {"voucher": voucher.account_id, "due": scheme.refund_due_id, "clearing": scheme.card_clearing_id}
    left = ledger.balances([*wanted.values(), loss, *purses])
    return {name: left[account] for name, account in wanted.items()} | {
        "loss": left[loss],
        "purse": sum(left[purse] for purse in purses),
    }


def test_a_dispute_freezes_the_voucher_and_moves_nothing(books: Books) -> None:
    voucher = a_voucher(own=True)
    before = books()
    disputed(voucher)
    disputed(voucher)
    assert (now(voucher).control, books()) == (Control.FROZEN, before)
    assert (CardHold.objects.count(), CardDispute.objects.get().state) == (1, "open")
    assert Event.objects.filter(kind="voucher.card_disputed", subject=voucher.subject).count() == 1


@pytest.mark.parametrize("status", ["won", "warning_closed", "prevented"])
def test_a_payment_that_stands_lets_the_voucher_go_on_with_no_time_lost(clock: Any, books: Books, status: str) -> None:
    voucher = a_voucher(own=True)
    before = books()
    disputed(voucher)
    clock.move_by(days=40)
    assert ending.expire(actor=ACTOR) == 0  # its clocks stand still
    disputed(voucher, status)
    released = now(voucher)
    assert (released.control, released.state, books()) == (Control.CLEAR, "issued", before)
    assert voucher.accept_by is not None
    assert released.accept_by is not None
    assert released.accept_by - voucher.accept_by >= dt.timedelta(days=40)
    assert CardHold.objects.get().ended_how == "won"


def test_a_payment_that_is_lost_is_a_chargeback_that_the_scheme_bears_and_the_voucher_stays_frozen() -> None:
    voucher = a_voucher(own=True)
    before = accounts(voucher)
    disputed(voucher, "lost")
    disputed(voucher, "lost")
    after = accounts(voucher)
    assert after == before | {"loss": -SHARE, "clearing": before["clearing"] + SHARE}
    assert now(voucher).control == Control.FROZEN
    [moved] = Transfer.objects.filter(kind="chargeback")
    assert (moved.amount_minor, Event.objects.get(pk=moved.event_id).kind) == (SHARE, "voucher.charged_back")
    assert list(CardHold.objects.to_decide()) == [CardHold.objects.get()]


def test_the_end_of_a_dispute_that_comes_before_its_beginning_is_the_same() -> None:
    voucher = a_voucher(own=True)
    checkout = Checkout.objects.get(voucher=voucher)
    hear(dispute_event(checkout, "closed", status="lost"))
    hear(dispute_event(checkout))
    assert (now(voucher).control, accounts(voucher)["loss"]) == (Control.FROZEN, -SHARE)
    assert CardDispute.objects.get().state == "lost"
    assert not GatewayEvent.objects.unresolved().exists()


def test_a_dispute_that_comes_before_its_payment_is_caught_up_with() -> None:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    hear(dispute_event(checkout, payment_intent=f"pi_{checkout.gateway_id}"))
    hear(dispute_event(checkout, "closed", payment_intent=f"pi_{checkout.gateway_id}", status="lost"))
    assert (GatewayEvent.objects.unresolved().count(), now(voucher).control) == (2, Control.CLEAR)
    hear(session_event(checkout))
    assert (now(voucher).state, now(voucher).control) == ("issued", Control.FROZEN)
    assert accounts(voucher)["loss"] == -SHARE
    assert not GatewayEvent.objects.unresolved().exists()


@pytest.mark.parametrize(("card", "control"), [(Card.DISPUTED_AND_WON, "clear"), (Card.DISPUTED_AND_LOST, "frozen")])
def test_the_sandbox_plays_it_while_somebody_watches(card: Card, control: str) -> None:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    pay(checkout.gateway_id, card)
    assert play() == 1
    assert (now(voucher).state, now(voucher).control) == ("issued", "clear")
    SandboxDelivery.objects.filter(kind="charge.dispute.created").update(due_at=timezone.now())
    assert (play(), now(voucher).control) == (1, "frozen")
    SandboxDelivery.objects.update(due_at=timezone.now())
    assert (play(), now(voucher).control) == (1, control)


def play() -> int:
    """Take in what the sandbox has to say now; of how many messages."""
    waiting = list(SandboxDelivery.objects.filter(delivered_at=None).order_by("created_at", "due_at"))
    return sum(
        deliveries.deliver(each.pk, post=lambda body, sign: 422 if copayment.hear(body, sign) else 200)
        for each in waiting
    )


def test_won_after_lost_contradicts_and_is_a_person_s_task(books: Books) -> None:
    voucher = a_voucher(own=True)
    disputed(voucher, "lost")
    before = books()
    hear(dispute_event(Checkout.objects.get(voucher=voucher), "closed", status="won"))
    assert (books(), now(voucher).control) == (before, Control.FROZEN)
    assert GatewayEvent.objects.unresolved().get().problem == "contradiction"


@pytest.mark.parametrize("said", [{"amount": SHARE + 1}, {"amount": 0}, {"amount": None}, {"currency": "usd"}])
def test_a_dispute_of_more_than_was_paid_or_of_other_money_is_a_person_s_task(
    books: Books, said: dict[str, Any]
) -> None:
    voucher = a_voucher(own=True)
    before = books()
    assert isinstance(hear(dispute_event(Checkout.objects.get(voucher=voucher), **said)), PaymentMismatch)
    assert (books(), now(voucher).control, CardDispute.objects.count()) == (before, Control.CLEAR, 0)
    assert GatewayEvent.objects.unresolved().count() == 1


def test_a_voucher_whose_loss_the_scheme_bears_goes_on_and_its_provider_is_paid() -> None:
    voucher = a_voucher(own=True)
    disputed(voucher, "lost")
    charging_back.bear(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    assert (now(voucher).control, accounts(voucher)["voucher"]) == (Control.CLEAR, 120_00)
    with pytest.raises(CardProblemGone):
        charging_back.bear(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)


def test_a_voucher_that_ends_gives_the_purse_its_share_and_the_scheme_the_card_s() -> None:
    voucher = a_voucher(own=True)
    before = accounts(voucher)
    disputed(voucher, "lost")
    charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    ended = now(voucher)
    assert (ended.state, ended.outcome, ended.control) == ("closed", "unpaid", Control.CLEAR)
    assert accounts(voucher) == {
        "voucher": 0,
        "purse": before["purse"] + SHARE,
        "due": 0,
        "loss": 0,
        "clearing": before["clearing"] + SHARE,
    }
    assert not CardRefund.objects.exists()  # the card has had it
    [closed] = Event.objects.filter(kind="voucher.closed")
    assert (closed.data["to_purse_minor"], closed.data["to_card_minor"]) == (SHARE, 0)
    assert CardHold.objects.get().recovered_minor == SHARE
    assert not [*card_refund_is_its_transfers(), *chargeback_is_a_transfer()]


def test_of_a_payment_that_is_lost_in_part_the_rest_goes_back_to_the_card() -> None:
    voucher = a_voucher(own=True)
    disputed(voucher, "lost", amount=20_00)
    charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    assert CardRefund.objects.get().amount_minor == 40_00
    assert (accounts(voucher)["due"], accounts(voucher)["loss"]) == (40_00, 0)


@pytest.mark.parametrize("steps", [{"declared": 1}, {"declared": 1, "confirmed": 1}])
def test_what_a_provider_has_earned_or_says_to_have_does_not_end(books: Books, steps: dict[str, int]) -> None:
    voucher = a_voucher(own=True, state=State.STARTED, **steps)
    disputed(voucher, "lost")
    before = books()
    with pytest.raises(StepStillOpen):
        charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    assert (books(), now(voucher).state, CardHold.objects.get().ended_how) == (before, "started", "")


def test_a_voucher_that_is_closed_already_can_only_be_borne() -> None:
    voucher = a_voucher(own=True, state=State.CLOSED)
    disputed(voucher, "lost")
    hold = CardHold.objects.get()
    with pytest.raises(WrongState):
        charging_back.end(hold.pk, scheme=a_scheme(), actor=ACTOR)
    charging_back.bear(hold.pk, scheme=a_scheme(), actor=ACTOR)
    assert (now(voucher).control, accounts(voucher)["loss"]) == (Control.CLEAR, -SHARE)


def test_what_another_scheme_lost_does_not_exist() -> None:
    voucher = a_voucher(own=True)
    disputed(voucher, "lost")
    for decide in (charging_back.bear, charging_back.end):
        with pytest.raises(CardProblemGone):
            decide(CardHold.objects.get().pk, scheme=a_scheme("ila-scotland-200"), actor=ACTOR)
    assert now(voucher).control == Control.FROZEN


def test_an_open_dispute_is_not_to_be_decided() -> None:
    disputed(a_voucher(own=True))
    with pytest.raises(CardProblemGone):
        charging_back.bear(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)


def test_a_case_and_a_dispute_hold_together_and_the_last_to_end_releases() -> None:
    voucher = a_voucher(own=True)
    disputed(voucher)
    case = contesting.not_me(voucher.pk, learner=voucher.learner, actor=ACTOR)
    disputed(voucher, "won")
    assert now(voucher).control == Control.FROZEN
    mediating.withdraw(case.pk, learner=voucher.learner, actor=ACTOR)
    assert now(voucher).control == Control.CLEAR


def test_a_case_that_ends_first_leaves_the_dispute_s_hold() -> None:
    voucher = a_voucher(own=True)
    case = contesting.not_me(voucher.pk, learner=voucher.learner, actor=ACTOR)
    disputed(voucher)
    mediating.withdraw(case.pk, learner=voucher.learner, actor=ACTOR)
    assert now(voucher).control == Control.FROZEN
    disputed(voucher, "won")
    assert now(voucher).control == Control.CLEAR


def test_what_a_case_holds_does_not_end(books: Books) -> None:
    voucher = a_voucher(own=True)
    disputed(voucher, "lost")
    contesting.not_me(voucher.pk, learner=voucher.learner, actor=ACTOR)
    before = books()
    with pytest.raises(VoucherUnderReview):
        charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    assert (books(), now(voucher).state, CardHold.objects.get().ended_how) == (before, "issued", "")


def test_a_payment_that_was_kept_and_lost_is_the_scheme_s_when_the_voucher_ends() -> None:
    """Paid while the voucher was held, so it waits in refund due; then the card takes it back."""
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    case = contesting.not_me(voucher.pk, learner=voucher.learner, actor=ACTOR)
    hear(session_event(checkout))
    assert accounts(voucher)["due"] == SHARE
    disputed(voucher, "lost")
    mediating.withdraw(case.pk, learner=voucher.learner, actor=ACTOR)
    charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    assert (now(voucher).state, accounts(voucher)["due"], accounts(voucher)["loss"]) == ("closed", 0, 0)
    assert not CardRefund.objects.exists()


def test_no_more_is_recovered_than_was_lost() -> None:
    disputed(a_voucher(own=True), "lost")
    with pytest.raises(IntegrityError, match="card_hold_recovers_at_most_what_was_lost"), transaction.atomic():
        CardHold.objects.update(recovered_minor=SHARE + 1)


def test_a_started_course_can_end_once_its_step_is_paid() -> None:
    """What was paid to the provider stays with it: the scheme has lost that much of the card's share."""
    voucher = a_voucher(own=True, state=State.STARTED)
    confirm([voucher], 1)
    redemption.redeem([redemption.Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    disputed(voucher, "lost")
    charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    # £30 of £120 were redeemed, half of it the card's: £45 of its £60 were still there.
    assert (accounts(voucher)["loss"], CardHold.objects.get().recovered_minor) == (-15_00, 45_00)
    assert not CardRefund.objects.exists()


def test_a_refund_of_a_disputed_payment_that_fails_is_kept_by_the_scheme() -> None:
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    disputed(voucher, "lost")
    hear(refund_event(refund, "failed"))
    refunding.keep(refund.pk, scheme=a_scheme(), actor=ACTOR)
    assert (accounts(voucher)["due"], accounts(voucher)["loss"]) == (0, 0)
    assert CardRefund.objects.get().followed_by == "chargeback"


@pytest.mark.parametrize("status", ["", "lost"])
def test_what_a_card_has_back_or_may_yet_have_back_is_not_paid_to_the_learner_once_more(
    status: str, books: Books
) -> None:
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    disputed(voucher, status)
    hear(refund_event(refund, "failed"))
    before = books()
    with pytest.raises(CardMayHaveIt):
        refunding.send_again(refund.pk, scheme=a_scheme(), actor=ACTOR)
    with pytest.raises(CardMayHaveIt):
        refunding.paid_by_hand(refund.pk, "FT 26/0114", scheme=a_scheme(), actor=ACTOR)
    assert (books(), CardRefund.objects.get().followed_by) == (before, "")


def test_a_refund_that_failed_is_paid_once_the_payment_stands() -> None:
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    disputed(voucher, "won")
    hear(refund_event(refund, "failed"))
    refunding.paid_by_hand(refund.pk, "FT 26/0114", scheme=a_scheme(), actor=ACTOR)
    assert accounts(voucher)["due"] == 0


def test_a_dispute_that_came_before_its_payment_counts_also_if_somebody_said_it_was_dealt_with() -> None:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    hear(dispute_event(checkout, payment_intent=f"pi_{checkout.gateway_id}"))
    [message] = GatewayEvent.objects.unresolved()
    problems.deal_with(message.pk, scheme=a_scheme("ila-scotland-200"), actor=ACTOR)
    hear(session_event(checkout))
    assert (now(voucher).state, now(voucher).control) == ("issued", Control.FROZEN)

"""What each letter says: every opening, setting aside, capture, payment and refund, with its amount."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

import ledger
import web.urls  # noqa: F401  each kind of event is declared by what the pages stand on
from accounts import purses
from brokerage import clocks
from brokerage.deciding import Ruling, decide
from brokerage.models import Outcome
from payments.models import CardRefund
from providers.registering import Because, Reason
from tests.factories.accounts import a_manager
from tests.factories.brokerage import a_request
from tests.factories.payments import refund_event, session_event, signed
from tests.factories.sponsors import topped_up
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher, confirm, learning_accounts
from tests.vouchers.test_card_disputes import disputed
from vouchers import confirmation, control, copayment, delivery, ending, redemption, stopping
from vouchers.cards import charging_back, refunding
from vouchers.models import CardHold, Control, Redemption, State
from vouchers.redemption import Line
from vouchers.stopping import Standing
from web.notifications import about_advocacy, about_assisting, about_groups, about_referrals, about_talks, writing
from web.notifications.letters import LETTERS, TO_MANAGERS
from web.notifications.to_providers import READERS

pytestmark = pytest.mark.django_db


def letters() -> dict[str, str]:
    """What has been written since the last time, text by subject, the last letter of a subject."""
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {message.subject: str(message.body) for message in mail.outbox}


def test_every_kind_that_is_written_about_exists_and_says_whom_it_concerns() -> None:
    for kind in LETTERS:
        fields = ledger.EventKind.every[kind].fields
        if kind in READERS:
            assert kind.startswith("provider.") or "provider" in fields
        elif kind in about_talks.LETTERS | about_advocacy.LETTERS | about_assisting.LETTERS | about_referrals.LETTERS:
            assert {"learner", "adviser"} <= fields
        elif kind in about_groups.LETTERS:
            assert {"learner", "provider", "course"} <= fields
        else:
            wanted = {"scheme"} if kind in TO_MANAGERS else {"learner", "scheme"}
            assert wanted <= fields


def test_an_opening_and_an_award() -> None:
    learning_accounts(1)
    said = letters()
    assert "You now have a learning account in ILA Wales." in said["Your learning account is open"]
    award = said["You have £200.00 to spend on learning"]
    assert "Welsh" not in award
    assert "ILA Wales has put £200.00 into your learning account. You can spend it until" in award


def test_what_a_sponsor_puts_in_and_what_of_it_goes_back(clock: Any) -> None:
    [account] = learning_accounts(1)
    topped_up(account, 50_00)
    said = letters()["You have £50.00 more to spend on learning"]
    assert "Foundry Ltd has put £50.00 into your learning account in ILA Wales. You can spend it until" in said
    clock.move_by(days=101)
    purses.expire(actor=ACTOR)
    assert "Its time was over." in letters()["£50.00 has gone back to Foundry Ltd"]


def test_a_share_to_pay_and_its_capture() -> None:
    voucher = a_voucher(state=State.RESERVED, own=True)
    reserved = letters()["£60.00 is set aside"]
    assert f"£60.00 of your account is set aside for {voucher.run.course.title}." in reserved
    assert "Your own share is £60.00." in reserved
    assert f"/learner/vouchers/{voucher.pk}/pay/" in reserved
    checkout = copayment.begin(voucher, success_url="/", cancel_url="/", actor=ACTOR)
    copayment.hear(*signed(session_event(checkout)))
    issued = letters()["Your voucher is ready"]
    assert "Your card payment of £60.00 has arrived." in issued
    assert f"is worth £120.00. {voucher.provider.name} can see it now." in issued


def test_a_place_a_start_a_confirmation_and_a_payment() -> None:
    voucher = a_voucher()
    course, provider = voucher.run.course.title, voucher.provider.name
    letters()
    delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR)
    assert f"{provider} has accepted your voucher for {course}." in letters()["You have a place"]
    delivery.start([voucher.code], occurred_on=ledger.today(), by=voucher.provider, actor=ACTOR)
    said = letters()
    assert list(said) == ["Please check: is this right?"]
    assert f"{provider} says that you started {course} on" in said["Please check: is this right?"]
    assert f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/" in said["Please check: is this right?"]
    confirm([voucher], 1)
    confirmed = letters()["You have confirmed a step of your course"]
    assert f"{provider} can now be paid £30.00 for it." in confirmed
    redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    paid = letters()["£30.00 was paid from your voucher"]
    assert f"£30.00 went from your voucher to {provider}, for what you confirmed of {course}." in paid
    redemption.reverse(Redemption.objects.get().pk, by=voucher.provider, actor=ACTOR)
    assert f"{provider} has given back £30.00" in letters()["£30.00 is back in your voucher"]


def test_silence_that_confirmed_says_so(clock: Any) -> None:
    a_voucher(state=State.COMPLETED, confirmed=1)
    letters()
    clock.move_by(days=11)
    confirmation.confirm_by_silence(actor=ACTOR)
    said = letters()["A step of your course counts as confirmed"]
    assert "You had time to say" in said
    assert "can now be paid £90.00 for it." in said


def test_a_refusal_of_the_provider_gives_back_with_amounts() -> None:
    voucher = a_voucher(own=True)
    letters()
    delivery.decline([voucher.code], by=voucher.provider, actor=ACTOR)
    closed = letters()["Your voucher is closed"]
    assert f"{voucher.provider.name} could not take you on" in closed
    assert "£60.00 has come back from it." in closed
    assert "£60.00 is on its way to your card." in closed


def test_a_refund_that_arrived() -> None:
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    letters()
    copayment.hear(*signed(refund_event(CardRefund.objects.get())))
    assert "has been sent back to your card" in letters()["£60.00 is back on your card"]


def test_a_payment_that_came_too_late(clock: Any) -> None:
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(voucher, success_url="/", cancel_url="/", actor=ACTOR)
    clock.move_by(days=4)
    ending.lapse(actor=ACTOR)
    copayment.hear(*signed(session_event(checkout)))
    said = letters()
    assert "was not paid in time" in said["Your voucher is closed"]
    assert "on its way back to your card" in said["Your card payment of £60.00 could not be used"]


def test_a_refund_that_failed_is_told_to_those_who_run_the_scheme_and_paying_it_to_its_learner() -> None:
    a_manager(a_scheme())
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    letters()
    copayment.hear(*signed(refund_event(refund, "failed")))
    said = letters()
    assert list(said) == ["A refund of £60.00 did not reach the card"]
    assert "The learner is owed it." in said["A refund of £60.00 did not reach the card"]
    refunding.paid_by_hand(refund.pk, "FT 1", scheme=a_scheme(), actor=ACTOR)
    [paid] = letters().values()
    assert "so ILA Wales paid it in another way." in paid


def test_a_payment_that_was_taken_back_and_the_voucher_that_ends_with_it() -> None:
    a_manager(a_scheme())
    voucher = a_voucher(own=True)
    letters()
    disputed(voucher, "lost")
    assert set(letters()) == {"Your voucher is being looked at", "£60.00 was taken back from ILA Wales"}
    charging_back.end(CardHold.objects.get().pk, scheme=a_scheme(), actor=ACTOR)
    ended = letters()["Your voucher is closed"]
    course = voucher.run.course.title
    assert f"The card payment of your share of {course} was taken back, so your voucher has ended." in ended
    assert "£60.00 has come back from it." in ended
    assert "on its way to your card" not in ended


def test_a_dispute_and_what_follows() -> None:
    voucher = a_voucher(state=State.STARTED)
    letters()
    confirmation.dispute(voucher.pk, 1, "I was not there.", learner=voucher.learner, actor=ACTOR)
    said = letters()["We are looking at it"]
    assert "Nothing is paid until it is settled." in said
    assert "I was not there" not in said


def test_a_freeze_and_a_release() -> None:
    voucher = a_voucher()
    letters()
    control.set_control(voucher.pk, Control.FROZEN, actor=ACTOR)
    assert "is being looked at" in letters()["Your voucher is being looked at"]
    control.set_control(voucher.pk, Control.CLEAR, actor=ACTOR)
    assert "everything goes on" in letters()["Your voucher is released"]


def test_an_answer_is_announced_and_its_reasons_stay_on_the_page() -> None:
    asked = a_request(consulted=True)
    letters()
    decide(Ruling(asked.pk, Outcome.APPROVE, "You told me about your health."), by=asked.adviser, actor=ACTOR)
    said = letters()[f"Your adviser has answered about {asked.run.course.title}"]
    assert f"/learner/requests/{asked.pk}/" in said
    assert "health" not in said


def test_a_request_that_went_to_a_colleague(clock: Any) -> None:
    asked = a_request(policy="structured")
    letters()
    clock.move_by(days=3)
    clocks.run_out(actor=ACTOR)
    said = letters()["A colleague is looking at what you asked for"]
    assert f"{asked.run.course.title} was not answered in time" in said


def test_a_purse_whose_time_was_over(clock: Any) -> None:
    learning_accounts(1)
    letters()
    clock.move_by(days=400)
    purses.expire(actor=ACTOR)
    assert "£200.00 has gone back to ILA Wales" in letters()


def test_a_provider_that_is_suspended_goes_on_or_is_removed(clock: Any) -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    course, provider = voucher.run.course.title, voucher.provider.name
    letters()
    stopping.move(voucher.provider, Standing.SUSPENDED, because=Because(Reason.IRREGULAR, "Odd claims."), actor=ACTOR)
    stands = letters()["Your course provider is suspended"]
    assert f"Your voucher for {course} is safe." in stands
    assert "you can withdraw on your page at any time" in stands
    assert "Odd claims" not in stands
    stopping.move(voucher.provider, Standing.ACTIVE, because=Because(Reason.CLEARED, "All well."), actor=ACTOR)
    assert (
        f"{provider} may go on. Your voucher for {course} can be used until"
        in letters()["Your course provider may go on"]
    )
    stopping.move(voucher.provider, Standing.REMOVED, because=Because(Reason.INSOLVENT, "Wound up."), actor=ACTOR)
    ended = letters()["Your voucher is closed"]
    assert f"{provider} cannot give you {course} any more, so your voucher for it has ended." in ended
    assert "£120.00 has come back from it." in ended

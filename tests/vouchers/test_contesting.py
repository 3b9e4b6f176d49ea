"""This was not me: one press freezes, a mediator decides, and the money goes where the rule says."""

from __future__ import annotations

import datetime as dt

import pytest

import ledger
from accounts.models import LearningAccount, Purse
from config.ids import uuid7
from config.refusals import Refusal, only
from ledger.models import Account, Event, Transfer
from ledger.verification import verify
from tests.factories.cases import a_mediator, not_me, recovered, settled, taken
from tests.factories.payments import session_event, signed
from tests.factories.payouts import a_bank_account, a_provider, answered, prepared, redeemed, sent
from tests.factories.payouts import approved as approved_run
from tests.factories.payouts import settled as settled_run
from tests.factories.providers import ProviderFactory, StaffFactory
from tests.factories.vouchers import ACTOR, a_run, a_voucher, learning_accounts, reserved, vouchers
from vouchers import confirmation, contesting, copayment, ending, errors, events, mediating, redemption
from vouchers.confirmation import Confirmation
from vouchers.ending import Cancellation
from vouchers.models import CancelReason, Case, Control, Factor, Redemption, State, Voucher
from vouchers.paying import owed, sending
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def in_it(voucher: Voucher) -> int:
    return ledger.balances([voucher.account_id])[voucher.account_id]


def in_purse(voucher: Voucher) -> int:
    purse = Purse.objects.get(learning_account=voucher.learning_account_id)
    return ledger.balances([purse.ledger_account_id])[purse.ledger_account_id]


def lost(voucher: Voucher) -> int:
    loss = Account.objects.filter(kind="scheme_loss", owner_id=voucher.learning_account.scheme_id).first()
    return ledger.balances([loss.pk])[loss.pk] if loss else 0


def owed_to(voucher: Voucher) -> int:
    return sum(one.owed_minor for one in owed.owed_to(voucher.provider))


def paid_voucher() -> Voucher:
    """One worth £120 that its provider was paid for: delivered, redeemed, and settled by the bank."""
    provider = a_provider()
    [first, *_rest] = redeemed(provider)
    settled_run()
    return Voucher.objects.select_related("learner", "learning_account__scheme", "provider").get(pk=first.voucher_id)


def test_one_press_freezes_the_voucher_and_opens_a_case_with_a_clock(books):
    voucher, before = a_voucher(state=State.STARTED, confirmed=1), books()
    case = not_me(voucher)
    voucher.refresh_from_db()
    assert voucher.control == Control.FROZEN
    assert (case.kind, case.about, case.state) == ("not_me", "voucher", "opened")
    assert case.answer_by - case.opened_at == dt.timedelta(days=5)
    assert books() == before
    assert list(
        Event.objects.filter(subject__in=[case.subject, voucher.subject])
        .order_by("-created_at", "-id")
        .values_list("kind", flat=True)[:2]
    ) == ["case.opened", "voucher.control_changed"]


def test_pressed_twice_it_is_one_case():
    voucher = a_voucher()
    assert not_me(voucher).pk == not_me(voucher).pk
    assert Case.objects.count() == 1
    assert Event.objects.filter(kind="voucher.control_changed").count() == 1


def test_nobody_can_contest_what_is_not_theirs_or_by_a_movement_of_something_else():
    voucher, other = vouchers(2)
    foreign = Transfer.objects.filter(credit=other.account_id).first()
    for learner, transfer in ((other.learner, None), (voucher.learner, foreign.pk)):
        with pytest.raises(errors.VoucherNotFound):
            contesting.not_me(voucher.pk, learner=learner, transfer=transfer, actor=ACTOR)
    assert not Case.objects.exists()
    assert set(Voucher.objects.values_list("control", flat=True)) == {"clear"}


def test_frozen_nothing_is_delivered_confirmed_redeemed_or_called_off(books):
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    not_me(voucher)
    before = books()
    word = Confirmation(voucher.pk, 1, Factor.PASSWORD)
    answers = [
        *redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR),
        *ending.cancel([Cancellation(voucher.code, CancelReason.COURSE_FULL)], by=voucher.provider, actor=ACTOR),
    ]
    assert [answer.code for answer in answers] == ["voucher_under_review"] * 2
    assert only_code(confirmation.confirm([word], learner=voucher.learner, actor=ACTOR)) == "already_decided"
    assert books() == before


def only_code(answers: list[object]) -> str:
    [answer] = answers
    assert isinstance(answer, Refusal)
    return answer.code


def test_upheld_before_payout_everything_goes_back_to_where_it_came_from_in_proportion():
    """£120: half by card. The start, £30, is redeemed and not paid out."""
    voucher = a_voucher(state=State.STARTED, confirmed=1, own=True)
    only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert (in_it(voucher), in_purse(voucher), owed_to(voucher)) == (90_00, 140_00, 30_00)
    case = settled(not_me(voucher), upheld=True)
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome, voucher.control) == ("closed", "disowned", "clear")
    assert (in_it(voucher), in_purse(voucher), owed_to(voucher), lost(voucher)) == (0, 200_00, 0, 0)
    refund_due = voucher.learning_account.scheme.refund_due_id
    assert ledger.balances([refund_due]) == {refund_due: 60_00}
    assert (case.outcome, case.recovery) == ("upheld", "")
    taken_back = Transfer.objects.get(kind="redemption_taken_back")
    assert taken_back.corrects_id == Transfer.objects.get(kind="redemption").pk
    assert Redemption.objects.get().reversed_at is not None


def test_upheld_after_payout_the_scheme_stands_in_at_once_and_the_clawback_follows():
    voucher = paid_voucher()
    assert (in_purse(voucher), owed_to(voucher)) == (80_00, 0)
    case = settled(not_me(voucher), upheld=True)
    voucher.refresh_from_db()
    assert (in_purse(voucher), lost(voucher), owed_to(voucher)) == (200_00, -120_00, 0)
    assert (voucher.outcome, voucher.control, case.recovery) == ("disowned", "frozen", "due")
    case = recovered(case, from_provider=True)
    voucher.refresh_from_db()
    assert (in_purse(voucher), lost(voucher), owed_to(voucher)) == (200_00, 0, -120_00)
    assert (voucher.control, case.recovery) == ("clear", "clawed_back")
    clawed = Transfer.objects.filter(kind="clawback")
    assert sum(clawed.values_list("amount_minor", flat=True)) == 120_00
    assert set(clawed.values_list("corrects", flat=True)) == set(
        Transfer.objects.filter(kind="redemption").values_list("pk", flat=True)
    )


def test_what_is_clawed_back_comes_off_the_next_payout():
    voucher = paid_voucher()
    recovered(settled(not_me(voucher), upheld=True), from_provider=True)
    redeemed(voucher.provider, worth=150_00)
    run = prepared()
    assert run.payouts.get().amount_minor == 30_00


def test_where_the_scheme_bears_it_the_provider_keeps_what_it_was_paid():
    voucher = paid_voucher()
    case = recovered(settled(not_me(voucher), upheld=True), from_provider=False)
    voucher.refresh_from_db()
    assert (in_purse(voucher), lost(voucher), owed_to(voucher)) == (200_00, -120_00, 0)
    assert (voucher.control, case.recovery) == ("clear", "borne")


def test_a_payout_that_the_bank_returns_after_the_scheme_stood_in_is_not_paid_again():
    provider = a_provider("9991")
    redeemed(provider)
    run = sent()
    voucher = Voucher.objects.select_related("learner", "learning_account__scheme", "provider").get()
    case = settled(not_me(voucher), upheld=True)
    answered(run)
    assert run.payouts.get().state == "returned"
    a_bank_account(provider)
    with pytest.raises(errors.NothingToPay):
        prepared()
    recovered(case, from_provider=True)
    assert owed_to(voucher) == 0
    with pytest.raises(errors.NothingToPay):
        prepared()


def test_what_waits_in_a_run_that_is_not_sent_is_taken_back_and_left_out():
    provider = a_provider()
    redeemed(provider)
    run = approved_run()
    voucher = Voucher.objects.select_related("learner", "learning_account__scheme", "provider").get()
    settled(not_me(voucher), upheld=True)
    run = sending.send(run.pk, actor=ACTOR)
    assert run.state == "cancelled"
    assert (in_purse(voucher), owed_to(voucher), lost(voucher)) == (200_00, 0, 0)


def test_not_upheld_the_voucher_goes_on_and_no_time_was_lost(clock, books):
    voucher = a_voucher(state=State.STARTED)
    before = books()
    confirm_by = voucher.milestones.get(number=1).confirm_by
    case = not_me(voucher)
    clock.move_by(days=4)
    case = settled(case, upheld=False)
    expires_at = voucher.expires_at
    voucher.refresh_from_db()
    assert (voucher.control, voucher.state) == ("clear", "started")
    assert voucher.expires_at - expires_at == dt.timedelta(days=4)
    assert voucher.milestones.get(number=1).confirm_by - confirm_by == dt.timedelta(days=4)
    assert books() == before


def test_a_card_that_was_captured_while_it_was_frozen_is_kept_and_used_once_it_is_released():
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(
        voucher, success_url="http://testserver/a", cancel_url="http://testserver/b", actor=ACTOR
    )
    case = not_me(voucher)
    copayment.hear(*signed(session_event(checkout)))
    due = voucher.learning_account.scheme.refund_due_id
    assert (ledger.balances([due])[due], in_it(voucher)) == (60_00, 60_00)
    settled(case, upheld=False)
    voucher.refresh_from_db()
    assert (voucher.state, ledger.balances([due])[due], in_it(voucher)) == ("issued", 0, 120_00)


def test_a_card_that_was_captured_while_it_was_frozen_goes_back_when_it_was_not_them():
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(
        voucher, success_url="http://testserver/a", cancel_url="http://testserver/b", actor=ACTOR
    )
    case = not_me(voucher)
    copayment.hear(*signed(session_event(checkout)))
    settled(case, upheld=True)
    due = voucher.learning_account.scheme.refund_due_id
    assert (ledger.balances([due])[due], in_it(voucher), in_purse(voucher)) == (60_00, 0, 200_00)
    assert checkout.refunds.get().amount_minor == 60_00


def test_an_account_that_was_not_them_is_frozen_with_all_its_vouchers_and_nothing_is_closed(books):
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    before = books()
    account = voucher.learning_account
    case = contesting.not_my_account(account.pk, learner=voucher.learner, actor=ACTOR)
    assert contesting.not_my_account(account.pk, learner=voucher.learner, actor=ACTOR).pk == case.pk
    voucher.refresh_from_db()
    account.refresh_from_db()
    assert (voucher.control, voucher.state) == ("frozen", "started")
    assert account.frozen_at is not None
    assert books() == before
    settled(case, upheld=False)
    voucher.refresh_from_db()
    account.refresh_from_db()
    assert (voucher.control, account.frozen_at) == ("clear", None)


def test_upheld_of_an_account_its_vouchers_money_is_back_in_it_and_it_stays_frozen():
    [account] = learning_accounts(1)
    voucher = a_voucher_of(account)
    settled(contesting.not_my_account(account.pk, learner=account.learner, actor=ACTOR), upheld=True)
    voucher.refresh_from_db()
    account.refresh_from_db()
    assert (voucher.outcome, in_purse(voucher)) == ("disowned", 200_00)
    assert account.frozen_at is not None


def a_voucher_of(account: LearningAccount) -> Voucher:
    return only(list(reserved([account], a_run(ProviderFactory(), 120_00))))


def test_nothing_is_bought_from_a_frozen_account(books):
    [account] = learning_accounts(1)
    contesting.not_my_account(account.pk, learner=account.learner, actor=ACTOR)
    before = books()
    with pytest.raises(errors.AccountFrozen):
        a_voucher_of(account)
    assert books() == before
    assert not Voucher.objects.exists()


def test_even_a_path_that_forgets_to_ask_buys_nothing_from_a_frozen_account(books, monkeypatch):
    [account] = learning_accounts(1)
    contesting.not_my_account(account.pk, learner=account.learner, actor=ACTOR)
    before = books()
    monkeypatch.setattr("vouchers.issuing._lock_accounts", lambda accounts: set())
    with pytest.raises(errors.AccountFrozen):
        a_voucher_of(account)
    assert {key: balance for key, balance in books().items() if balance} == {k: v for k, v in before.items() if v}


def test_a_voucher_that_two_cases_hold_is_released_by_the_last_of_them():
    voucher = a_voucher(state=State.STARTED)
    confirmation.dispute(voucher.pk, 1, "I was not there.", learner=voucher.learner, actor=ACTOR)
    dispute = Case.objects.get(kind="dispute")
    case = not_me(voucher)
    settled(case, upheld=False)
    voucher.refresh_from_db()
    assert voucher.control == Control.UNDER_REVIEW
    settled(dispute, upheld=False)
    voucher.refresh_from_db()
    assert voucher.control == Control.CLEAR


@pytest.mark.parametrize("upheld", [True, False])
def test_nobody_decides_who_had_a_hand_in_it(upheld, books):
    voucher = a_voucher()
    case = not_me(voucher)
    approver, insider = a_mediator(case.scheme), StaffFactory(provider=voucher.provider, roles=["delivery"]).user
    Voucher.objects.filter(pk=voucher.pk).update(reference=f"request:{uuid7()}")
    voucher.refresh_from_db()
    ledger.record(_acted_on(voucher, approver))
    before = books()
    for person in (approver, insider, voucher.learner.user):
        with pytest.raises(errors.MediatorInvolved):
            mediating.take(case.pk, by=person, scheme=case.scheme, actor=ACTOR)
        Case.objects.update(mediator=person, state="with_mediator")
        with pytest.raises(errors.MediatorInvolved):
            settled(case, upheld=upheld, by=person)
    case.refresh_from_db()
    assert (case.outcome, books()) == ("", before)


def _acted_on(voucher, person):
    """An event of the request that the voucher came from, by this person: a consultation, or a decision."""
    return events.ACCEPTED.by(
        ledger.Actor.user(person.pk),
        subject=voucher.reference,
        learner=voucher.learner_id,
        provider=voucher.provider_id,
        scheme=voucher.learning_account.scheme_id,
    )


def test_only_whoever_has_the_case_decides_it_and_only_once(books):
    case, mediator = taken(not_me())
    other = a_mediator(case.scheme)
    before = books()
    with pytest.raises(errors.CaseNotYours):
        settled(case, upheld=True, by=other)
    assert books() == before
    settled(case, upheld=True, by=mediator)
    after = books()
    with pytest.raises(errors.CaseIsSettled):
        settled(case, upheld=False, by=mediator)
    assert books() == after


def test_a_decision_needs_its_reasons(books):
    case, mediator = taken(not_me())
    before = books()
    with pytest.raises(errors.WordsMissing):
        mediating.settle(case.pk, upheld=True, reasons="  ", by=mediator, scheme=case.scheme, actor=ACTOR)
    case.refresh_from_db()
    assert (case.state, books()) == ("with_mediator", before)


def test_what_was_paid_is_decided_once(books):
    case = settled(not_me(paid_voucher()), upheld=True)
    recovered(case, from_provider=True)
    before = books()
    for from_provider in (True, False):
        with pytest.raises(errors.NothingToRecover):
            recovered(case, from_provider=from_provider)
    assert books() == before


def test_a_learner_who_remembers_takes_it_back_and_all_goes_on(books):
    voucher = a_voucher(state=State.STARTED)
    before = books()
    case = not_me(voucher)
    mediating.withdraw(case.pk, learner=voucher.learner, actor=ACTOR)
    voucher.refresh_from_db()
    case.refresh_from_db()
    assert (voucher.control, case.outcome, books()) == ("clear", "withdrawn", before)
    assert not_me(voucher).pk != case.pk


def test_frozen_a_voucher_neither_expires_nor_is_paid(clock):
    provider = a_provider()
    redeemed(provider)
    waiting = a_voucher(state=State.ISSUED, provider=provider)
    voucher = Voucher.objects.select_related("learner", "learning_account__scheme").get(state="closed")
    not_me(voucher)
    not_me(waiting)
    clock.move_by(days=400)
    assert ending.expire(actor=ACTOR) == 0
    with pytest.raises(errors.NothingToPay):
        prepared()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("from_provider", [True, False])
def test_all_that_must_hold_holds_along_the_way(from_provider):
    case = not_me(paid_voucher())
    case = settled(case, upheld=True)
    assert verify().broken is None
    recovered(case, from_provider=from_provider)
    assert verify().broken is None
    settled(not_me(a_voucher(state=State.STARTED, confirmed=1, own=True)), upheld=True)
    assert verify().broken is None

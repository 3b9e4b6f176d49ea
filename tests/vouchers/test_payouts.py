"""A payout's life: prepared, approved by somebody else, sent, settled or returned, and paid again in a later run."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import ledger
from ledger.models import Account, Event
from ledger.models import Transfer as PostedTransfer
from payments.sandbox import SandboxBank
from tests.factories.payouts import (
    ACTOR,
    COMES_BACK,
    REFUSED,
    a_bank_account,
    a_provider,
    answered,
    approved,
    payout_of,
    prepared,
    redeemed,
    release,
    sent,
    settled,
    somebody,
    suspend,
)
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_scheme, a_voucher
from vouchers import control, errors, redemption
from vouchers.models import Control, Payable, Redemption, State
from vouchers.paying import approving, preparing, sending, settling
from vouchers.payouts import PayoutRun, PayoutState, Reason, RunState
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def owed(provider):
    account = Payable.objects.get(provider=provider).account_id
    return ledger.balances([account])[account]


def at_bank():
    account = Account.objects.get(kind="bank", owner_id=a_scheme().pk).pk
    return ledger.balances([account])[account]


def give_back(made):
    return redemption.reverse(made.pk, by=made.voucher.provider, actor=ACTOR)


def left_out(run):
    return {(one.provider, one.reason): (one.redemptions, one.amount_minor) for one in run.left_out.all()}


def happened(subject):
    return list(Event.objects.filter(subject=subject).order_by("id").values_list("kind", flat=True))


def test_everything_that_is_owed_is_one_payout_a_provider_to_its_bank_account():
    first, second = a_provider("0001"), a_provider("0002")
    redeemed(first, 2, worth=120_00)
    redeemed(second, worth=80_00)
    run = prepared()
    assert (run.state, run.currency) == ("prepared", "GBP")
    assert [(one.amount_minor, one.iban[-4:], one.holder, one.state) for one in run.payouts.order_by("pk")] == [
        (240_00, "0001", first.name, "prepared"),
        (80_00, "0002", second.name, "prepared"),
    ]
    assert sorted(payout_of(run, first).lines.values_list("amount_minor", flat=True)) == [30_00, 30_00, 90_00, 90_00]
    assert len({payout.reference for payout in run.payouts.all()}) == 2
    assert owed(first) == 240_00


def test_money_moves_once_the_bank_has_paid_and_each_step_is_an_event():
    provider = a_provider()
    redeemed(provider)
    run = sent()
    payout = payout_of(run, provider)
    assert (payout.state, owed(provider)) == ("sent", 120_00)
    answered(run)
    payout.refresh_from_db()
    run.refresh_from_db()
    assert (payout.state, run.state, owed(provider), at_bank()) == ("settled", "closed", 0, 120_00)
    transfer = PostedTransfer.objects.get(reference=f"payout:{payout.pk}")
    assert (transfer.kind, transfer.amount_minor) == ("payout", 120_00)
    assert happened(payout.subject) == ["payout.prepared", "payout.approved", "payout.sent", "payout.settled"]
    assert happened(run.subject) == ["payout_run.prepared", "payout_run.approved", "payout_run.sent"]
    assert Event.objects.get(kind="payout.settled").data == {
        "provider": str(provider.pk),
        "scheme": str(run.scheme_id),
        "run": str(run.pk),
        "amount_minor": 120_00,
    }


def test_the_bank_may_say_it_again(books):
    provider = a_provider()
    redeemed(provider)
    run = settled()
    before = books()
    again = answered(run)
    assert [(heard.settled, heard.returned, heard.problems) for heard in again] == [([], [], [])] * 2
    assert again[1].known_already == 1
    assert books() == before


def test_what_the_bank_refuses_is_owed_again_and_paid_by_a_later_run(books):
    provider = a_provider(REFUSED)
    redeemed(provider)
    run = sent()
    before = books()
    answered(run)
    payout = payout_of(run, provider)
    assert (payout.state, payout.reason, payout.settled_at) == ("returned", "AC01", None)
    assert books() == before
    run.refresh_from_db()
    assert run.state == "closed"
    a_bank_account(provider)
    later = settled()
    assert (payout_of(later, provider).state, owed(provider), at_bank()) == ("settled", 0, 120_00)


def test_what_comes_back_after_it_was_paid_is_owed_again_and_paid_by_a_later_run():
    provider = a_provider(COMES_BACK)
    redeemed(provider)
    run = settled()
    payout = payout_of(run, provider)
    assert (payout.state, payout.reason, owed(provider), at_bank()) == ("returned", "AC04", 120_00, 0)
    returned = PostedTransfer.objects.get(kind="payout_returned")
    assert returned.corrects.reference == f"payout:{payout.pk}"
    assert happened(payout.subject)[-2:] == ["payout.settled", "payout.returned"]
    a_bank_account(provider)
    assert payout_of(settled(), provider).amount_minor == 120_00
    assert (owed(provider), at_bank()) == (0, 120_00)


def test_whoever_prepared_a_run_cannot_approve_it(books):
    redeemed(a_provider())
    person = somebody()
    run = preparing.prepare(a_scheme(), by=person, actor=ACTOR)
    before = books()
    with pytest.raises(errors.PayoutNeedsSecondPerson):
        approving.approve(run.pk, by=person, actor=ACTOR)
    run.refresh_from_db()
    assert (run.state, run.approved_by, run.payouts.get().state) == ("prepared", None, "prepared")
    assert books() == before


def test_a_run_goes_to_the_bank_only_when_it_is_approved_and_only_once(books):
    redeemed(a_provider())
    run = prepared()
    before = books()
    with pytest.raises(errors.PayoutRunState):
        sending.send(run.pk, actor=ACTOR)
    with pytest.raises(errors.PayoutRunState):
        sending.file(run)
    approving.approve(run.pk, by=somebody(), actor=ACTOR)
    with pytest.raises(errors.PayoutRunState):
        approving.approve(run.pk, by=somebody(), actor=ACTOR)
    run = sending.send(run.pk, actor=ACTOR)
    with pytest.raises(errors.PayoutRunState):
        sending.send(run.pk, actor=ACTOR)
    with pytest.raises(errors.PayoutRunState):
        approving.cancel(run.pk, actor=ACTOR)
    assert books() == before


def test_one_run_at_a_time_and_never_one_of_nothing(books):
    redeemed(a_provider())
    run = prepared()
    before = books()
    with pytest.raises(errors.PayoutRunOpen):
        prepared()
    approving.approve(run.pk, by=somebody(), actor=ACTOR)
    sending.send(run.pk, actor=ACTOR)
    with pytest.raises(errors.NothingToPay):
        prepared()
    assert books() == before
    assert PayoutRun.objects.count() == 1


def test_a_cancelled_run_lets_go_of_what_it_was_to_pay():
    provider = a_provider()
    redeemed(provider)
    run = approving.cancel(approved().pk, actor=ACTOR)
    assert (run.state, payout_of(run, provider).state, payout_of(run, provider).why) == (
        "cancelled",
        "cancelled",
        "The run was cancelled",
    )
    assert payout_of(prepared(), provider).amount_minor == 120_00


def test_what_cannot_be_paid_is_left_out_with_the_reason():
    paid, suspended, without, watched = a_provider(), a_provider(), ProviderFactory(), a_provider()
    for provider in (paid, suspended, without):
        redeemed(provider)
    suspend(suspended)
    frozen, reviewed = redeemed(watched, 2)[::2]
    control.set_control(frozen.voucher_id, Control.FROZEN, actor=ACTOR)
    control.set_control(reviewed.voucher_id, Control.UNDER_REVIEW, actor=ACTOR)
    run = prepared()
    assert [payout.provider for payout in run.payouts.all()] == [paid]
    assert left_out(run) == {
        (suspended, Reason.PROVIDER_STOPPED): (2, 120_00),
        (without, Reason.NO_BANK_ACCOUNT): (2, 120_00),
        (watched, Reason.FROZEN): (2, 120_00),
        (watched, Reason.UNDER_REVIEW): (2, 120_00),
    }
    control.set_control(frozen.voucher_id, Control.CLEAR, actor=ACTOR)
    approving.cancel(run.pk, actor=ACTOR)
    assert payout_of(prepared(), watched).amount_minor == 120_00


def test_a_closed_voucher_can_be_frozen_until_its_money_is_with_the_bank():
    made = redeemed(a_provider())[0]
    control.set_control(made.voucher_id, Control.FROZEN, actor=ACTOR)
    control.set_control(made.voucher_id, Control.CLEAR, actor=ACTOR)
    sent()
    with pytest.raises(errors.WrongState):
        control.set_control(made.voucher_id, Control.FROZEN, actor=ACTOR)


def test_what_is_frozen_or_given_back_after_approval_is_left_out_when_the_run_is_sent():
    provider = a_provider()
    kept, _, frozen, _, back, also_back = redeemed(provider, 3)
    run = approved()
    control.set_control(frozen.voucher_id, Control.FROZEN, actor=ACTOR)
    give_back(back)
    give_back(also_back)
    run = sending.send(run.pk, actor=ACTOR)
    payout = payout_of(run, provider)
    assert (payout.state, payout.amount_minor) == ("sent", 120_00)
    assert {line.redemption.voucher_id: line.left_out for line in payout.lines.all()} == {
        kept.voucher_id: "",
        frozen.voucher_id: "frozen",
        back.voucher_id: "given_back",
    }
    answered(run)
    assert owed(provider) == 120_00
    control.set_control(frozen.voucher_id, Control.CLEAR, actor=ACTOR)
    assert payout_of(settled(), provider).amount_minor == 120_00
    assert owed(provider) == 0


def test_a_provider_that_is_stopped_or_has_another_account_by_then_is_paid_by_a_later_run():
    stopped, moved, paid = a_provider(), a_provider(), a_provider()
    for provider in (stopped, moved, paid):
        redeemed(provider)
    run = approved()
    suspend(stopped)
    a_bank_account(moved, "0002")
    sending.send(run.pk, actor=ACTOR)
    assert {one.provider: (one.state, one.reason) for one in run.payouts.all()} == {
        stopped: ("cancelled", "provider_stopped"),
        moved: ("cancelled", "account_changed"),
        paid: ("sent", ""),
    }
    release(stopped)
    assert {one.provider: one.iban[-4:] for one in prepared().payouts.all()} == {stopped: "0000", moved: "0002"}


def test_a_run_of_which_nothing_is_left_is_cancelled_when_it_would_be_sent():
    provider = a_provider()
    made = redeemed(provider)
    run = approved()
    for each in made:
        give_back(each)
    run = sending.send(run.pk, actor=ACTOR)
    payout = payout_of(run, provider)
    assert (run.state, payout.state, payout.reason) == (RunState.CANCELLED, PayoutState.CANCELLED, Reason.GIVEN_BACK)
    assert owed(provider) == 0


def test_what_is_given_back_after_it_was_paid_comes_off_the_next_payout():
    provider = a_provider()
    _first, second = redeemed(provider)
    settled()
    give_back(second)
    assert owed(provider) == -90_00
    with pytest.raises(errors.NothingToPay):
        prepared()
    redeemed(provider, worth=100_00)
    run = settled()
    assert payout_of(run, provider).amount_minor == 10_00
    assert [(one.redemption_id, one.amount_minor) for one in payout_of(run, provider).lines.filter(clawback=True)] == [
        (second.pk, -90_00)
    ]
    assert (owed(provider), at_bank()) == (0, 130_00)
    with pytest.raises(errors.NothingToPay):
        prepared()


def test_a_provider_that_owes_more_than_it_is_owed_is_left_out():
    provider, other = a_provider(), a_provider()
    _first, second = redeemed(provider)
    settled()
    give_back(second)
    redeemed(provider, worth=90_00)
    redeemed(other)
    assert left_out(prepared()) == {(provider, Reason.NOTHING_OWED): (3, 0)}


def test_what_is_given_back_and_earned_again_is_paid_once():
    provider = a_provider()
    _first, second = redeemed(provider)
    settled()
    give_back(second)
    redemption.redeem([Line(second.voucher.code)], by=provider, actor=ACTOR)
    with pytest.raises(errors.NothingToPay):
        prepared()
    assert owed(provider) == 0


def test_a_payout_that_would_be_more_than_is_owed_waits_for_a_run_that_takes_it_off():
    provider = a_provider()
    _first, second = redeemed(provider)
    settled()
    redeemed(provider, worth=100_00)
    run = approved()
    give_back(second)
    run = sending.send(run.pk, actor=ACTOR)
    assert (run.state, payout_of(run, provider).reason) == ("cancelled", "nothing_owed")
    assert payout_of(settled(), provider).amount_minor == 10_00


def test_what_was_taken_off_for_a_payment_that_then_comes_back_is_owed_again():
    provider = a_provider(COMES_BACK)
    redeemed(provider)
    run = sent()
    # The bank has paid it, and it has not come back yet.
    _status, paid, back = SandboxBank().answers(sending.file(run))
    settling.hear(paid, actor=ACTOR)
    give_back(Redemption.objects.latest("pk"))
    a_bank_account(provider)
    redeemed(provider, worth=100_00)
    assert payout_of(settled(), provider).amount_minor == 10_00
    settling.hear(back, actor=ACTOR)
    assert owed(provider) == 120_00
    assert payout_of(settled(), provider).amount_minor == 120_00
    assert owed(provider) == 0


def test_a_voucher_that_is_not_over_is_paid_for_what_was_redeemed():
    provider = a_provider()
    voucher = a_voucher(provider=provider, state=State.STARTED, confirmed=1)
    redemption.redeem([Line(voucher.code)], by=provider, actor=ACTOR)
    assert payout_of(prepared(), provider).amount_minor == 30_00


def test_nobody_finds_a_run_that_is_not_there(books):
    before = books()
    for act in (
        lambda pk: approving.approve(pk, by=somebody(), actor=ACTOR),
        lambda pk: approving.cancel(pk, actor=ACTOR),
        lambda pk: sending.send(pk, actor=ACTOR),
    ):
        with pytest.raises(errors.PayoutRunNotFound):
            act(uuid.uuid4())
    assert books() == before


def test_the_scheme_says_where_it_pays_from_before_anything_is_sent(settings, books):
    redeemed(a_provider())
    run = approved()
    before = books()
    settings.PAYOUT_ACCOUNTS = {"SEK": {"iban": "SE4550000000058398257466"}}
    with pytest.raises(errors.NoAccountToPayFrom):
        sending.send(run.pk, actor=ACTOR)
    run.refresh_from_db()
    assert (run.state, books()) == ("approved", before)


@pytest.mark.parametrize("count", [1, 12])
def test_each_step_costs_as_many_queries_however_much_it_pays(count):
    for _ in range(3):
        redeemed(a_provider(), count)
    person, other = somebody(), somebody()
    spent = []
    for act in (
        lambda: preparing.prepare(a_scheme(), by=person, actor=ACTOR),
        lambda: approving.approve(PayoutRun.objects.get().pk, by=other, actor=ACTOR),
        lambda: sending.send(PayoutRun.objects.get().pk, actor=ACTOR),
        lambda: answered(PayoutRun.objects.get()),
    ):
        with CaptureQueriesContext(connection) as asked:
            act()
        spent.append(sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in asked.captured_queries))
    assert spent == [12, 7, 16, 17]

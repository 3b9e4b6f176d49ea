"""Attacks on the way from what is owed to a bank account, each under the name of what somebody would try."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from ledger.verification import verify
from payments.sandbox import SandboxBank
from tests.factories.payouts import ACTOR, a_bank_account, a_provider, answered, approved, prepared, redeemed, sent
from vouchers import control, redemption
from vouchers.models import Control
from vouchers.paying import sending, settling
from vouchers.payouts import PayoutLine, PayoutRun
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def test_an_account_number_swapped_after_approval_is_paid_nothing():
    provider = a_provider()
    redeemed(provider)
    run = approved()
    a_bank_account(provider)
    run = sending.send(run.pk, actor=ACTOR)
    assert (run.state, run.payouts.get().reason) == ("cancelled", "account_changed")


def test_one_person_with_sql_cannot_be_both_who_prepares_and_who_approves():
    redeemed(a_provider())
    run = prepared()
    with pytest.raises(IntegrityError, match="payouts_are_approved_by_a_second_person"), transaction.atomic():
        PayoutRun.objects.filter(pk=run.pk).update(
            state="approved", approved_by=F("prepared_by"), approved_at=F("prepared_at")
        )


def test_nobody_with_sql_puts_a_redemption_into_two_payouts():
    provider = a_provider()
    redeemed(provider)
    line = PayoutLine.objects.filter(payout__run=sent()).first()
    redeemed(provider)
    later = prepared().payouts.get()
    with pytest.raises(IntegrityError, match="one_live_payout_line_a_redemption"), transaction.atomic():
        PayoutLine.objects.create(
            payout=later, redemption=line.redemption, amount_minor=line.amount_minor, clawback=False
        )


def test_money_is_not_paid_out_again_by_redeeming_what_was_given_back(books):
    provider = a_provider()
    _first, second = redeemed(provider)
    answered(sent())
    before = books()
    for _ in range(3):
        redemption.reverse(second.pk, by=provider, actor=ACTOR)
        [again] = redemption.redeem([Line(second.voucher.code)], by=provider, actor=ACTOR)
        [second] = again.redemptions
    assert books() == before


def test_a_banks_answer_with_another_amount_moves_nothing(books):
    provider = a_provider()
    redeemed(provider)
    run = sent()
    before = books()
    _status, paid = SandboxBank().answers(sending.file(run))
    heard = settling.hear(paid.replace(b"120.00", b"120000.00"), actor=ACTOR)
    assert [problem for _answer, problem in heard.problems] == ["amount"]
    heard = settling.hear(paid.replace(b'"GBP"', b'"EUR"'), actor=ACTOR)
    assert [problem for _answer, problem in heard.problems] == ["amount"]
    assert (run.payouts.get().state, books()) == ("sent", before)


def test_a_banks_answer_about_what_was_never_sent_moves_nothing(books):
    provider = a_provider()
    redeemed(provider)
    run = sent()
    reference = run.payouts.get().reference
    _status, paid = SandboxBank().answers(sending.file(run))
    answered(run)
    redeemed(provider)
    waiting = approved().payouts.get()
    before = books()
    forged = paid.replace(reference.encode(), waiting.reference.encode())
    heard = settling.hear(forged, actor=ACTOR)
    assert [problem for _answer, problem in heard.problems] == ["not_sent"]
    waiting.refresh_from_db()
    assert (waiting.state, books()) == ("approved", before)


def test_a_reference_cannot_be_guessed():
    for _ in range(3):
        redeemed(a_provider())
    references = {payout.reference for payout in prepared().payouts.all()}
    assert {len(reference) for reference in references} == {27}
    assert len(references) == 3


@pytest.mark.parametrize("held", [Control.FROZEN, Control.UNDER_REVIEW])
def test_what_is_disputed_the_minute_before_the_file_goes_is_not_in_it(held):
    provider = a_provider()
    paid, _, disputed, _ = redeemed(provider, 2)
    run = approved()
    control.set_control(disputed.voucher_id, held, actor=ACTOR)
    run = sending.send(run.pk, actor=ACTOR)
    assert b"120.00" in sending.file(run)
    assert set(run.payouts.get().lines.filter(live=True).values_list("redemption__voucher", flat=True)) == {
        paid.voucher_id
    }


@pytest.mark.django_db(transaction=True)
def test_the_books_hold_after_all_of_it():
    provider = a_provider()
    _first, second = redeemed(provider)
    answered(sent())
    redemption.reverse(second.pk, by=provider, actor=ACTOR)
    redeemed(provider, worth=100_00)
    answered(sent())
    assert verify().broken is None

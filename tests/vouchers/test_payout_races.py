"""Two at the same instant about the same money: one is paid, once."""

from __future__ import annotations

import pytest

import ledger
from accounts.models import User
from config.refusals import Refusal
from payments.sandbox import SandboxBank
from tests.factories.payouts import ACTOR, a_provider, approved, prepared, redeemed, sent, somebody
from tests.factories.vouchers import a_scheme
from tests.racing import together
from vouchers import control, redemption
from vouchers.models import Control, Payable, PayoutLine, PayoutRun, Redemption
from vouchers.paying import approving, preparing, sending, settling

pytestmark = pytest.mark.django_db(transaction=True)


def tried(act, *args, **named):
    def attempt():
        try:
            return act(*args, **named)
        except Refusal as refusal:
            return refusal.code

    return attempt


def owed(provider):
    account = Payable.objects.get(provider=provider).account_id
    return ledger.balances([account])[account]


def test_a_run_prepared_twice_at_once_pays_each_redemption_once():
    redeemed(a_provider(), 3)
    scheme, first, second = a_scheme(), somebody(), somebody()
    answers = together(
        tried(preparing.prepare, scheme, by=first, actor=ACTOR),
        tried(preparing.prepare, scheme, by=second, actor=ACTOR),
    )
    assert sum(isinstance(answer, PayoutRun) for answer in answers) == 1
    assert {answer for answer in answers if isinstance(answer, str)} <= {"payout_run_open", "nothing_to_pay"}
    assert PayoutLine.objects.filter(live=True).count() == 6


def test_the_wall_stands_without_the_lock(monkeypatch):
    """What two that both believe that a redemption is free would write, the database refuses."""
    provider = a_provider()
    redeemed(provider)
    run = prepared()
    line = PayoutLine.objects.filter(payout__run=run).first()
    approving.approve(run.pk, by=somebody(), actor=ACTOR)
    sending.send(run.pk, actor=ACTOR)
    redeemed(provider, worth=40_00)
    monkeypatch.setattr(preparing.owed, "items", lambda scheme, held: [_free(line)])
    assert tried(preparing.prepare, a_scheme(), by=somebody(), actor=ACTOR)() == "payout_run_open"
    assert PayoutRun.objects.count() == 1


def _free(line):
    redeemed_line = Redemption.objects.select_related("voucher").get(pk=line.redemption_id)
    return preparing.Item(redeemed_line.pk, redeemed_line.voucher.provider_id, line.amount_minor, Control.CLEAR)


def test_a_run_is_approved_once():
    redeemed(a_provider())
    run, first, second = prepared(), somebody(), somebody()
    answers = together(
        tried(approving.approve, run.pk, by=first, actor=ACTOR),
        tried(approving.approve, run.pk, by=second, actor=ACTOR),
    )
    assert sorted(answer if isinstance(answer, str) else answer.state for answer in answers) == [
        "approved",
        "payout_run_state",
    ]


def test_a_run_is_sent_once_and_not_while_it_is_cancelled():
    redeemed(a_provider())
    run = approved()
    answers = together(tried(sending.send, run.pk, actor=ACTOR), tried(approving.cancel, run.pk, actor=ACTOR))
    assert sum(answer == "payout_run_state" for answer in answers) == 1
    run.refresh_from_db()
    live = PayoutLine.objects.filter(live=True).count()
    assert (run.state, live) in {("sent", 2), ("cancelled", 0)}


def test_what_is_frozen_while_a_run_is_sent_is_either_paid_or_kept():
    provider = a_provider()
    made = redeemed(provider)[0]
    run = approved()
    answers = together(
        tried(sending.send, run.pk, actor=ACTOR),
        tried(control.set_control, made.voucher_id, Control.FROZEN, actor=ACTOR),
    )
    run.refresh_from_db()
    if run.state == "sent":
        assert answers[1] == "wrong_state"
    else:
        assert (run.state, run.payouts.get().reason) == ("cancelled", "frozen")


def test_what_is_given_back_while_it_is_sent_is_taken_off_once():
    provider = a_provider()
    first, second = redeemed(provider)
    run = approved()
    together(tried(sending.send, run.pk, actor=ACTOR), tried(redemption.reverse, second.pk, by=provider, actor=ACTOR))
    run.refresh_from_db()
    paid = run.payouts.get().amount_minor
    assert paid in {120_00, 30_00}
    for answer in SandboxBank().answers(sending.file(run)):
        settling.hear(answer, actor=ACTOR)
    assert owed(provider) == 30_00 - paid
    assert first.amount_minor == 30_00


def test_the_banks_answer_heard_twice_at_once_moves_money_once():
    provider = a_provider()
    redeemed(provider)
    run = sent()
    _status, paid = SandboxBank().answers(sending.file(run))
    answers = together(tried(settling.hear, paid, actor=ACTOR), tried(settling.hear, paid, actor=ACTOR))
    assert sorted(len(heard.settled) for heard in answers) == [0, 1]
    assert owed(provider) == 0
    assert User.objects.filter(email__endswith="@scheme.example").count() == 2

"""Cases at the same instant: two presses, a press and a redemption, two decisions."""

from __future__ import annotations

import pytest

import ledger
from accounts.models import Purse
from config.refusals import Refusal
from tests.factories.cases import a_mediator, not_me, taken
from tests.factories.vouchers import ACTOR, a_voucher
from tests.racing import Meeting, together
from vouchers import contesting, control, mediating, redemption
from vouchers.models import Case, Redemption, State, Voucher, VoucherQuerySet
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db(transaction=True)


def press(voucher):
    return contesting.not_me(voucher.pk, learner=voucher.learner, actor=ACTOR)


def decide(case, mediator, upheld):
    try:
        return mediating.settle(
            case.pk, upheld=upheld, reasons="So.", by=mediator, scheme=case.scheme, actor=ACTOR
        ).outcome
    except Refusal as refusal:
        return refusal.code


@pytest.fixture
def meeting_before_the_freeze(monkeypatch):
    """Two who press meet after each has looked for an earlier case, if nothing keeps them apart."""
    meeting, look = Meeting(), contesting._earlier

    def looked(cases):
        found = look(cases)
        meeting.wait()
        return found

    monkeypatch.setattr(contesting, "_earlier", looked)
    return meeting


def test_two_presses_at_once_are_one_case(meeting_before_the_freeze):
    voucher = a_voucher()
    answers = together(lambda: press(voucher), lambda: press(voucher))
    assert not meeting_before_the_freeze.met
    assert len({case.pk for case in answers}) == Case.objects.count() == 1


def test_without_the_lock_the_constraint_alone_keeps_it_to_one_case(meeting_before_the_freeze, monkeypatch):
    voucher = a_voucher()
    monkeypatch.setattr(
        VoucherQuerySet,
        "lock_ids",
        lambda self, ids: {v.pk: v for v in self.filter(pk__in=list(ids)).select_related("learning_account__scheme")},
    )

    def quietly():
        try:
            return press(voucher).state
        except Refusal as refusal:
            return refusal.code

    answers = together(quietly, quietly)
    assert meeting_before_the_freeze.met
    assert sorted(answers) == ["opened", "voucher_under_review"]
    assert Case.objects.count() == 1


def test_a_press_and_a_redemption_at_once_are_one_after_the_other(monkeypatch):
    """The press holds the voucher before it freezes it; the redemption that came for it then pays nothing."""
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    meeting, put = Meeting(), control.put

    def frozen(*args, **kwargs):
        meeting.wait()
        put(*args, **kwargs)

    monkeypatch.setattr(control, "put", frozen)

    def redeem():
        meeting.wait()
        [answer] = redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
        return answer

    _case, answer = together(lambda: press(voucher), redeem)
    assert meeting.met
    assert answer.code == "voucher_under_review"
    assert not Redemption.objects.exists()
    assert ledger.balances([voucher.account_id]) == {voucher.account_id: 120_00}


def test_two_decisions_at_once_are_one():
    voucher = a_voucher()
    case, mediator = taken(not_me(voucher))
    outcomes = together(lambda: decide(case, mediator, True), lambda: decide(case, mediator, False))
    assert "case_settled" in outcomes
    case.refresh_from_db()
    assert case.outcome in outcomes
    purse = Purse.objects.get().ledger_account_id
    back = case.outcome == "upheld"
    assert ledger.balances([purse]) == {purse: 200_00 if back else 80_00}
    assert Voucher.objects.get().state == ("closed" if back else "issued")


def test_a_case_taken_over_meanwhile_is_decided_by_the_new_mediator_alone():
    case, first = taken(not_me())
    second = a_mediator(case.scheme)
    mediating.take(case.pk, by=second, scheme=case.scheme, actor=ACTOR)
    assert decide(case, first, True) == "case_not_yours"
    assert decide(case, second, True) == "upheld"

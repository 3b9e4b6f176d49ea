"""Two at the same instant, each race first shown with its lock taken out."""

from __future__ import annotations

import secrets

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

import ledger
from accounts.models import Departure, Purse, User
from brokerage import buying, deciding, errors, leaving, representing, requesting, trials
from brokerage.changing import Change
from brokerage.deciding import Ruling
from brokerage.models import Decision, Outcome, ReasonCode, Request
from brokerage.requesting import Draft, submit
from brokerage.trial_models import Trial, TrialAssignment
from config.refusals import Refusal
from ledger.errors import InsufficientFunds
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser, under
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from tests.racing import Meeting, together
from vouchers import issuing
from vouchers.errors import PurseShort
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_row_locks(monkeypatch):
    """Rows are read as they are locked, but without the lock."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())


def answered_by(act):
    """What an act answers, or the refusal it raises."""
    try:
        return act()
    except Refusal as refusal:
        return refusal


@pytest.fixture
def both_check_together(monkeypatch):
    meeting, check = Meeting(), deciding._check

    def check_then_wait(*given):
        check(*given)
        meeting.wait()

    monkeypatch.setattr(deciding, "_check", check_then_wait)
    return meeting


def two_decide(request):
    approve = Ruling(request.pk, Outcome.APPROVE)
    against = Ruling(request.pk, Outcome.ADVISE_OTHERWISE, "Level 1 first.", [ReasonCode.TOO_HARD])
    return together(
        lambda: answered_by(lambda: deciding.decide(approve, by=request.adviser, actor=ACTOR)),
        lambda: answered_by(lambda: deciding.decide(against, by=request.cover, actor=ACTOR)),
    )


def test_without_the_lock_two_advisers_both_decide(no_row_locks, both_check_together):
    two_decide(a_request(consulted=True))
    assert both_check_together.met
    assert Decision.objects.count() == 2


def test_of_two_advisers_who_press_at_once_one_decides_and_the_other_is_told(both_check_together):
    answers = two_decide(a_request(consulted=True))
    assert not both_check_together.met
    assert sorted(type(answer).__name__ for answer in answers) == ["Decision", "RequestDecided"]
    assert Decision.objects.count() == 1


@pytest.fixture
def both_judge_together(monkeypatch):
    meeting, judge = Meeting(), issuing._judge

    def judge_then_wait(*given):
        answer = judge(*given)
        meeting.wait()
        return answer

    monkeypatch.setattr(issuing, "_judge", judge_then_wait)
    return meeting


def two_buy():
    """One learner buys two courses at once, of which the purse can pay one: £150 each out of £200."""
    account = learning_accounts(1)[0]
    requests = [a_request(policy="open", account=account, worth=150_00) for _ in range(2)]
    return together(
        *(
            lambda request=request: answered_by(
                lambda: buying.buy([request.pk], learner=account.learner, actor=ACTOR)[0]
            )
            for request in requests
        )
    )


def in_the_purse():
    account = Purse.objects.get().ledger_account_id
    return ledger.balances([account])[account]


def test_without_the_locks_both_judge_the_purse_full_and_only_the_ledgers_wall_stops_the_second(
    monkeypatch, no_row_locks, both_judge_together
):
    monkeypatch.setattr(ledger, "lock", ledger.balances)
    answers = two_buy()
    assert both_judge_together.met
    assert sorted(type(answer).__name__ for answer in answers) == [InsufficientFunds.__name__, "Voucher"]
    assert in_the_purse() == 50_00


def test_of_two_reservations_at_once_the_purse_pays_one_and_the_other_is_told(both_judge_together):
    answers = two_buy()
    assert not both_judge_together.met
    refused = next(answer for answer in answers if isinstance(answer, Refusal))
    assert isinstance(refused, errors.QuoteLapsed | PurseShort)
    assert Voucher.objects.count() == 1
    assert in_the_purse() == 50_00


def needs_two():
    """A request for £150 that two advisers have to approve, with three advisers at hand."""
    an_adviser("Nia Vaughan")
    return a_request(policy="structured", worth=150_00, second_approver_above_minor=120_00, consulted=True)


def both_approve(request, *advisers):
    return together(
        *(
            lambda by=by: answered_by(lambda: deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=by, actor=ACTOR))
            for by in advisers
        )
    )


def test_without_the_lock_two_approvals_at_once_count_as_one(no_row_locks, both_check_together):
    request = needs_two()
    both_approve(request, request.adviser, request.cover)
    assert both_check_together.met
    request.refresh_from_db()
    assert (request.decisions.count(), request.approvals) == (2, 1)


def test_of_two_advisers_who_approve_at_once_the_later_one_is_the_second(both_check_together):
    request = needs_two()
    answers = both_approve(request, request.adviser, request.cover)
    assert not both_check_together.met
    request.refresh_from_db()
    kinds = sorted(type(answer).__name__ for answer in answers)
    # Who covers comes second and is the one it was handed to; who had it comes second and it is no longer theirs.
    if kinds == ["Decision", "Decision"]:
        assert (request.state, request.approvals, request.decisions.count()) == ("approved", 2, 2)
    else:
        assert kinds == ["Decision", "RequestNotFound"]
        assert (request.state, request.approvals, request.decisions.count()) == ("approved_once", 1, 1)


def test_of_two_who_second_at_once_one_is_told_that_it_is_decided(both_check_together):
    request = needs_two()
    deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=request.adviser, actor=ACTOR)
    handed = Request.objects.select_related("adviser", "cover").get(pk=request.pk)
    answers = both_approve(request, handed.adviser, handed.cover)
    assert sorted(type(answer).__name__ for answer in answers) == ["Decision", "RequestDecided"]
    request.refresh_from_db()
    assert (request.state, request.approvals, request.decisions.count()) == ("approved", 2, 2)


def one_changes_and_one_approves(request):
    """Who has it approves another course, and who covers approves what was asked for."""
    other = a_run(ProviderFactory(), 100_00)
    instead = Ruling(
        request.pk, Outcome.APPROVE_CHANGED, "It costs less.", [ReasonCode.BETTER_OFFER], change=Change(other.pk)
    )
    answers = together(
        lambda: answered_by(lambda: deciding.decide(instead, by=request.adviser, actor=ACTOR)),
        lambda: answered_by(
            lambda: deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=request.cover, actor=ACTOR)
        ),
    )
    request.refresh_from_db()
    return answers, other


def test_without_the_lock_a_change_and_an_approval_of_something_else_both_stand(no_row_locks, both_check_together):
    request = a_request(policy="structured", worth=150_00, consulted=True)
    one_changes_and_one_approves(request)
    assert both_check_together.met
    assert sorted(Decision.objects.values_list("outcome", flat=True)) == ["approve", "approve_changed"]


def test_of_a_change_and_an_approval_at_once_the_request_is_for_what_was_answered_first(both_check_together):
    request = a_request(policy="structured", worth=150_00, consulted=True)
    asked_for = request.run_id
    answers, other = one_changes_and_one_approves(request)
    assert not both_check_together.met
    assert sorted(type(answer).__name__ for answer in answers) == ["Decision", "RequestDecided"]
    [decision] = Decision.objects.all()
    wanted = (other.pk, 100_00, 2) if decision.outcome == Outcome.APPROVE_CHANGED else (asked_for, 150_00, 0)
    assert (request.state, request.approvals) == ("approved", 1)
    assert (request.run_id, request.price_minor, decision.terms.count()) == wanted


@pytest.fixture
def both_are_drawn_together(monkeypatch):
    """A trial has begun, with one learner in it."""
    [account] = learning_accounts(1)
    arms = [{"code": "plain", "policy": "open"}, {"code": "talked", "policy": "guided"}]
    under(account, policy="guided", trial={"code": "advice", "arms": arms})
    an_adviser()
    submit([Draft(account, a_run(ProviderFactory(), 50_00))], actor=ACTOR)
    meeting, lock = Meeting(), trials._lock_strata

    def lock_then_wait(wanted):
        strata = lock(wanted)
        meeting.wait()
        return strata

    monkeypatch.setattr(trials, "_lock_strata", lock_then_wait)
    return meeting


def asked_by(*accounts):
    """These learners ask at once, each for a course of their own."""
    runs = [a_run(ProviderFactory(), 50_00) for _ in accounts]

    def ask(account, run):
        try:
            return submit([Draft(account, run)], actor=ACTOR)[0]
        except IntegrityError as error:
            return error

    return together(
        *(lambda account=account, run=run: ask(account, run) for account, run in zip(accounts, runs, strict=True))
    )


def test_without_the_locks_two_learners_get_one_position_and_only_the_wall_stops_the_second(
    no_row_locks, both_are_drawn_together
):
    answers = asked_by(*learning_accounts(2))
    assert both_are_drawn_together.met
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Request"]
    assert TrialAssignment.objects.count() == 2


def test_two_learners_who_ask_at_once_get_one_position_each(both_are_drawn_together):
    answers = asked_by(*learning_accounts(2))
    assert not both_are_drawn_together.met
    assert [type(answer).__name__ for answer in answers] == ["Request", "Request"]
    made = list(TrialAssignment.objects.order_by("position"))
    assert [each.position for each in made] == [0, 1, 2]
    assert len({each.arm for each in made[:2]}) == 2


def test_a_trial_that_two_begin_at_once_begins_once_with_one_seed(monkeypatch):
    accounts = learning_accounts(2)
    arms = [{"code": "plain", "policy": "open"}, {"code": "talked", "policy": "guided"}]
    under(accounts[0], policy="guided", trial={"code": "advice", "arms": arms})
    an_adviser()
    meeting, make = Meeting(), secrets.token_bytes

    def make_then_wait(size):
        seed = make(size)
        meeting.wait()
        return seed

    monkeypatch.setattr(secrets, "token_bytes", make_then_wait)
    answers = asked_by(*accounts)
    assert meeting.met
    assert [type(answer).__name__ for answer in answers] == ["Request", "Request"]
    assert Trial.objects.count() == 1
    assert Event.objects.filter(kind="trial.begun").count() == 1
    assert sorted(TrialAssignment.objects.values_list("position", flat=True)) == [0, 1]


def test_one_learner_who_asks_twice_at_once_is_in_one_arm(both_are_drawn_together):
    [account] = learning_accounts(1)
    answers = asked_by(account, account)
    assert [type(answer).__name__ for answer in answers] == ["Request", "Request"]
    assert answers[0].policy == answers[1].policy
    assert TrialAssignment.objects.filter(learning_account=account).count() == 1


def test_who_leaves_while_somebody_buys_for_them_is_not_in_their_way(monkeypatch):
    """Each holds one of the two rows, if they lock them in another order, and wants the other's."""
    asked = a_request(policy="open")
    carer = User.objects.create_user("pat@carer.example", name="Pat Carer")
    token = representing.invite(
        carer.email, may_ask=True, spends_minor=1_000_00, learner=asked.learner, actor=ACTOR
    ).token
    by = representing.accept(token, by=carer, actor=ACTOR)
    meeting = Meeting()

    def then_wait(act):
        def waits(*given, **named):
            answer = act(*given, **named)
            meeting.wait()
            return answer

        return waits

    monkeypatch.setattr(representing, "_lock", then_wait(representing._lock))
    monkeypatch.setattr(requesting, "withdraw", then_wait(requesting.withdraw))
    left, bought = together(
        lambda: answered_by(lambda: leaving.leave(asked.learner_id, actor=ACTOR)),
        lambda: answered_by(lambda: representing.buy(asked.pk, by=by, actor=ACTOR)),
    )
    assert (isinstance(left, Departure), isinstance(bought, Voucher)) in {(True, False), (False, True)}
    assert Departure.objects.count() + Voucher.objects.count() == 1

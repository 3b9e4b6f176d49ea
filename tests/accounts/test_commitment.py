"""A scheme that commits: awards are rights to spend under a ceiling, whatever is in the pot."""

import pytest

import ledger
from accounts import awarding, purses
from accounts.models import Award, Purse
from ledger.models import Event
from tests.factories.accounts import ACTOR, an_account
from tests.factories.budgets import a_budget, awarded, in_purses, money
from tests.racing import Meeting, together

pytestmark = pytest.mark.django_db

EACH = 200_00


def test_a_scheme_that_commits_may_give_as_much_as_its_ceiling_before_any_money_is_there():
    assert money(a_budget(ceiling=500_00)) == {
        "funder": 0,
        "pot": 0,
        "refund_due": 0,
        "authority": -500_00,
        "headroom": 500_00,
    }


def test_an_award_is_a_right_to_spend_and_takes_nothing_from_the_pot():
    scheme = a_budget(ceiling=500_00, paid_in=50_00)
    awarded(scheme)
    assert in_purses(scheme) == EACH
    assert money(scheme) == {
        "funder": -50_00,
        "pot": 50_00,
        "refund_due": 0,
        "authority": -500_00,
        "headroom": 300_00,
    }


def test_awards_beyond_the_ceiling_are_refused_whole_and_leave_everything_as_it_was(books):
    scheme = a_budget(ceiling=500_00, paid_in=10_000_00)
    awarded(scheme)
    accounts = [an_account(scheme) for _ in range(2)]
    before, events = books(), Event.objects.count()
    answers = awarding.award(accounts, actor=ACTOR)
    assert [(short.code, short.left_minor, short.wanted_minor) for short in answers] == [
        ("budget_exhausted", 300_00, 400_00)
    ] * 2
    assert (books(), Event.objects.count()) == (before, events)
    assert (Award.objects.count(), Purse.objects.count()) == (1, 1)


def test_the_last_of_the_ceiling_is_given_to_the_penny():
    scheme = a_budget(ceiling=400_00)
    assert all(
        isinstance(made, Award) for made in awarding.award([an_account(scheme), an_account(scheme)], actor=ACTOR)
    )
    assert (money(scheme)["headroom"], in_purses(scheme)) == (0, 400_00)


def test_what_is_left_in_a_purse_that_expires_may_be_given_again(clock):
    scheme = a_budget(ceiling=200_00)
    awarded(scheme)
    clock.move_by(days=366)
    assert purses.expire(actor=ACTOR) == 1
    assert (money(scheme)["headroom"], money(scheme)["authority"], in_purses(scheme)) == (200_00, -200_00, 0)
    awarded(scheme)
    assert (money(scheme)["headroom"], in_purses(scheme)) == (0, 200_00)


@pytest.fixture
def both_have_checked(monkeypatch):
    """Both have seen that there is enough below the ceiling before either award is posted."""
    meeting, check = Meeting(), awarding._check_budget

    def check_then_wait(*given):
        check(*given)
        meeting.wait()

    monkeypatch.setattr(awarding, "_check_budget", check_then_wait)
    return meeting


def two_at_once(scheme):
    accounts = [an_account(scheme), an_account(scheme)]

    def give(account):
        try:
            [answer] = awarding.award([account], actor=ACTOR)
        except ledger.errors.InsufficientFunds as refused:
            return refused.code
        return "made" if isinstance(answer, Award) else answer.code

    return sorted(together(*[lambda account=account: give(account) for account in accounts]))


@pytest.mark.django_db(transaction=True)
def test_if_nobody_waited_for_the_headroom_only_the_ledger_would_stop_two_awards_of_the_last_of_it(
    both_have_checked, monkeypatch
):
    scheme = a_budget(ceiling=300_00)
    monkeypatch.setattr(awarding.ledger, "lock", ledger.balances)
    assert two_at_once(scheme) == ["insufficient_funds", "made"]
    assert both_have_checked.met
    assert (money(scheme)["headroom"], in_purses(scheme), Award.objects.count()) == (100_00, 200_00, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_awards_at_once_of_the_last_of_the_ceiling_one_is_made_and_one_refused(both_have_checked):
    scheme = a_budget(ceiling=300_00)
    assert two_at_once(scheme) == ["budget_exhausted", "made"]
    assert not both_have_checked.met
    assert (money(scheme)["headroom"], in_purses(scheme), Award.objects.count()) == (100_00, 200_00, 1)

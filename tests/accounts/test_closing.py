"""A scheme pauses, goes on, and closes in order: no new awards, money to spend until a day, vouchers honoured."""

import datetime as dt
import threading

import pytest
from django.core import mail

import ledger
from accounts import awarding, closing, cohorts, errors, opening, purses, tasks
from accounts.models import Award, Purse, Scheme, Waiting
from config.refusals import only
from ledger.models import Event
from tests.factories.accounts import ACTOR, a_learner, an_account
from tests.factories.budgets import a_budget, awarded, bought, in_purses, money
from tests.factories.vouchers import confirm
from tests.racing import PATIENCE, together
from vouchers import delivery, ending, redemption
from vouchers.models import State, Voucher
from vouchers.redemption import Line
from web.notifications import writing

pytestmark = pytest.mark.django_db


def in_days(days):
    return ledger.today() + dt.timedelta(days=days)


def close(scheme, days=30):
    return closing.close(scheme, spend_until=in_days(days), actor=ACTOR)


def refused(scheme):
    """What somebody new is told, and somebody who has an account already."""
    [opened] = opening.open_learning_accounts([(a_learner(), scheme)], actor=ACTOR)
    [given] = awarding.award([scheme.learning_accounts.first()], actor=ACTOR)
    return opened.code, given.code


def test_a_paused_scheme_takes_nobody_and_gives_nothing_until_it_goes_on():
    scheme = a_budget(paid_in=1_000_00)
    an_account(scheme)
    assert closing.pause(scheme, actor=ACTOR).state == "paused"
    assert refused(scheme) == ("scheme_closed", "scheme_closed")
    assert closing.reopen(scheme, actor=ACTOR).state == "open"
    awarded(scheme)
    kinds = Event.objects.filter(subject=scheme.subject).order_by("id").values_list("kind", "actor")
    assert list(kinds)[-2:] == [("scheme.paused", "system:test"), ("scheme.reopened", "system:test")]


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("paused", "pause"),
        ("closed", "pause"),
        ("draft", "pause"),
        ("open", "reopen"),
        ("closed", "reopen"),
        ("draft", "reopen"),
        ("closed", "close"),
        ("draft", "close"),
    ],
)
def test_what_the_table_does_not_name_is_refused_and_changes_nothing(before, change):
    scheme = a_budget(paid_in=1_000_00)
    awarded(scheme)
    Scheme.objects.filter(pk=scheme.pk).update(state=before)
    rows, events = list(Scheme.objects.values()), Event.objects.count()
    more = {"spend_until": in_days(1)} if change == "close" else {}
    with pytest.raises(errors.SchemeNotInState):
        getattr(closing, change)(scheme, actor=ACTOR, **more)
    assert (list(Scheme.objects.values()), Event.objects.count()) == (rows, events)


def test_a_day_that_is_over_is_refused_and_changes_nothing():
    scheme = a_budget(paid_in=1_000_00)
    awarded(scheme)
    events = Event.objects.count()
    with pytest.raises(errors.SpendUntilPassed):
        close(scheme, days=-1)
    scheme.refresh_from_db()
    assert (scheme.state, scheme.spend_until, Event.objects.count()) == ("open", None, events)


def test_purses_end_on_the_earlier_of_both_days_each_with_an_event_and_each_learner_has_one():
    scheme = a_budget(paid_in=1_000_00)
    long, short = awarded(scheme), awarded(scheme)
    Purse.objects.filter(learning_account=short).update(expires_on=in_days(10))
    closed = close(scheme)
    assert (closed.state, closed.spend_until) == ("closed", in_days(30))
    assert long.purses.get().expires_on == in_days(30)
    assert short.purses.get().expires_on == in_days(10)
    assert [event.subject for event in Event.objects.filter(kind="purse.shortened")] == [long.purses.get().subject]
    assert [event.subject for event in Event.objects.filter(kind="learning_account.closes")] == [long.subject]
    assert refused(scheme) == ("scheme_closed", "scheme_closed")


def test_what_is_left_goes_back_to_the_pot_after_the_last_day(clock):
    scheme = a_budget(paid_in=1_000_00)
    account = awarded(scheme)
    close(scheme)
    clock.move_by(days=30)
    bought(account, worth=120_00)
    assert purses.expire(actor=ACTOR) == 0
    clock.move_by(days=1)
    assert purses.expire(actor=ACTOR) == 1
    assert (money(scheme)["pot"], in_purses(scheme)) == (880_00, 0)


def test_where_awards_are_rights_what_is_left_may_not_be_given_again_either(clock):
    scheme = a_budget(ceiling=1_000_00)
    awarded(scheme)
    close(scheme, days=0)
    clock.move_by(days=1)
    purses.expire(actor=ACTOR)
    assert (money(scheme)["headroom"], refused(scheme)[1]) == (1_000_00, "scheme_closed")


def test_a_voucher_issued_before_is_accepted_delivered_and_redeemed_after_the_end(clock):
    scheme = a_budget(paid_in=1_000_00)
    voucher = bought(awarded(scheme), worth=120_00)
    close(scheme, days=2)
    clock.move_by(days=5)
    tasks.expire_purses()
    tasks.wind_down()
    by = voucher.provider
    only(delivery.accept([voucher.code], by=by, actor=ACTOR))
    for number in (1, 2):
        only(delivery.declare([delivery.Declaration(voucher.code, number, ledger.today())], by=by, actor=ACTOR))
        confirm([voucher], number)
    only(redemption.redeem([Line(voucher.code)], by=by, actor=ACTOR))
    assert Voucher.objects.get().state == State.CLOSED
    assert (Voucher.objects.get().outcome, money(scheme)["pot"]) == ("completed", 880_00)


def test_what_a_voucher_gives_back_after_the_last_day_goes_to_the_pot_whatever_the_grace(clock):
    scheme = a_budget(paid_in=1_000_00, award={"grace_days": 60})
    voucher = bought(awarded(scheme), worth=120_00)
    close(scheme, days=2)
    clock.move_by(days=3)
    tasks.expire_purses()
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    assert (money(scheme)["pot"], in_purses(scheme)) == (1_000_00, 0)


def test_a_year_that_begins_with_its_first_use_and_an_adviser_s_delay_end_with_the_scheme():
    scheme = a_budget("ila-england-2000", paid_in=1_000_00)
    account = awarded(scheme, residence="england")
    close(scheme)
    purses.begin_years([account.purses.get().pk], ledger.today(), actor=ACTOR)
    assert (account.purses.get().first_used_on, account.purses.get().expires_on) == (ledger.today(), in_days(30))
    purses.extend([account.pk], days=5, actor=ACTOR)
    assert account.purses.get().expires_on == in_days(30)


def test_nobody_waits_for_a_closed_scheme_any_more():
    scheme = a_budget(budget={"waiting_list": "first_come"})
    accounts = [an_account(scheme) for _ in range(3)]
    awarding.award(accounts, actor=ACTOR)
    close(scheme)
    assert set(Waiting.objects.values_list("outcome", flat=True)) == {"left"}
    assert Event.objects.filter(kind="waiting.left").count() == 3
    assert cohorts.award_waiting(scheme, actor=ACTOR) == 0


def test_a_closing_that_is_interrupted_goes_on_and_tells_everybody_once(monkeypatch):
    scheme = a_budget(paid_in=1_000_00)
    for _ in range(3):
        awarded(scheme)
    monkeypatch.setattr(purses, "SWEEP", 2)
    chunks = iter([purses.write_back])
    with monkeypatch.context() as killed:
        killed.setattr(purses, "write_back", lambda *given: next(chunks)(*given))
        with pytest.raises(StopIteration):
            close(scheme)
    assert Purse.objects.filter(expires_on=in_days(30)).count() == 2
    assert (tasks.wind_down(), tasks.wind_down()) == (1, 0)
    assert Purse.objects.filter(expires_on=in_days(30)).count() == 3
    assert Event.objects.filter(kind="learning_account.closes").count() == 3


def letters():
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {message.subject: str(message.body) for message in mail.outbox}


def test_learners_are_told_of_a_line_and_of_an_end():
    scheme = a_budget(paid_in=200_00, budget={"waiting_list": "first_come"})
    accounts = [an_account(scheme) for _ in range(2)]
    awarding.award(accounts, actor=ACTOR)
    assert "You are number 1 in line." in letters()["You are in line for your award"]
    close(scheme)
    said = letters()
    assert "You can spend what is in your learning account until" in said["ILA Wales comes to its end"]
    assert "it cannot be awarded to you any more" in said["You are no longer in line for your award"]


@pytest.mark.django_db(transaction=True)
def test_an_award_that_began_before_the_scheme_closed_is_not_made_after_it(monkeypatch):
    scheme = a_budget(paid_in=1_000_00)
    account = an_account(scheme)
    has_begun, has_closed, check = threading.Event(), threading.Event(), awarding._check_budget

    def check_once_it_is_closed(*given):
        has_begun.set()
        assert has_closed.wait(PATIENCE)
        check(*given)

    def shut():
        assert has_begun.wait(PATIENCE)
        close(scheme)
        has_closed.set()

    monkeypatch.setattr(awarding, "_check_budget", check_once_it_is_closed)
    [[answer], _closed] = together(lambda: awarding.award([account], actor=ACTOR), shut)
    assert answer.code == "scheme_closed"
    assert (Award.objects.count(), Purse.objects.count(), money(scheme)["pot"]) == (0, 0, 1_000_00)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_does_and_one_is_told():
    scheme = a_budget(paid_in=1_000_00)

    def shut(days):
        try:
            return close(scheme, days=days).spend_until
        except errors.SchemeNotInState as refusal:
            return refusal.code

    answers = together(lambda: shut(10), lambda: shut(20))
    scheme.refresh_from_db()
    assert sorted(map(str, answers)) == sorted([str(scheme.spend_until), "scheme_not_in_state"])
    assert Event.objects.filter(kind="scheme.closed").count() == 1

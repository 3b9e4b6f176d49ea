"""Accounts are opened for those the rules have room for, and each is awarded once a period."""

import datetime as dt
import threading

import pytest
from django.db import connection

import ledger
from accounts import awarding, errors, opening, people, purses, schemes
from accounts.circumstances import Circumstances
from accounts.eligibility import assess
from accounts.models import Award, LearningAccount, Purse
from accounts.people import Person
from accounts.rules import parse
from accounts.scheme_files import preset
from tests.factories.vouchers import ACTOR, a_scheme

pytestmark = pytest.mark.django_db


def a_person(number=1, **facts):
    return Person(
        **{
            "email": f"person{number}@learner.example",
            "given_name": "Owain",
            "family_name": "Huws",
            "date_of_birth": dt.date(1980, 3, 9),
            "residence": "wales",
            "qualification_level": 2,
            **facts,
        }
    )


def an_account(number=1, scheme=None, **facts) -> LearningAccount:
    [learner] = people.sign_up_learners([a_person(number, **facts)], actor=ACTOR)
    [account] = opening.open_learning_accounts([(learner, scheme or a_scheme())], actor=ACTOR)
    assert isinstance(account, LearningAccount)
    return account


def test_every_reason_why_somebody_is_not_eligible_is_said():
    learner = Circumstances(date_of_birth=dt.date(2010, 1, 1), residence="england", qualification_level=4)
    answer = assess(learner, parse(preset("ila-wales-2003")["rules"]), dt.date(2026, 11, 23))
    assert not answer.eligible
    assert [reason.sentence for reason in answer.reasons] == [
        "It is for people who live in Wales.",
        "It is for people from the age of 18: you can have it from 1 January 2028.",
        "It is for people qualified to level 2 or below.",
    ]


def test_a_birthday_today_counts():
    learner = Circumstances(date_of_birth=dt.date(2008, 11, 23), residence="wales", qualification_level=0)
    rules = parse(preset("ila-wales-2003")["rules"])
    assert assess(learner, rules, dt.date(2026, 11, 23)).eligible
    assert not assess(learner, rules, dt.date(2026, 11, 22)).eligible


def test_who_is_not_eligible_is_told_why_and_what_else_there_is(books):
    wales, england = a_scheme(), a_scheme("ila-england-2000")
    [learner] = people.sign_up_learners([a_person(residence="england", qualification_level=3)], actor=ACTOR)
    before = books()
    [answer] = opening.open_learning_accounts([(learner, wales)], actor=ACTOR)
    assert isinstance(answer, errors.NotEligible)
    assert "It is for people who live in Wales." in answer.sentence
    assert answer.advice == f"You could have an account in: {england.name}."
    assert not LearningAccount.objects.exists()
    assert books() == before


def test_a_learner_has_one_account_a_scheme():
    account = an_account()
    [answer] = opening.open_learning_accounts([(account.learner, account.scheme)], actor=ACTOR)
    assert isinstance(answer, errors.AlreadyOpen)


def test_an_award_moves_its_amount_from_the_pot_to_a_purse():
    account = an_account()
    scheme = account.scheme
    pot = ledger.balances([scheme.pot_id])[scheme.pot_id]
    [award] = awarding.award([account], actor=ACTOR)
    purse = Purse.objects.get(award=award)
    assert ledger.balances([scheme.pot_id, purse.ledger_account_id]) == {
        scheme.pot_id: pot - 200_00,
        purse.ledger_account_id: 200_00,
    }
    assert purse.expires_on == ledger.today() + dt.timedelta(days=365)


def test_a_second_award_in_the_same_year_is_refused_and_moves_nothing(books, clock):
    account = an_account()
    awarding.award([account], actor=ACTOR)
    clock.move_by(days=200)
    before = books()
    [answer] = awarding.award([account], actor=ACTOR)
    assert isinstance(answer, errors.AlreadyAwarded)
    assert books() == before


def test_the_next_award_can_be_made_when_the_year_is_over(clock):
    account = an_account()
    awarding.award([account], actor=ACTOR)
    clock.move_by(days=366)
    [award] = awarding.award([account], actor=ACTOR)
    assert isinstance(award, Award)
    assert Purse.objects.spendable(ledger.today()).get() == award.purse


def test_a_pot_that_is_short_refuses_the_whole_chunk_and_moves_nothing(books):
    scheme = schemes.set_up(preset("ila-wales-2003"), actor=ACTOR)
    schemes.pay_in(scheme, 300_00, reference="a little", actor=ACTOR)
    accounts = [an_account(number, scheme) for number in range(2)]
    before = books()
    answers = awarding.award(accounts, actor=ACTOR)
    assert [type(answer) for answer in answers] == [errors.BudgetExhausted, errors.BudgetExhausted]
    assert books() == before
    assert not Award.objects.exists()


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_less_than_a_penny_is_paid_in(amount, books):
    scheme = a_scheme()
    before = books()
    with pytest.raises(errors.AmountNotPositive):
        schemes.pay_in(scheme, amount, reference="nothing", actor=ACTOR)
    assert books() == before


def test_paying_in_twice_under_one_reference_is_paying_once(books):
    scheme = a_scheme()
    schemes.pay_in(scheme, 500_00, reference="march", actor=ACTOR)
    before = books()
    schemes.pay_in(scheme, 500_00, reference="march", actor=ACTOR)
    assert books() == before


def test_what_is_left_in_a_purse_goes_back_to_the_pot_after_its_last_day(clock):
    account = an_account()
    scheme = account.scheme
    pot = ledger.balances([scheme.pot_id])[scheme.pot_id]
    awarding.award([account], actor=ACTOR)
    clock.move_by(days=365)
    assert purses.expire(actor=ACTOR) == 0
    clock.move_by(days=1)
    assert purses.expire(actor=ACTOR) == 1
    assert ledger.balances([scheme.pot_id])[scheme.pot_id] == pot
    assert purses.expire(actor=ACTOR) == 0


def test_new_rules_count_from_their_day_and_old_awards_stay_under_theirs(clock):
    account = an_account()
    [old] = awarding.award([account], actor=ACTOR)
    rules = preset("ila-wales-2003")["rules"]
    rules["awards"][0]["amount_minor"] = 250_00
    day = ledger.today() + dt.timedelta(days=30)
    schemes.publish_rules(account.scheme, rules, valid_from=day, source="a test", actor=ACTOR)
    [before] = awarding.award([an_account(2)], actor=ACTOR)
    clock.move_by(days=30)
    [after] = awarding.award([an_account(3)], actor=ACTOR)
    assert (before.amount_minor, after.amount_minor) == (200_00, 250_00)
    assert Award.objects.get(pk=old.pk).rule_version.number == 1


@pytest.mark.django_db(transaction=True)
def test_two_awards_of_one_account_at_the_same_instant_are_one():
    account = an_account()
    together = threading.Barrier(2)
    answers = []

    def award():
        together.wait()
        answers.extend(awarding.award([account], actor=ACTOR))
        connection.close()

    threads = [threading.Thread(target=award) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyAwarded", "Award"]
    purse = Purse.objects.get()
    assert ledger.balances([purse.ledger_account_id]) == {purse.ledger_account_id: 200_00}

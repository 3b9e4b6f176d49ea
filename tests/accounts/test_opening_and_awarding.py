"""Who gets an account and an award, and everybody else told why and what there is instead."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import translation

import ledger
from accounts import awarding, errors, opening
from accounts.invariants import awards, expired_purses
from accounts.models import Award, LearningAccount, RuleVersion, Scheme
from accounts.scheme_files import preset
from accounts.schemes import current_rules, publish_rules, set_up
from tests.factories.accounts import ACTOR, a_learner, a_purse, a_scheme, an_account, rules
from tests.racing import together

pytestmark = pytest.mark.django_db


def open_one(learner, scheme):
    [answer] = opening.open_learning_accounts([(learner, scheme)], actor=ACTOR)
    return answer


def test_reasons_and_alternatives_are_carried_and_put_in_words_when_read():
    wales, england = a_scheme(), a_scheme("ila-england-2000")
    answer = open_one(a_learner(residence="england", qualification_level=5), wales)
    assert [reason.code for reason in answer.reasons] == ["residence", "qualified_above"]
    assert answer.alternatives == (england.name,)
    with translation.override("cy"):
        assert answer.sentence == (
            "Nid yw ILA Wales ar eich cyfer chi ar hyn o bryd. "
            "Mae ar gyfer pobl sy'n byw yn un o'r lleoedd hyn: Cymru. "
            "Mae ar gyfer pobl â chymhwyster lefel 2 neu is."
        )


def test_a_scheme_that_one_has_joined_is_no_alternative():
    wales, england = a_scheme(), a_scheme("ila-england-2000")
    learner = a_learner(residence="england")
    assert opening.alternatives(learner, ledger.today()) == [england]
    open_one(learner, england)
    assert opening.alternatives(learner, ledger.today()) == []
    assert open_one(learner, wales).advice == "An adviser can tell you what else there is, free of charge."


@pytest.mark.parametrize(
    "closed",
    [
        {"state": "paused"},
        {"state": "closed"},
        {"opens_on": dt.date(2019, 1, 1), "closes_on": dt.date(2020, 1, 1)},
    ],
)
def test_a_scheme_that_takes_nobody_opens_no_account_and_makes_no_award(closed, books):
    scheme = a_scheme()
    account = an_account(scheme)
    Scheme.objects.filter(pk=scheme.pk).update(**closed)
    before = books()
    assert isinstance(open_one(a_learner(), scheme), errors.SchemeClosed)
    assert isinstance(awarding.award([account], actor=ACTOR)[0], errors.SchemeClosed)
    assert (books(), Award.objects.count()) == (before, 0)


def test_each_is_judged_alone_and_one_mentioned_twice_is_opened_once():
    scheme, learner = a_scheme(), a_learner()
    answers = opening.open_learning_accounts(
        [(learner, scheme), (a_learner(residence="england"), scheme), (learner, scheme)], actor=ACTOR
    )
    assert [type(answer).__name__ for answer in answers] == ["LearningAccount", "NotEligible", "AlreadyOpen"]


def test_many_who_are_refused_cost_no_more_queries_than_one(django_assert_max_num_queries):
    scheme = a_scheme()
    a_scheme("ila-england-2000")
    pairs = [(a_learner(residence="wales" if place % 2 else "england"), scheme) for place in range(20)]
    with django_assert_max_num_queries(11):
        opening.open_learning_accounts(pairs, actor=ACTOR)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_one_account_at_once_one_is_told_that_it_is_open():
    scheme, learner = a_scheme(), a_learner()
    answers = together(*[lambda: open_one(learner, scheme)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyOpen", "LearningAccount"]
    assert LearningAccount.objects.count() == 1


def test_somebody_whose_circumstances_have_changed_gets_no_award(books):
    account = an_account(a_scheme())
    type(account.learner).objects.filter(pk=account.learner_id).update(qualification_level=3)
    before = books()
    [answer] = awarding.award([account], actor=ACTOR)
    assert [reason.code for reason in answer.reasons] == ["qualified_above"]
    assert books() == before


def test_an_award_keeps_the_criteria_that_were_met():
    award = a_purse(a_scheme()).award
    assert Award.objects.get(pk=award.pk).reasons == ["residence", "age_from", "qualification_level_at_most"]


def test_one_account_mentioned_twice_is_awarded_once():
    account = an_account(a_scheme())
    answers = awarding.award([account, account], actor=ACTOR)
    assert [type(answer).__name__ for answer in answers] == ["Award", "AlreadyAwarded"]


def test_an_empty_pot_is_no_other_schemes_trouble():
    poor, rich = a_scheme(paid_in=0), a_scheme("ila-england-2000")
    accounts = [an_account(poor), an_account(rich, residence="england"), an_account(poor)]
    answers = awarding.award(accounts, actor=ACTOR)
    assert [type(answer).__name__ for answer in answers] == ["BudgetExhausted", "Award", "BudgetExhausted"]


def test_rules_in_force_from_today_replace_those_of_the_same_day():
    scheme = a_scheme()
    publish_rules(scheme, rules(award={"amount_minor": 250_00}), valid_from=ledger.today(), source="x", actor=ACTOR)
    assert current_rules({scheme.pk}, ledger.today())[scheme.pk].number == 2
    assert a_purse(scheme).amount_minor == 250_00


def test_rules_of_the_past_are_refused():
    scheme = a_scheme()
    with pytest.raises(errors.RulesOfThePast):
        publish_rules(scheme, rules(), valid_from=ledger.today() - dt.timedelta(days=1), source="x", actor=ACTOR)
    assert scheme.rule_versions.count() == 1


@pytest.mark.parametrize("change", [lambda v: v.update(number=9), lambda v: v.delete()])
def test_the_database_refuses_to_edit_rules(change):
    scheme = a_scheme()
    with pytest.raises(Exception, match="only ever added to"), transaction.atomic():
        change(RuleVersion.objects.filter(scheme=scheme))
    assert RuleVersion.objects.get(scheme=scheme).number == 1


def test_a_second_scheme_under_one_slug_is_refused():
    scheme = a_scheme()
    with pytest.raises(errors.SchemeExists), transaction.atomic():
        set_up(preset("ila-wales-2003") | {"slug": scheme.slug}, actor=ACTOR)
    assert Scheme.objects.count() == 1


def test_what_must_hold_of_awards_and_purses_holds_and_is_seen_when_it_does_not():
    purse = a_purse(a_scheme())
    assert (list(awards()), list(expired_purses())) == ([], [])
    type(purse).objects.filter(pk=purse.pk).update(amount_minor=1)
    assert [broken.says for broken in awards()] == ["is of 20000; the purse says 1, the transfer 20000"]
    type(purse).objects.filter(pk=purse.pk).update(state="expired", expired_at=ledger.now())
    assert [broken.says for broken in expired_purses()] == ["has expired and holds 20000"]

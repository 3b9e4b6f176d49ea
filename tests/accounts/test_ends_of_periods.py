"""Purses that end with their year, and single awards whose time begins when they are first used."""

import datetime as dt

import pytest

import ledger
from accounts import awarding, errors, purses
from accounts.entitling import last_day
from accounts.models import Award
from accounts.rules import AwardRule, RulesInvalid, parse
from tests.factories.accounts import ACTOR, a_purse, a_scheme, an_account, rules

CALENDAR = AwardRule(amount_minor=1000_00, period="calendar_year", purse_days=None, ends_with_period=True)
PROGRAMME = AwardRule(
    amount_minor=1000_00, period="programme_year", programme_year_from="07-01", purse_days=100, ends_with_period=True
)


@pytest.mark.parametrize(
    ("rule", "on", "until"),
    [
        (CALENDAR, dt.date(2027, 1, 1), dt.date(2027, 12, 31)),
        (CALENDAR, dt.date(2027, 12, 31), dt.date(2027, 12, 31)),
        (PROGRAMME, dt.date(2027, 7, 1), dt.date(2027, 10, 9)),
        (PROGRAMME, dt.date(2027, 6, 30), dt.date(2027, 6, 30)),
        (PROGRAMME, dt.date(2028, 5, 1), dt.date(2028, 6, 30)),
    ],
)
def test_a_purse_that_ends_with_its_year_lives_no_longer(rule, on, until):
    assert last_day(rule, on) == until


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period": "rolling_year", "ends_with_period": True}, "awards[0].ends_with_period"),
        ({"period": "once", "ends_with_period": True}, "awards[0].ends_with_period"),
        ({"period": "calendar_year", "year_from": "first_use", "unused_days": 9}, "awards[0].year_from"),
    ],
)
def test_a_period_that_could_not_end_or_begin_so_is_refused(changes, field):
    with pytest.raises(RulesInvalid) as refused:
        parse(rules(award=changes))
    assert refused.value.field == field


@pytest.mark.django_db
def test_a_single_award_lasts_a_year_from_its_first_use_and_never_comes_again(clock):
    once = {"period": "once", "purse_days": 365, "year_from": "first_use", "unused_days": 730}
    purse = a_purse(a_scheme(award=once))
    began = ledger.today()
    assert purse.expires_on == began + dt.timedelta(days=730)
    clock.move_by(days=300)
    purses.begin_years([purse.pk], ledger.today(), actor=ACTOR)
    purse.refresh_from_db()
    assert purse.expires_on == began + dt.timedelta(days=665)
    clock.move_by(days=800)
    assert isinstance(awarding.award([purse.learning_account], actor=ACTOR)[0], errors.AlreadyAwarded)


@pytest.mark.django_db
def test_a_single_award_that_was_never_used_does_not_come_again(clock):
    once = {"period": "once", "purse_days": 365, "year_from": "first_use", "unused_days": 730}
    purse = a_purse(a_scheme(award=once))
    clock.move_by(days=731)
    assert isinstance(awarding.award([purse.learning_account], actor=ACTOR)[0], errors.AlreadyAwarded)
    assert awarding.had_theirs([purse.learning_account], "core", ledger.today()) == {purse.learning_account_id}


@pytest.mark.django_db
def test_one_of_the_first_million_in_england_has_150_pounds_beside_the_200_of_the_year():
    account = an_account(a_scheme("ila-england-2000"), residence="england")
    for kind in ("core", "first_million"):
        awarding.award([account], kind, actor=ACTOR)
    assert list(Award.objects.order_by("kind").values_list("kind", "amount_minor")) == [
        ("core", 200_00),
        ("first_million", 150_00),
    ]

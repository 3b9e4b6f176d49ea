"""A ceiling follows the rules of the day: raised, lowered, and never below what is committed, held and spent."""

import datetime as dt

import pytest

import ledger
from accounts import ceilings, errors, schemes, tasks
from accounts.models import RuleVersion
from accounts.rules import RulesInvalid
from ledger.models import Event
from tests.factories.accounts import ACTOR
from tests.factories.budgets import a_budget, awarded, bought, in_purses, money
from tests.racing import together

pytestmark = pytest.mark.django_db


def publish(scheme, ceiling, *, in_days=0):
    """The scheme's rules with another ceiling, in force so many days from now."""
    rules = scheme.rule_versions.earliest("number").rules
    budget = {name: value for name, value in rules["budget"].items() if name != "ceiling_minor"}
    return schemes.publish_rules(
        scheme,
        rules | {"budget": budget | ({"ceiling_minor": ceiling} if ceiling else {})},
        valid_from=ledger.today() + dt.timedelta(days=in_days),
        source="",
        actor=ACTOR,
    )


def allowed(scheme):
    """The ceiling that the ledger has, and how much of it may still be given."""
    now = money(scheme)
    return ceilings.ceilings([scheme.pk])[scheme.pk], now["headroom"], now["authority"]


def test_a_higher_ceiling_of_today_lets_the_scheme_give_more_at_once():
    scheme = a_budget(ceiling=500_00)
    awarded(scheme)
    publish(scheme, 900_00)
    assert allowed(scheme) == (900_00, 700_00, -900_00)


def test_a_lower_ceiling_may_be_as_low_as_what_is_committed_held_and_spent():
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    bought(awarded(scheme), worth=120_00)
    awarded(scheme)
    publish(scheme, 400_00)
    assert (allowed(scheme), in_purses(scheme)) == ((400_00, 0, -280_00), 280_00)


def test_a_ceiling_below_that_is_refused_before_its_rules_are_published(books):
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    bought(awarded(scheme), worth=120_00)
    awarded(scheme)
    before, events, versions = books(), Event.objects.count(), RuleVersion.objects.count()
    for in_days in (0, 30):
        with pytest.raises(errors.CeilingTooLow) as low:
            publish(scheme, 399_99, in_days=in_days)
        assert (low.value.field, low.value.used_minor) == ("budget.ceiling_minor", 400_00)
    assert str(low.value) == (
        "ILA Wales has committed, holds and has spent £400.00 already, so its ceiling cannot be lower than that. "
        "Choose a higher ceiling. Nothing was changed."
    )
    assert (books(), Event.objects.count(), RuleVersion.objects.count()) == (before, events, versions)


def test_rules_without_a_ceiling_are_refused_to_a_scheme_that_commits():
    scheme = a_budget(ceiling=500_00)
    with pytest.raises(RulesInvalid, match="has a ceiling"):
        publish(scheme, None)
    assert RuleVersion.objects.count() == 1


def test_the_ceiling_of_a_later_day_counts_from_that_day_on_and_once(clock):
    scheme = a_budget(ceiling=500_00)
    publish(scheme, 900_00, in_days=10)
    clock.move_by(days=9)
    assert (tasks.follow_ceilings(), allowed(scheme)) == (0, (500_00, 500_00, -500_00))
    clock.move_by(days=1)
    assert (tasks.follow_ceilings(), allowed(scheme)) == (1, (900_00, 900_00, -900_00))
    assert (tasks.follow_ceilings(), allowed(scheme)) == (0, (900_00, 900_00, -900_00))
    changed = Event.objects.get(kind="scheme.ceiling_changed")
    assert (changed.data["from_minor"], changed.data["to_minor"]) == (500_00, 900_00)
    assert changed.actor == "system:accounts.follow_ceilings"


def test_a_lower_ceiling_that_was_overtaken_leaves_nothing_to_give_and_is_reached_as_purses_expire(clock):
    scheme = a_budget(ceiling=700_00)
    publish(scheme, 300_00, in_days=10)
    awarded(scheme)
    awarded(scheme)
    clock.move_by(days=10)
    tasks.follow_ceilings()
    assert allowed(scheme) == (400_00, 0, -400_00)
    clock.move_by(days=356)
    tasks.expire_purses()
    assert allowed(scheme) == (400_00, 400_00, -400_00)
    tasks.follow_ceilings()
    assert allowed(scheme) == (300_00, 300_00, -300_00)


def test_a_scheme_whose_awards_are_money_has_no_ceiling_to_follow(books):
    scheme = a_budget(paid_in=500_00)
    before = books()
    publish(scheme, 100_00)
    assert tasks.follow_ceilings() == 0
    assert (books(), ceilings.ceilings([scheme.pk])) == (before, {scheme.pk: 0})


@pytest.mark.django_db(transaction=True)
def test_a_ceiling_followed_by_two_at_once_changes_once(clock):
    scheme = a_budget(ceiling=500_00)
    publish(scheme, 900_00, in_days=1)
    clock.move_by(days=1)
    assert sorted(together(*[lambda: ceilings.follow(scheme.pk, actor=ACTOR)] * 2)) == [0, 400_00]
    assert allowed(scheme) == (900_00, 900_00, -900_00)


def test_the_ceilings_of_many_schemes_are_one_query(django_assert_num_queries):
    some = [a_budget(ceiling=amount) for amount in (100_00, 200_00, 300_00)] + [a_budget()]
    with django_assert_num_queries(1):
        found = ceilings.ceilings([scheme.pk for scheme in some])
    assert [found[scheme.pk] for scheme in some] == [100_00, 200_00, 300_00, 0]

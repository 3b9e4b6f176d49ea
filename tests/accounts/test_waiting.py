"""A line for a scheme's money: in the stated order, each served exactly once, and nobody past those in front."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import ledger
from accounts import awarding, cohorts, schemes, tasks, waiting
from accounts.models import Award, Learner, Purse, Scheme, Waiting
from ledger.models import Event
from tests.factories.accounts import ACTOR, an_account
from tests.factories.budgets import a_budget, money
from tests.racing import together

pytestmark = pytest.mark.django_db

EACH = 200_00
MORE = {"more": [{"code": "on_benefits", "percent": 50, "who": {"benefits": ["jobseekers_allowance"]}}]}
IN_NEED = {"benefits": ("jobseekers_allowance",)}


def a_line(*, paid_in=0, order="first_come", **changes):
    return a_budget(paid_in=paid_in, budget={"waiting_list": order}, **changes)


def give(*accounts):
    """What each account was answered: `made`, its place in the line, or a refusal's code."""
    return [said(answer) for answer in awarding.award(accounts, actor=ACTOR)]


def said(answer):
    if isinstance(answer, Award):
        return "made"
    return answer.place if answer.code == "waiting_for_money" else answer.code


def pay(scheme, amount, reference="more"):
    schemes.pay_in(scheme, amount, reference=reference, actor=ACTOR)


def place(account):
    return [one.place for one in waiting.places([account.pk]).get(account.pk, [])]


def awards():
    return list(Award.objects.order_by("awarded_at", "id").values_list("learning_account", flat=True))


def test_the_pot_pays_as_many_as_it_can_in_the_order_of_opening_and_the_others_wait():
    scheme = a_line(paid_in=500_00)
    first, second, third, fourth = (an_account(scheme) for _ in range(4))
    assert give(fourth, second, first, third) == [2, "made", "made", 1]
    assert [place(account) for account in (first, second, third, fourth)] == [[], [], [1], [2]]
    assert money(scheme)["pot"] == 100_00
    began = Event.objects.filter(kind="waiting.began").order_by("id")
    assert [(event.subject, event.data["place"]) for event in began] == [(third.subject, 1), (fourth.subject, 2)]


def test_they_are_told_their_place():
    [answer] = awarding.award([an_account(a_line())], actor=ACTOR)
    assert str(answer) == (
        "ILA Wales has no money for this award at the moment. It is number 1 in line. "
        "It is made as soon as there is money again; until then there is nothing to do."
    )


def test_who_has_the_most_need_comes_first_where_the_rules_say_so():
    scheme = a_line(paid_in=300_00, order="most_need_first", award=MORE)
    one, other = an_account(scheme), an_account(scheme, **IN_NEED)
    assert give(one, other) == [1, "made"]
    later = an_account(scheme, **IN_NEED)
    assert (give(later), place(one), place(later)) == ([1], [2], [1])
    pay(scheme, 300_00)
    assert tasks.award_waiting() == 1
    assert awards() == [other.pk, later.pk]
    assert place(one) == [1]


def test_who_asks_again_keeps_their_place_and_is_told_it(books):
    scheme = a_line()
    first, second = an_account(scheme), an_account(scheme)
    give(first, second)
    before, events, rows = books(), Event.objects.count(), list(Waiting.objects.order_by("id").values())
    assert give(second, first) == [2, 1]
    assert (books(), Event.objects.count()) == (before, events)
    assert list(Waiting.objects.order_by("id").values()) == rows


def test_nobody_who_comes_later_is_paid_before_who_waits():
    scheme = a_line()
    first = an_account(scheme)
    give(first)
    pay(scheme, EACH)
    newcomer = an_account(scheme)
    assert (give(newcomer), money(scheme)["pot"]) == ([2], EACH)
    assert tasks.award_waiting() == 1
    assert (awards(), place(newcomer), money(scheme)["pot"]) == ([first.pk], [1], 0)


def test_an_award_that_is_too_much_is_not_passed_by_a_smaller_one():
    scheme = a_line(paid_in=200_00, award=MORE)
    large, small = an_account(scheme, **IN_NEED), an_account(scheme)
    assert (give(large, small), money(scheme)["pot"]) == ([1, 2], 200_00)


def test_money_that_comes_goes_to_the_next_in_line_exactly_once():
    scheme = a_line()
    accounts = [an_account(scheme) for _ in range(5)]
    give(*accounts)
    pay(scheme, 450_00)
    assert tasks.award_waiting() == 2
    assert tasks.award_waiting() == 0
    assert awards() == [account.pk for account in accounts[:2]]
    assert [place(account) for account in accounts] == [[], [], [1], [2], [3]]
    pay(scheme, 1_000_00, "again")
    assert tasks.award_waiting() == 3
    assert (money(scheme)["pot"], Waiting.objects.filter(ended_at=None).count()) == (450_00, 0)
    assert set(Waiting.objects.values_list("outcome", flat=True)) == {"awarded"}


def test_a_run_that_is_interrupted_leaves_whole_chunks_and_the_next_serves_the_rest(monkeypatch):
    scheme = a_line()
    accounts = [an_account(scheme) for _ in range(4)]
    give(*accounts)
    pay(scheme, 800_00)
    monkeypatch.setattr(cohorts, "_payable", lambda _version: 2)
    runs = iter([awarding.award])

    def once(*given, **more):
        return next(runs)(*given, **more)

    with monkeypatch.context() as killed:
        killed.setattr(cohorts, "award", once)
        with pytest.raises(StopIteration):
            cohorts.award_waiting(scheme, actor=ACTOR)
    assert awards() == [account.pk for account in accounts[:2]]
    assert cohorts.award_waiting(scheme, actor=ACTOR) == 2
    assert (awards(), money(scheme)["pot"]) == ([account.pk for account in accounts], 0)


def test_who_is_not_eligible_any_more_leaves_the_line_and_the_next_moves_up():
    scheme = a_line()
    gone, here = an_account(scheme), an_account(scheme)
    give(gone, here)
    Learner.objects.filter(pk=gone.learner_id).update(residence="england")
    pay(scheme, EACH)
    assert tasks.award_waiting() == 1
    assert (awards(), place(gone), place(here)) == ([here.pk], [], [])
    assert Waiting.objects.get(learning_account=gone).outcome == "left"
    assert [event.subject for event in Event.objects.filter(kind="waiting.left")] == [gone.subject]


def test_who_leaves_holds_nobody_up_who_is_served_with_them():
    scheme = a_line()
    gone, *others = (an_account(scheme) for _ in range(3))
    give(gone, *others)
    Learner.objects.filter(pk=gone.learner_id).update(residence="england")
    pay(scheme, 3 * EACH)
    assert tasks.award_waiting() == 2
    assert (awards(), money(scheme)["pot"]) == ([account.pk for account in others], EACH)


def test_a_scheme_that_is_paused_keeps_its_line():
    scheme = a_line()
    give(an_account(scheme))
    pay(scheme, EACH)
    Scheme.objects.filter(pk=scheme.pk).update(state="paused")
    assert cohorts.award_waiting(scheme, actor=ACTOR) == 0
    assert Waiting.objects.get().ended_at is None


def test_who_waits_for_an_award_that_the_rules_do_not_have_any_more_leaves():
    scheme = a_line()
    account = an_account(scheme)
    give(account)
    rules = scheme.rule_versions.get().rules
    renamed = rules | {"awards": [rules["awards"][0] | {"code": "other"}]}
    schemes.publish_rules(scheme, renamed, valid_from=ledger.today(), source="", actor=ACTOR)
    pay(scheme, EACH)
    assert (cohorts.award_waiting(scheme, actor=ACTOR), place(account)) == (0, [])


def test_a_cohort_goes_on_until_everybody_has_an_award_or_a_place():
    scheme = a_line(paid_in=300_00)
    accounts = [an_account(scheme) for _ in range(5)]
    *_, last = cohorts.award_cohort(scheme, actor=ACTOR, chunk=2)
    assert last == cohorts.Progress(
        accounts=5, considered=5, awarded=1, awarded_minor=EACH, refused={"waiting_for_money": 4}
    )
    assert [place(account) for account in accounts] == [[], [1], [2], [3], [4]]
    *_, again = cohorts.award_cohort(scheme, actor=ACTOR, chunk=2)
    assert (again.awarded, again.already, again.refused) == (0, 1, {"waiting_for_money": 4})
    assert Waiting.objects.count() == 4


def test_where_awards_are_rights_those_wait_for_whom_the_ceiling_has_no_room():
    scheme = a_line(ceiling=300_00)
    first, second = an_account(scheme), an_account(scheme)
    assert give(first, second) == ["made", 1]
    assert money(scheme)["headroom"] == 100_00


def test_without_a_waiting_list_a_short_budget_refuses_all_and_nobody_waits():
    scheme = a_budget(paid_in=300_00)
    assert give(an_account(scheme), an_account(scheme)) == ["budget_exhausted"] * 2
    assert not Waiting.objects.exists()


def queries_of(size):
    scheme = a_line(paid_in=EACH)
    accounts = [an_account(scheme) for _ in range(size)]
    with CaptureQueriesContext(connection) as joining:
        give(*accounts)
    with CaptureQueriesContext(connection) as looking:
        assert len(waiting.places([account.pk for account in accounts])) == size - 1
    return len(joining), len(looking)


def test_joining_and_looking_take_as_many_queries_for_three_as_for_twelve():
    few, many = queries_of(3), queries_of(12)
    assert few == many
    assert few[1] == 4


@pytest.mark.django_db(transaction=True)
def test_two_who_serve_the_line_at_once_serve_everybody_once():
    scheme = a_line()
    accounts = [an_account(scheme) for _ in range(6)]
    give(*accounts)
    pay(scheme, 1_000_00)
    run = [lambda: cohorts.award_waiting(scheme, actor=ACTOR)] * 2
    assert sum(together(*run)) == 5
    assert sorted(awards()) == sorted(account.pk for account in accounts[:5])
    assert (money(scheme)["pot"], place(accounts[5]), Purse.objects.count()) == (0, [1], 5)
    assert Waiting.objects.filter(outcome="awarded").count() == 5
    assert not Waiting.objects.filter(outcome="left").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_join_at_once_have_a_place_each_and_the_last_money_goes_to_one():
    scheme = a_line(paid_in=EACH)
    accounts = [an_account(scheme) for _ in range(2)]
    answers = together(*[lambda account=account: give(account) for account in accounts])
    assert sorted(answers, key=str) == [["made"], [1]]
    assert (money(scheme)["pot"], Waiting.objects.count()) == (0, 1)

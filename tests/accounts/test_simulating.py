"""Rules tried out on imagined people: what always holds, whichever rules they are, and without any database."""

import copy
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import scheme_files
from accounts.circumstances import Employment, Residence
from accounts.eligibility import assess
from accounts.rules import parse
from accounts.simulating import compare, run
from accounts.simulating.places import place_of
from accounts.simulating.population import AGES, QUALIFIED, draw
from accounts.simulating.running import STARTS_ON

WALES = scheme_files.preset("ila-wales-2003")["rules"]


def wales(**changes):
    """The rules of ILA Wales with some of their parts changed; `award` is its only award."""
    data = copy.deepcopy(WALES)
    data["awards"][0].update(changes.pop("award", {}))
    return parse(data | changes)


def people(count, seed=1, residences=("wales",)):
    place = place_of(residences, "GBP")
    return [draw(seed, number, place, STARTS_ON) for number in range(count)]


def reconciles(report):
    """Whether everything awarded is somewhere, to the penny, whichever way it is added up."""
    total = report.total
    return (
        report.awarded_minor
        == report.redeemed_minor + report.lapsed_minor + report.held_minor + report.open_minor
        == total.awarded_minor
        == sum(report.awarded_to)
    ) and report.redeemed_minor + report.open_minor == total.paid_minor == sum(report.paid_for)


@pytest.mark.parametrize("slug", scheme_files.presets())
def test_each_preset_runs_and_every_penny_awarded_is_spent_lapsed_or_still_held(slug):
    scheme = scheme_files.preset(slug)
    report = run(parse(scheme["rules"]), currency=scheme["currency"], learners=2_000)
    assert reconciles(report)
    total = report.total
    assert total.people == 2_000
    assert total.people >= total.entitled >= total.applied >= total.awarded >= total.bought >= total.completed
    assert total.bought > 0
    assert total.price_minor >= total.own_minor


def test_the_same_seed_gives_the_same_report_and_another_seed_another():
    assert run(wales(), learners=1_000) == run(wales(), learners=1_000)
    assert run(wales(), learners=1_000).cells != run(wales(), learners=1_000, seed=2).cells


@pytest.mark.parametrize("processes", [2, 3])
def test_any_number_of_processes_gives_the_same_report_also_when_money_is_short(processes):
    asked = {"learners": 2_000, "budget_minor": 4_000_00}
    assert run(wales(), **asked, processes=processes) == run(wales(), **asked)


def test_a_person_is_the_same_one_however_many_others_there_are():
    assert people(50) == people(400)[:50]


@settings(max_examples=15, deadline=None)
@given(budget_minor=st.integers(0, 20_000_00), seed=st.integers(0, 1_000))
def test_the_budget_is_never_exceeded_and_every_penny_is_somewhere(budget_minor, seed):
    report = run(wales(), learners=600, seed=seed, budget_minor=budget_minor)
    left = budget_minor
    for month in report.by_month:
        left += month.lapsed_minor - month.awarded_minor
        assert left >= 0
    assert left == report.left_minor
    assert reconciles(report)


def test_the_ceiling_of_the_rules_is_the_budget_when_nobody_names_one():
    report = run(wales(budget={"ceiling_minor": 1_000_00}), learners=2_000)
    assert report.budget_minor == 1_000_00
    assert report.awarded_minor - report.lapsed_minor <= 1_000_00


def test_whoever_finds_no_money_is_turned_away_or_waits_where_there_is_a_list():
    away = run(wales(), learners=2_000, budget_minor=1_000_00)
    assert (away.turned_away, away.waiting) == (away.total.unfunded, 0)
    listed = run(wales(budget={"waiting_list": "first_come"}), learners=2_000, budget_minor=1_000_00)
    assert listed.turned_away == 0
    assert listed.waiting >= listed.total.unfunded > 0


def test_a_list_with_most_need_first_gives_more_of_a_short_budget_to_those_with_most_in_their_way():
    asked = {"learners": 8_000, "budget_minor": 4_000_00}
    first = run(wales(budget={"waiting_list": "first_come"}), **asked).groups("need")
    neediest = run(wales(budget={"waiting_list": "most_need_first"}), **asked).groups("need")
    assert neediest[3].tally.awarded > first[3].tally.awarded


def test_nobody_gets_anything_whom_the_rules_have_no_room_for():
    rules = wales()
    report = run(rules, learners=3_000, months=12)
    for person in people(3_000):
        days = (STARTS_ON, report.by_month[-1].on)
        now, later = (assess(person.circumstances, rules, day).eligible for day in days)
        assert report.entitled[person.number] == (now or later)
        assert report.entitled[person.number] or not report.awarded_to[person.number]


def test_a_purse_lapses_after_its_year_and_the_next_award_follows_on_the_anniversary():
    year, day_after = run(wales(), learners=5_000, months=12), run(wales(), learners=5_000, months=14)
    assert year.lapsed_minor == 0 < day_after.lapsed_minor
    assert sum(month.awards for month in year.by_month) == year.total.awarded
    assert sum(month.awards for month in day_after.by_month) > day_after.total.awarded


def test_an_award_once_is_made_once():
    report = run(wales(award={"period": "once"}), learners=5_000, months=36)
    assert sum(month.awards for month in report.by_month) == report.total.awarded


def test_no_more_awards_are_made_than_the_rules_have():
    report = run(wales(award={"awards_at_most": 7}), learners=5_000)
    assert sum(month.awards for month in report.by_month) == 7


@settings(max_examples=10, deadline=None)
@given(more_minor=st.integers(0, 300_00), seed=st.integers(0, 100))
def test_a_raised_amount_never_reaches_people_with_less_awarded_money(more_minor, seed):
    raised = wales(award={"amount_minor": 200_00 + more_minor})
    found = compare(wales(), raised, learners=600, seed=seed)
    assert found.awarded_difference_minor >= 0
    assert all(after >= before for before, after in zip(found.first.awarded_to, found.second.awarded_to, strict=True))


def test_two_versions_that_say_the_same_change_nothing_for_anybody():
    found = compare(wales(), wales(), learners=1_000)
    assert (found.awarded_difference_minor, found.paid_difference_minor) == (0, 0)
    assert [(change.gain, change.lose, change.newly_entitled) for change in found.changes] == [(0, 0, 0)] * 4


def test_what_people_gain_and_lose_is_what_the_second_version_costs_more():
    wider = parse(copy.deepcopy(WALES) | {"who": {"residence": ["wales"], "age_from": 18}})
    found = compare(wales(), wider, learners=3_000)
    difference = sum(change.gained_minor - change.lost_minor for change in found.changes)
    assert difference == found.paid_difference_minor > 0
    assert sum(change.newly_entitled for change in found.changes) > 0
    assert sum(change.no_longer_entitled for change in found.changes) == 0


def test_the_population_has_the_shares_that_it_states():
    everybody = people(10_000)
    levels = [sum(person.level == level for person in everybody) for level in range(6)]
    bands = [sum(person.need == band for person in everybody) for band in range(4)]
    ages = [sum(person.age_band == band for person in everybody) for band in range(6)]
    assert levels == [1440, 1001, 1429, 2388, 919, 2823]
    assert bands == [3115, 3639, 2458, 788]
    assert ages == [1186, 1941, 1808, 1851, 1771, 1443]
    assert ages == pytest.approx([10 * share for _from, _to, share in AGES], abs=60)
    youngest = [person for person in everybody if person.age_band == 0]
    assert [sum(person.level == level for person in youngest) * 100 / 1186 for level in range(6)] == pytest.approx(
        QUALIFIED[0], abs=1.5
    )
    assert sum(person.circumstances.residence == Residence.WALES for person in everybody) == 9205


def test_those_with_more_in_their_way_have_less_money_and_more_often_no_work():
    everybody = people(5_000)
    of_band = [[person.circumstances for person in everybody if person.need == band] for band in range(4)]
    incomes = [sum(who.income_minor for who in several) // len(several) for several in of_band]
    working = [sum(who.employment == Employment.EMPLOYED for who in several) / len(several) for several in of_band]
    assert incomes == sorted(incomes, reverse=True)
    assert working == sorted(working, reverse=True)


def test_a_place_has_its_own_earnings_and_a_scheme_for_two_nations_people_in_both():
    assert place_of(["singapore"], "SGD").earnings_minor == 60_000_00
    assert place_of(["wales"], "GBP").residences == (("wales", 92), ("england", 8))
    assert place_of(["england", "scotland"], "GBP").residences == (("england", 84), ("scotland", 8), ("wales", 8))
    assert place_of([], "JPY") == place_of(["elsewhere"], "JPY")
    assert place_of([], "JPY").earnings_minor == 30_000


@pytest.mark.parametrize(
    "wrong",
    [{"learners": 0}, {"learners": 1_000_001}, {"months": 0}, {"months": 121}, {"seed": -1}, {"budget_minor": -1}],
)
def test_a_number_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        run(wales(), **wrong)


def test_months_are_dated_by_their_first_days_from_the_day_it_starts():
    report = run(wales(), learners=10, months=3, starts_on=dt.date(2026, 11, 23))
    assert [month.on.isoformat() for month in report.by_month] == ["2026-11-01", "2026-12-01", "2027-01-01"]

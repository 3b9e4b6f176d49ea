"""What other rules would do to those who have accounts now."""

import datetime as dt

import pytest

import ledger
from accounts.circumstances import Circumstances
from accounts.effects import Course, compare, effect
from accounts.rules import parse
from tests.factories.accounts import a_scheme, an_account, rules

DAY = dt.date(2026, 11, 25)


def somebody(**facts):
    usual = {"date_of_birth": dt.date(1980, 1, 1), "residence": "wales", "qualification_level": 2}
    return Circumstances(**usual | facts)


def test_it_counts_who_would_get_no_award_any_more_and_who_would_anew():
    found = compare(
        [somebody(), somebody(qualification_level=1), somebody(qualification_level=3)],
        parse(rules()),
        parse(rules(who={"qualification_level_at_most": 1})),
        DAY,
    )
    assert (found.people, found.no_longer, found.anew) == (3, 1, 0)
    wider = compare(
        [somebody(qualification_level=3)], parse(rules()), parse(rules(who={"age_from": 16} | level(3))), DAY
    )
    assert (wider.no_longer, wider.anew) == (0, 1)


def level(most):
    return {"qualification_level_at_most": most}


def test_it_counts_whose_next_award_is_more_or_less_and_what_all_of_them_come_to():
    found = compare([somebody(), somebody()], parse(rules()), parse(rules(award={"amount_minor": 150_00})), DAY)
    assert (found.award.more, found.award.less, found.award.same) == (0, 2, 0)
    assert (found.award.was_minor, found.award.becomes_minor) == (400_00, 300_00)


def test_it_counts_for_whom_a_course_gets_dearer():
    data = rules()
    data["price"]["bands"][2]["rate_percent"] = 40
    course = Course(100_00)
    found = compare([somebody(), somebody(benefits=("income_support",))], parse(rules()), parse(data), DAY, [course])
    shift = found.courses[course]
    assert (shift.more, shift.less, shift.same) == (0, 1, 1)
    assert (shift.was_minor, shift.becomes_minor) == (150_00, 140_00)


@pytest.mark.django_db(transaction=True)
def test_it_reads_everybody_with_an_account_in_a_fixed_number_of_queries(django_assert_num_queries):
    scheme = a_scheme()
    for _ in range(3):
        an_account(scheme)
    an_account(a_scheme())
    was, becomes = parse(rules()), parse(rules(award={"amount_minor": 250_00}))
    with django_assert_num_queries(1 + 1):  # the day, the people
        found = effect(scheme, was, becomes, ledger.today())
    assert (found.people, found.award.more) == (3, 3)

"""Which courses would cost a learner at most so much: as their quotes say, for every price there is."""

import pytest

from brokerage import affording
from brokerage.affording import affordable
from brokerage.requesting import quote
from ledger import today
from providers.models import CourseRun
from providers.search import Filters, find
from tests.factories.providers import CourseFactory, CourseRunFactory
from tests.factories.vouchers import learning_accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    """£200 in it; the scheme pays half of a course."""
    [found] = learning_accounts(1, benefits=())
    return found


def test_what_is_found_is_what_a_quote_says_is_at_most_that(account):
    for price in (20_00, 60_00, 120_00, 121_00, 300_00, 399_99, 400_00, 401_00, 900_00):
        for category in ("0611", "0411"):
            CourseRunFactory(course=CourseFactory(category=category), price_minor=price)
    every = list(CourseRun.objects.select_related("course"))
    quotes = quote(account, every)
    for own_minor in (0, 10_00, 30_00, 60_00, 60_50, 200_00, 200_01, 1_000_00):
        worked_out = affordable(account, own_minor, 200_00, today())
        found = find("", Filters(prices=worked_out.prices), today()).courses
        right = {run.course_id for run in every if quotes[run.pk].split.own_minor <= own_minor}
        assert {course.pk for course in found} == right
        assert worked_out.all_worked_out


def test_free_courses_cost_nothing_and_what_has_no_price_is_never_within_one(account):
    CourseRunFactory(free=True, course=CourseFactory(title="Free"))
    CourseRunFactory(on_request=True)
    CourseRunFactory(price_minor=100_00, currency="EUR")
    worked_out = affordable(account, 1_000_00, 200_00, today())
    assert worked_out.prices == ()
    assert [course.title for course in find("", Filters(prices=()), today()).courses] == ["Free"]


def test_with_more_prices_than_can_be_worked_out_the_usual_ones_are_and_it_says_so(account, monkeypatch):
    CourseRunFactory(price_minor=10_00)
    for _ in range(2):
        CourseRunFactory(price_minor=20_00)
    monkeypatch.setattr(affording, "MOST_PRICES", 1)
    worked_out = affordable(account, 100_00, 200_00, today())
    assert worked_out.prices == (("0611", None, 20_00),)
    assert not worked_out.all_worked_out


def test_it_takes_as_many_queries_for_many_prices_as_for_one(account, django_assert_num_queries):
    CourseRunFactory(price_minor=10_00)
    with django_assert_num_queries(QUERIES):
        affordable(account, 100_00, 200_00, today())
    for price in range(20):
        CourseRunFactory(price_minor=price * 100 + 50, hours=price + 1)
    with django_assert_num_queries(QUERIES):
        affordable(account, 100_00, 200_00, today())


# The prices, a run of each; the day, what the account holds and has used: four; the rules.
QUERIES = 8

import pytest

from ledger import today
from providers.peers import Peers, price_against_peers
from tests.factories.providers import CourseFactory, CourseRunFactory

pytestmark = pytest.mark.django_db


def like_courses(*prices):
    for price_minor in prices:
        CourseRunFactory(price_minor=price_minor)


def test_a_price_is_set_against_the_cheapest_run_of_each_like_course(django_assert_num_queries):
    like_courses(80_00, 100_00, 120_00)
    run = CourseRunFactory(price_minor=150_00)
    other = CourseRunFactory(price_minor=200_00)
    CourseRunFactory(course=other.course, price_minor=90_00)
    day = today()
    with django_assert_num_queries(1):
        peers = price_against_peers(run, day)
    assert peers == Peers(count=4, low_minor=80_00, high_minor=120_00, percent_over=67)


def test_other_categories_levels_and_currencies_and_what_is_not_on_sale_are_no_peers():
    like_courses(100_00, 100_00)
    CourseRunFactory(course=CourseFactory(category="0541"))
    CourseRunFactory(course=CourseFactory(level=3))
    CourseRunFactory(currency="EUR")
    CourseRunFactory(past=True)
    assert price_against_peers(CourseRunFactory(), today()) is None


@pytest.mark.parametrize("run", [{"free": True}, {"on_request": True}, {"course__category": ""}])
def test_without_a_price_or_a_category_there_is_nothing_to_compare(run):
    like_courses(100_00, 100_00, 100_00)
    assert price_against_peers(CourseRunFactory(**run), today()) is None

import pytest

from ledger import today
from providers.peers import Offer, Peers, against_peers, alike, price_against_peers
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
    assert peers == Peers(count=4, low_minor=80_00, high_minor=120_00, percent_over=67, middle_minor=90_00)


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


def test_many_prices_are_compared_in_one_query_each_with_its_own_market(django_assert_num_queries):
    like_courses(80_00, 100_00, 120_00)
    for price_minor in (10_00, 20_00, 30_00):
        CourseRunFactory(course=CourseFactory(category="0715", level=None), price_minor=price_minor)
    mine = CourseRunFactory(price_minor=300_00)
    offers = [
        Offer(mine.course_id, "0611", 1, 300_00, "GBP"),
        Offer(mine.course_id, "0715", None, 30_00, "GBP"),
        Offer(mine.course_id, "0611", 2, 30_00, "GBP"),
        Offer(mine.course_id, "", 1, 30_00, "GBP"),
        Offer(mine.course_id, "0611", 1, None, "GBP"),
    ]
    day = today()
    with django_assert_num_queries(1):
        found = against_peers(offers, day)
    assert [peers and (peers.count, peers.middle_minor, peers.percent_over) for peers in found] == [
        (3, 100_00, 200),
        (3, 20_00, 50),
        None,
        None,
        None,
    ]
    with django_assert_num_queries(0):
        assert against_peers(offers[3:], day) == [None, None]


def test_like_courses_are_told_by_their_cheapest_run_cheapest_first(django_assert_num_queries):
    like_courses(120_00, 80_00)
    dear = CourseRunFactory(price_minor=200_00)
    CourseRunFactory(course=dear.course, price_minor=100_00)
    mine = CourseRunFactory(price_minor=10_00)
    day = today()
    with django_assert_num_queries(1):
        found = [(run.price_minor, run.course.provider.name != "") for run in alike(offer_of(mine), day)]
    assert found == [(80_00, True), (100_00, True), (120_00, True)]
    assert alike(Offer(mine.course_id, "", 1, 10_00, "GBP"), day) == []


def offer_of(run):
    return Offer(run.course_id, run.course.category, run.course.level, run.price_minor, run.currency)

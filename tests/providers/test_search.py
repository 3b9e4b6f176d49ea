from datetime import timedelta

import pytest

from ledger import today
from providers.search import MOST, Filters, find
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, VenueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teach():
    """A course of one provider, by its title, with one run on sale."""
    provider = ProviderFactory()

    def course_of(title, course=None, **run):
        return CourseRunFactory(course=CourseFactory(provider=provider, title=title, **course or {}), **run).course

    return course_of


def titles(query="", **filters):
    return [course.title for course in find(query, Filters(**filters), today()).courses]


def test_words_are_found_by_their_stem_and_by_how_they_begin(teach):
    teach("Computing for beginners")
    teach("Pottery")
    assert titles("computers") == titles("comp") == titles("BEGINNER comput") == ["Computing for beginners"]
    assert titles("") == ["Computing for beginners", "Pottery"]


def test_a_title_counts_for_more_than_a_description(teach):
    teach("Office skills", course={"description": "Also some bookkeeping."})
    teach("Bookkeeping")
    teach("Accounts", course={"keywords": "bookkeeping"})
    assert titles("bookkeeping") == ["Bookkeeping", "Accounts", "Office skills"]


def test_it_is_a_subject_here_and_not_a_common_word(teach):
    teach("IT for the workplace")
    teach("Pottery", course={"description": "You will love it."})
    assert titles("it") == ["IT for the workplace"]


def test_common_words_between_the_others_do_not_matter(teach):
    teach("Computing for beginners")
    assert titles("I want to learn computing") == []
    assert titles("computing for the beginners") == ["Computing for beginners"]


@pytest.mark.parametrize(
    "query",
    ["'", "'; drop table providers_course; --", "a & | ! ( ) :* <->", "\x00", "_", "the", "\ud800", "x" * 10_000],
)
def test_a_hostile_query_finds_nothing_and_breaks_nothing(teach, query):
    teach("Computing")
    assert titles(query) in ([], ["Computing"])


def test_filters_hold_together_for_one_run(teach):
    course = teach("Computing", price_minor=50_00, pattern="evening")
    CourseRunFactory(course=course, price_minor=150_00, pattern="daytime")
    assert titles(pattern="evening", max_price_minor=50_00) == ["Computing"]
    assert titles(pattern="daytime", max_price_minor=50_00) == []
    [found] = find("", Filters(pattern="daytime"), today()).courses
    assert (found.lowest_price_minor, found.matching) == (150_00, 1)
    assert [run.pattern for run in found.matching_runs] == ["daytime"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"category": "0541"}, ["Algebra"]),
        ({"level": 3}, ["Algebra"]),
        ({"mode": "online"}, ["Algebra"]),
        ({"town": "NEWBRIDGE"}, ["Baking"]),
        ({"max_price_minor": 0}, []),
        ({"max_price_minor": 40_00}, ["Algebra"]),
        ({"max_price_minor": 40_00, "currency": "EUR"}, []),
    ],
)
def test_each_filter_narrows_the_search(teach, filters, found):
    teach("Algebra", course={"category": "0541", "level": 3}, mode="online", price_minor=40_00)
    teach("Baking", course={"category": "1013"}, venue=VenueFactory(town="Newbridge"))
    assert titles(**filters) == found


def test_starts_from_leaves_out_what_starts_before(teach):
    teach("Soon", starts_on=today() + timedelta(days=5))
    teach("Later", starts_on=today() + timedelta(days=50))
    assert titles(starts_from=today() + timedelta(days=50)) == ["Later"]


def test_what_is_free_can_be_afforded_and_what_is_on_request_cannot(teach):
    teach("Free", free=True)
    teach("On request", on_request=True)
    teach("Priced", price_minor=100_00)
    assert sorted(titles()) == ["Free", "On request", "Priced"]
    assert sorted(titles(max_price_minor=100_00)) == ["Free", "Priced"]
    assert titles(buyable=True) == ["Priced"]
    lowest = {course.title: course.lowest_price_minor for course in find("", Filters(), today()).courses}
    assert lowest == {"Free": 0, "On request": None, "Priced": 100_00}


def test_what_a_learner_could_not_join_is_not_found(teach):
    teach("Past", past=True)
    teach("Withdrawn", withdrawn=True)
    teach("Not accredited", course={"unaccredited": True})
    CourseRunFactory(course__provider__suspended=True)
    assert titles() == []


def test_a_page_takes_three_queries_with_its_facets_however_much_there_is(teach, django_assert_num_queries):
    for number in range(30):
        teach(f"Computing {number:02}", venue=VenueFactory(town="Newbridge"))
    day = today()
    with django_assert_num_queries(3):
        found = find("computing", Filters(town="newbridge"), day, most=20)
        shown = [
            (course.provider.name, run.venue.town, run.price_minor)
            for course in found.courses
            for run in course.matching_runs
        ]
    assert len(shown) == 20
    assert (found.total, found.more, found.counted) == (30, False, True)
    assert [course.title for course in found.courses] == [f"Computing {number:02}" for number in range(20)]
    with django_assert_num_queries(2):
        find("", Filters(), day)


def test_pages_follow_each_other_with_none_twice_and_none_missed(teach):
    for number in range(25):
        teach(f"Computing {number:02}", starts_on=today() + timedelta(days=30 + number % 3))
    every = titles("computing")
    paged = [
        course.title
        for after in range(0, 30, 10)
        for course in find("computing", Filters(), today(), after=after, most=10).courses
    ]
    assert paged == every
    assert len(every) == len(set(every)) == 25
    assert find("computing", Filters(), today(), after=MOST).courses == []


def test_what_fits_as_well_comes_sooner_first_and_then_in_the_order_it_was_published(teach):
    teach("Baking", starts_on=today() + timedelta(days=20))
    teach("Carving", starts_on=today() + timedelta(days=10))
    teach("Algebra", starts_on=today() + timedelta(days=20))
    assert titles() == ["Carving", "Baking", "Algebra"]


def test_the_runs_of_a_course_come_with_it_the_soonest_first(teach):
    course = teach("Computing", starts_on=today() + timedelta(days=40))
    for days in (20, 30, *range(50, 70)):
        CourseRunFactory(course=course, starts_on=today() + timedelta(days=days))
    [found] = find("", Filters(), today()).courses
    starts = [(run.starts_on - today()).days for run in found.matching_runs]
    assert starts[:4] == [20, 30, 40, 50]
    assert (len(starts), found.matching, found.next_start) == (20, 23, today() + timedelta(days=20))


def test_what_lapses_is_gone_on_the_day_it_lapses(teach, clock):
    teach("Computing", starts_on=today() + timedelta(days=3))
    clock.move_by(days=2)
    assert titles() == ["Computing"]
    clock.move_by(days=1)
    assert titles() == []


def test_starts_to_leaves_out_what_starts_after(teach):
    teach("Soon", starts_on=today() + timedelta(days=5))
    teach("Later", starts_on=today() + timedelta(days=50))
    assert titles(starts_to=today() + timedelta(days=49)) == ["Soon"]
    assert titles(starts_within=28) == ["Soon"]


def test_only_these_prices_will_do_and_free_ones(teach):
    teach("Cheap", course={"category": "0541"}, price_minor=40_00, hours=10)
    teach("Cheap elsewhere", course={"category": "0611"}, price_minor=40_00, hours=10)
    teach("Longer", course={"category": "0541"}, price_minor=40_00)
    teach("Free", free=True)
    assert sorted(titles(prices=(("0541", 10, 40_00),))) == ["Cheap", "Free"]
    assert sorted(titles(prices=(("0541", None, 40_00),))) == ["Free", "Longer"]
    assert titles(prices=()) == ["Free"]

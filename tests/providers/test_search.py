from datetime import timedelta

import pytest

from ledger import today
from providers.search import Filters, categories, find, towns
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
    return [course.title for course in find(query, Filters(**filters), today())]


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
    [found] = find("", Filters(pattern="daytime"), today())
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
    lowest = {course.title: course.lowest_price_minor for course in find("", Filters(), today())}
    assert lowest == {"Free": 0, "On request": None, "Priced": 100_00}


def test_what_a_learner_could_not_join_is_not_found(teach):
    teach("Past", past=True)
    teach("Withdrawn", withdrawn=True)
    teach("Not accredited", course={"unaccredited": True})
    CourseRunFactory(course__provider__suspended=True)
    assert titles() == []


def test_a_page_of_results_takes_two_queries_however_long_it_is(teach, django_assert_num_queries):
    for number in range(30):
        teach(f"Computing {number:02}", venue=VenueFactory(town="Newbridge"))
    day = today()
    with django_assert_num_queries(2):
        page = list(find("computing", Filters(town="newbridge"), day)[:20])
        shown = [
            (course.provider.name, run.venue.town, run.price_minor) for course in page for run in course.matching_runs
        ]
    assert len(shown) == 20
    assert [course.title for course in page] == [f"Computing {number:02}" for number in range(20)]


def test_the_choices_of_the_filters_are_what_is_listed(teach):
    teach("Algebra", course={"category": "0541"}, venue=VenueFactory(town="Newbridge"))
    teach("Baking", course={"category": ""}, venue=VenueFactory(town="Aberdare"))
    teach("Past", course={"category": "0611"}, venue=VenueFactory(town="Barry"), past=True)
    assert (towns(today()), categories(today())) == (["Aberdare", "Newbridge"], ["0541"])

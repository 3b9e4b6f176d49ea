"""A word that nobody teaches is taken for the one that was meant, and is said to have been."""

import pytest

from ledger import today
from providers import spelling
from providers.gathering import gather_words
from providers.models import Word
from providers.search import Filters, find
from tests.factories.providers import CourseFactory, CourseRunFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teach():
    def courses_of(*titles, **course):
        for title in titles:
            CourseRunFactory(course=CourseFactory(title=title, **course))
        gather_words()

    return courses_of


def look(query, **more):
    found = find(query, Filters(), today(), **more)
    return [course.title for course in found.courses], found.corrected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("plumming", "plumbing"),
        ("plumbign", "plumbing"),
        ("plubming course", "plumbing"),
        ("Exel", "excel"),
        ("accountancey", "accountancy"),
        ("hairdresing", "hairdressing"),
        ("acounting", "accounting"),
    ],
)
def test_a_slip_of_the_finger_finds_what_was_meant(teach, typed, meant):
    teach("Plumbing course", "Excel", "Accountancy", "Hairdressing", "Accounting")
    titles, corrected = look(typed)
    assert titles[0].casefold().startswith(meant)
    assert corrected == ((typed.casefold().split()[0], meant),)


def test_what_was_typed_is_looked_for_when_that_is_asked(teach):
    teach("Plumbing")
    assert look("plumming", as_typed=True) == ([], ())


def test_a_word_that_a_course_has_is_never_taken_for_another(teach):
    teach("Plumbing", "Plumming the depths")
    assert look("plumming") == (["Plumming the depths"], ())


def test_a_word_of_a_course_that_came_since_is_known_at_once(teach):
    teach("Plumbing")
    CourseRunFactory(course=CourseFactory(title="Plumming the depths"))
    assert look("plumming") == (["Plumming the depths"], ())


def test_words_that_are_right_stay_beside_the_one_that_is_not(teach):
    teach("Plumbing for beginners", "Painting for beginners")
    assert look("beginers plumbing") == (["Plumbing for beginners"], (("beginers", "beginners"),))


@pytest.mark.parametrize("typed", ["zzzzqqq", "gim", "plumbxxxxx", "9999", "", "the"])
def test_what_is_like_nothing_is_left_as_it_is(teach, typed):
    teach("Plumbing", "Gym instructing")
    assert look(typed)[1] == ()


def test_the_beginning_of_a_word_is_not_a_mistake(teach):
    teach("Plumbing")
    assert look("plumb") == look("plumbi") == (["Plumbing"], ())


def test_of_two_as_near_the_one_more_courses_use_is_meant(teach):
    teach("Baking", "Biking one", "Biking two")
    assert look("buking") == (["Biking one", "Biking two"], (("buking", "biking"),))


def test_accents_need_not_be_typed_and_may_be(teach):
    teach("Comptabilité", "Gŵyl y Gaeaf", "Comptabilite generale")
    assert look("comptabilite") == (["Comptabilite generale", "Comptabilité"], ())
    assert sorted(look("comptabilité")[0]) == ["Comptabilite generale", "Comptabilité"]
    assert look("gwyl") == (["Gŵyl y Gaeaf"], ())


def test_the_words_follow_the_catalogue(teach):
    teach("Plumbing", keywords="pipes, pipes")
    assert dict(Word.objects.values_list("word", "courses")) == {"plumbing": 1, "pipes": 1}
    teach("Pipes and joints")
    assert Word.objects.get(word="pipes").courses == 2
    from providers.models import Course

    Course.objects.update(withdrawn_at="2020-01-01T00:00Z")
    assert gather_words() == 0
    assert not Word.objects.exists()


def test_gathering_again_changes_nothing(teach, django_assert_num_queries):
    teach("Plumbing")
    before = list(Word.objects.order_by("word").values())
    with django_assert_num_queries(6):
        assert gather_words() == 1
    assert list(Word.objects.order_by("word").values()) == before


def test_all_words_are_looked_up_in_one_query(teach, django_assert_num_queries):
    teach("Plumbing for beginners")
    with django_assert_num_queries(1):
        wanted = spelling.correct(spelling.read("plumming beginers zzzzz welding"))
    assert wanted.corrected == (("plumming", "plumbing"), ("beginers", "beginners"))


@pytest.mark.parametrize(
    "typed", ["'", "\x00", "\ud800", "a' | b", "% %s %(on)s", ":* & !", "_ _ _", "x" * 10_000, "é" * 100]
)
def test_hostile_words_break_nothing(teach, typed):
    teach("Plumbing")
    look(typed)
    look(typed + " plumming")

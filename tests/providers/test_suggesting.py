"""What a course is probably about, by courses that somebody has categorised and by the classification's own names."""

import pytest

from providers.models import Course
from providers.suggesting import Suggestion, suggest_categories
from tests.factories.providers import CourseFactory

pytestmark = pytest.mark.django_db


def best(course):
    found = suggest_categories([course.pk]).get(course.pk, [])
    return found[0].category if found else None


def test_a_course_is_like_those_with_the_same_words():
    for title in ("Bookkeeping, level 2", "Bookkeeping for small firms"):
        CourseFactory(title=title, category="0411")
    CourseFactory(title="Welding, level 2", category="0715")
    assert best(CourseFactory(title="Evening bookkeeping", category="")) == "0411"


def test_before_anything_is_categorised_the_names_of_fields_speak():
    assert best(CourseFactory(title="Hair and beauty, level 1", category="")) == "1012"


def test_nothing_is_suggested_where_nothing_is_alike():
    assert best(CourseFactory(title="Xyzzy", category="")) is None
    assert best(CourseFactory(title="The of and", category="")) is None
    assert suggest_categories([]) == {}


def test_a_course_is_not_like_itself_and_nothing_is_written():
    course = CourseFactory(title="Xyzzy", category="0411")
    assert best(course) is None
    assert Course.objects.get().category == "0411"


def test_shares_say_how_sure_it_is():
    for category in ("0411", "0411", "0411", "0413"):
        CourseFactory(title="Zymurgy", category=category)
    course = CourseFactory(title="Zymurgy", category="")
    assert suggest_categories([course.pk])[course.pk] == [Suggestion("0411", 75), Suggestion("0413", 25)]


def test_words_that_look_like_a_query_are_words():
    assert best(CourseFactory(title="' | !:* & (drop) <-> \\ bookkeeping", category="")) is None


def test_many_courses_take_one_query(django_assert_num_queries):
    courses = [CourseFactory(title="Hair and beauty", category="") for _ in range(5)]
    with django_assert_num_queries(1):
        assert len(suggest_categories([course.pk for course in courses])) == 5

import pytest

from ledger.models import Event
from providers.categories import DETAILED_FIELDS, by_broad_field, category_name, is_category
from providers.categorising import categorise
from providers.models import Course
from tests.factories.providers import CourseFactory


def test_the_categories_are_the_detailed_fields_of_isced_f_2013():
    assert category_name("0611") == "Computer use"
    assert category_name("0541") == "Mathematics"
    assert category_name("") == "Not yet classified"
    assert (is_category("0611"), is_category("061"), is_category(""), is_category("9999")) == (
        True,
        False,
        False,
        False,
    )
    grouped = [code for _name, fields in by_broad_field() for code, _field in fields]
    assert sorted(grouped) == sorted(DETAILED_FIELDS)


@pytest.mark.django_db
def test_courses_are_categorised_with_an_event_for_each_that_changes(actor):
    moved, stays, refused = (CourseFactory(category=code) for code in ("", "0541", "0611"))
    answers = categorise([(moved, "0611"), (stays, "0541"), (refused, "0000")], actor=actor)
    assert [getattr(answer, "code", "done") for answer in answers] == ["done", "done", "category_unknown"]
    assert [Course.objects.get(pk=course.pk).category for course in (moved, stays, refused)] == ["0611", "0541", "0611"]
    event = Event.objects.get(kind="course.categorised")
    assert event.subject == f"course:{moved.id}"
    assert event.data == {"provider": str(moved.provider_id), "from_category": None, "category": "0611"}

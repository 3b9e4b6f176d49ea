import datetime as dt

import pytest

from config.bulk import write_back
from providers.models import CourseRun
from tests.factories.providers import CourseRunFactory, VenueFactory

pytestmark = pytest.mark.django_db
FIELDS = ("identifier", "starts_on", "price_minor", "venue", "withdrawn_at")


def values(*runs):
    return [CourseRun.objects.values_list(*FIELDS).get(pk=run.pk) for run in runs]


def test_each_row_gets_its_own_values_and_no_other_row_or_field_changes(django_assert_num_queries):
    one, two, other = (CourseRunFactory(price_minor=100_00) for _ in range(3))
    untouched = values(other)
    moment = dt.datetime(2026, 9, 1, 9, 30, tzinfo=dt.UTC)
    venue = VenueFactory(provider=one.course.provider)
    one.identifier, one.starts_on, one.price_minor, one.venue, one.withdrawn_at = "a'b", one.ends_on, 1, venue, moment
    two.identifier, two.price_minor, two.venue, two.withdrawn_at = "C-2", 2**40, None, None
    two.attendance_text = "not among the fields"
    with django_assert_num_queries(1):
        write_back([one, two], *FIELDS)
    assert values(one, two, other) == [
        ("a'b", one.ends_on, 1, venue.pk, moment),
        ("C-2", two.starts_on, 2**40, None, None),
        *untouched,
    ]
    assert CourseRun.objects.get(pk=two.pk).attendance_text != two.attendance_text


def test_nothing_to_write_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        write_back([], "starts_on")

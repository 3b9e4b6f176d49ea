from datetime import timedelta

import pytest

from ledger import today
from providers.models import CourseRun
from providers.sale import why_not_on_sale
from tests.factories.providers import AccreditationFactory, CourseFactory, CourseRunFactory, ProviderFactory

pytestmark = pytest.mark.django_db


def days(number):
    return today() + timedelta(days=number)


def situations():
    """Each way in which a run is not on sale, and why."""
    provider = ProviderFactory()
    return {
        "run_withdrawn": CourseRunFactory(withdrawn=True),
        "run_closed": CourseRunFactory(past=True),
        "run_dates_in_doubt": CourseRunFactory(ends_on=days(-1), dates_in_doubt=True),
        "provider_not_selling": CourseRunFactory(course__provider__suspended=True),
        "provider_not_accredited": CourseRunFactory(course__provider__unaccredited=True),
        "course_not_accredited": CourseRunFactory(course=CourseFactory(provider=provider, unaccredited=True)),
        "run_is_free": CourseRunFactory(free=True),
        "price_on_request": CourseRunFactory(on_request=True),
    }


def test_a_run_on_sale_has_nothing_against_it():
    run = CourseRunFactory()
    assert list(CourseRun.objects.on_sale(today())) == [run]
    assert why_not_on_sale([run], today()) == {}


def test_a_run_that_is_not_on_sale_says_why_in_one_query(django_assert_num_queries):
    runs, on_sale, day = situations(), CourseRunFactory(), today()
    with django_assert_num_queries(1):
        why = why_not_on_sale([*runs.values(), on_sale], day)
    assert {run.id: code for code, run in runs.items()} == {run_id: refusal.code for run_id, refusal in why.items()}
    assert list(CourseRun.objects.on_sale(day)) == [on_sale]


def test_a_free_run_and_one_with_a_price_on_request_are_listed_and_not_on_sale():
    free, on_request = CourseRunFactory(free=True), CourseRunFactory(on_request=True)
    assert set(CourseRun.objects.listed(today())) == {free, on_request}
    assert not CourseRun.objects.on_sale(today()).exists()


def test_a_run_of_a_withdrawn_course_is_withdrawn():
    run = CourseRunFactory(course__withdrawn=True)
    assert why_not_on_sale([run], today())[run.id].code == "run_withdrawn"
    assert not CourseRun.objects.listed(today()).exists()


@pytest.mark.parametrize("state", ["applied", "no_new_starts", "suspended", "removed"])
def test_only_an_active_provider_sells(state):
    CourseRunFactory(course__provider__state=state)
    assert not CourseRun.objects.on_sale(today()).exists()


@pytest.mark.parametrize(
    ("starts_in", "apply_in", "open_to_join"),
    [(1, None, True), (0, None, False), (-1, None, False), (5, 0, True), (5, -1, False), (-5, 2, True)],
)
def test_a_run_is_sold_up_to_its_last_day_to_apply_else_to_the_day_before_it_starts(starts_in, apply_in, open_to_join):
    run = CourseRunFactory(starts_on=days(starts_in), apply_until=None if apply_in is None else days(apply_in))
    assert CourseRun.objects.on_sale(today()).exists() is open_to_join
    assert (run.id not in why_not_on_sale([run], today())) is open_to_join


@pytest.mark.parametrize(
    ("first", "last", "valid"), [(0, 0, True), (1, None, False), (-9, -1, False), (-9, None, True)]
)
def test_an_accreditation_counts_on_the_day_of_sale(first, last, valid):
    run = CourseRunFactory(course=CourseFactory(unaccredited=True))
    AccreditationFactory(
        provider=None, course=run.course, valid_from=days(first), valid_until=None if last is None else days(last)
    )
    assert CourseRun.objects.on_sale(today()).exists() is valid

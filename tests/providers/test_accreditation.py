from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.models import Event
from providers import errors
from providers.accreditation import Mark, accredit_courses, accredit_providers, end
from providers.models import Accreditation, Course, Provider
from tests.factories.providers import AccreditationFactory, CourseFactory, ProviderFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


@pytest.fixture
def provider():
    return ProviderFactory(unaccredited=True)


def test_an_accreditation_holds_on_its_first_and_its_last_day_and_no_other(provider, actor):
    accredit_providers([Mark(provider, "Quality Council", FIRST, LAST)], actor=actor)
    holds = [Provider.objects.accredited(day).exists() for day in (date(2026, 12, 31), FIRST, LAST, date(2028, 1, 1))]
    assert holds == [False, True, True, False]


def test_courses_are_accredited_together_in_as_many_queries_as_one(provider, actor):
    one, *courses = (CourseFactory(provider=provider, unaccredited=True) for _ in range(6))
    taken = []
    for batch in ([one], courses):
        with CaptureQueriesContext(connection) as queries:
            given = accredit_courses([Mark(course, "Quality Council", FIRST) for course in batch], actor=actor)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 9
    assert [accreditation.course_id for accreditation in given] == [course.id for course in courses]
    assert Course.objects.accredited(date(2099, 1, 1)).count() == 6
    event = Event.objects.filter(kind="course.accredited").order_by("id").first()
    assert event.data["provider"] == str(provider.id)
    assert event.data["valid_until"] is None


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ({"issuer": " "}, "accreditation_without_issuer"),
        ({"issuer": "i" * 201}, "text_too_long"),
        ({"valid_until": date(2026, 12, 31)}, "accreditation_dates_reversed"),
    ],
)
def test_an_accreditation_that_is_not_in_order_is_refused(provider, actor, mark, code):
    [refusal] = accredit_providers(
        [Mark(**{"holder": provider, "issuer": "QC", "valid_from": FIRST} | mark)], actor=actor
    )
    assert refusal.code == code
    assert not Accreditation.objects.exists()


def test_the_same_scope_is_accredited_once_at_a_time(provider, actor):
    marks = [
        Mark(provider, "QC", FIRST, LAST),
        Mark(provider, "QC", LAST),
        Mark(provider, "QC", date(2028, 1, 1)),
        Mark(provider, "QC", FIRST, scope="Exams"),
        Mark(provider, "Another", FIRST),
    ]
    answers = accredit_providers(marks, actor=actor)
    assert [getattr(answer, "code", "given") for answer in answers] == [
        "given",
        "accreditation_overlaps",
        "given",
        "given",
        "given",
    ]
    [again] = accredit_providers([Mark(provider, "QC", FIRST, FIRST)], actor=actor)
    assert again.code == "accreditation_overlaps"


def test_the_database_itself_keeps_accreditations_apart(provider):
    AccreditationFactory(provider=provider, valid_from=FIRST, valid_until=LAST)
    with pytest.raises(IntegrityError, match="one_accreditation_of_a_provider_at_a_time"), transaction.atomic():
        AccreditationFactory(provider=provider, valid_from=LAST)


def test_the_database_wants_exactly_one_holder(provider):
    with pytest.raises(IntegrityError, match="accreditation_is_of_a_provider_or_a_course"), transaction.atomic():
        AccreditationFactory(provider=None)
    course = CourseFactory(provider=provider, unaccredited=True)
    with pytest.raises(IntegrityError, match="accreditation_is_of_a_provider_or_a_course"), transaction.atomic():
        AccreditationFactory(provider=provider, course=course)


def test_an_accreditation_is_ended(provider, actor):
    accreditation = AccreditationFactory(provider=provider, valid_from=FIRST)
    end(accreditation, LAST, actor=actor)
    assert Accreditation.objects.get().valid_until == LAST
    assert Event.objects.get(kind="accreditation.ended").data["valid_until"] == "2027-12-31"


def test_an_accreditation_cannot_end_before_it_begins_nor_run_into_another(provider, actor):
    accreditation = AccreditationFactory(provider=provider, valid_from=FIRST, valid_until=LAST)
    AccreditationFactory(provider=provider, valid_from=date(2028, 1, 1))
    with pytest.raises(errors.AccreditationDatesReversed):
        end(accreditation, date(2026, 12, 31), actor=actor)
    with pytest.raises(errors.AccreditationOverlaps):
        end(accreditation, date(2028, 1, 1), actor=actor)
    assert Accreditation.objects.get(pk=accreditation.pk).valid_until == LAST

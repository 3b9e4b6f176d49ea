from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import now, today
from ledger.models import Event
from providers import errors
from providers.accreditation import EndReason, Mark, accredit_courses, accredit_providers, end, issuers, withdraw
from providers.models import Accreditation, Course, CourseRun, Provider
from providers.sale import why_not_on_sale
from tests.factories.providers import (
    AccreditationFactory,
    CourseFactory,
    CourseRunFactory,
    ProviderFactory,
    UserFactory,
)

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


def test_an_end_says_when_by_whom_and_why(provider, actor):
    accreditation, user = AccreditationFactory(provider=provider, valid_from=FIRST), UserFactory()
    end(accreditation, LAST, reason=EndReason.QUALITY, by=user.pk, actor=actor)
    ended = Accreditation.objects.get()
    assert (ended.ended_by_id, ended.end_reason, ended.withdrawn) == (user.pk, "quality", False)
    event = Event.objects.get(kind="accreditation.ended")
    assert (event.data["reason"], event.data["withdrawn"]) == ("quality", False)


def test_what_is_withdrawn_counts_for_nothing_at_once(actor):
    run = CourseRunFactory()
    day = today()
    assert CourseRun.objects.on_sale(day).exists()
    accreditation = Accreditation.objects.get(course=run.course)
    withdraw(accreditation, reason=EndReason.MISTAKE, actor=actor)
    assert not CourseRun.objects.on_sale(day).exists()
    assert why_not_on_sale([run], day)[run.pk].code == "course_not_accredited"
    assert Event.objects.get(kind="accreditation.ended").data["provider"] == str(run.course.provider_id)
    # The same days are free again.
    [again] = accredit_courses([Mark(run.course, "Quality Council", day, scope="Adult learning")], actor=actor)
    assert CourseRun.objects.on_sale(day).exists()
    for late in (
        lambda: withdraw(accreditation, reason=EndReason.MISTAKE, actor=actor),
        lambda: end(accreditation, day, actor=actor),
    ):
        with pytest.raises(errors.AccreditationEndedAlready):
            late()
    assert Accreditation.objects.get(pk=again.pk).holds(day)


def test_a_provider_without_its_own_sells_nothing_whatever_its_courses_hold(actor):
    run = CourseRunFactory()
    withdraw(Accreditation.objects.get(provider=run.course.provider), reason=EndReason.ISSUER, actor=actor)
    assert not CourseRun.objects.listed(today()).exists()


def test_the_database_wants_a_reason_for_an_end(provider):
    AccreditationFactory(provider=provider)
    for wrong in ({"withdrawn": True}, {"ended_at": now()}, {"ended_at": now(), "end_reason": "mood"}):
        with pytest.raises(IntegrityError, match="accreditation_ends_for_a_reason"), transaction.atomic():
            Accreditation.objects.update(**wrong)


def test_the_issuers_to_choose_from_are_those_of_before(provider, django_assert_num_queries):
    for issuer in ("QC", "Estyn", "QC"):
        AccreditationFactory(issuer=issuer)
    with django_assert_num_queries(1):
        assert issuers() == ["Estyn", "QC"]

"""A provider hears of an accreditation's end 30 and 7 days before it, once each."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.celery import app
from ledger import now, today
from ledger.models import Event
from providers import lapsing, tasks
from providers.models import Accreditation, CourseRun, LapseNotice
from tests.factories.providers import AccreditationFactory, CourseFactory, CourseRunFactory, ProviderFactory
from tests.racing import together

pytestmark = pytest.mark.django_db


def ending(days, **facts):
    return AccreditationFactory(valid_until=today() + timedelta(days=days), **facts)


def told():
    return [
        (event.subject, event.data["days"])
        for event in Event.objects.filter(kind="accreditation.lapsing").order_by("id")
    ]


def test_notice_is_given_thirty_and_seven_days_before_and_once_each(clock):
    accreditation = ending(31)
    expected = []
    for days_left in range(31, -3, -1):
        tasks.tell_of_lapsing()
        tasks.tell_of_lapsing()
        if days_left in (30, 7):
            expected.append((f"accreditation:{accreditation.pk}", days_left))
        assert told() == expected, days_left
        clock.move_by(days=1)


def test_what_is_recorded_late_is_told_at_once_and_only_once():
    accreditation = ending(3)
    assert tasks.tell_of_lapsing() == 1
    assert tasks.tell_of_lapsing() == 0
    assert told() == [(f"accreditation:{accreditation.pk}", 7)]


def test_a_day_that_the_task_missed_is_made_good():
    ending(22)
    tasks.tell_of_lapsing()
    assert [days for _subject, days in told()] == [30]


def test_what_is_lengthened_is_told_again_before_its_new_end(clock):
    accreditation = ending(5)
    tasks.tell_of_lapsing()
    Accreditation.objects.update(valid_until=today() + timedelta(days=60))
    tasks.tell_of_lapsing()
    clock.move_by(days=30)
    tasks.tell_of_lapsing()
    assert told() == [(f"accreditation:{accreditation.pk}", 7), (f"accreditation:{accreditation.pk}", 30)]


def test_what_another_follows_or_nobody_could_sell_is_not_told():
    renewed = ending(20)
    AccreditationFactory(provider=renewed.provider, issuer="Another", valid_from=today() + timedelta(days=21))
    ending(20, provider=ProviderFactory(state="removed", unaccredited=True))
    course = CourseFactory(unaccredited=True, withdrawn_at=now())
    ending(20, provider=None, course=course)
    ending(20, withdrawn=True, ended_at=now(), end_reason="mistake")
    AccreditationFactory()
    ending(-1)
    ending(20, valid_from=today() + timedelta(days=1))
    assert tasks.tell_of_lapsing() == 0


def test_one_that_follows_a_day_too_late_does_not_count():
    gap = ending(20)
    AccreditationFactory(provider=gap.provider, issuer="Another", valid_from=today() + timedelta(days=22))
    assert tasks.tell_of_lapsing() == 1


def test_a_provider_is_told_of_all_of_its_courses_at_once():
    provider = ProviderFactory(unaccredited=True)
    ending(25, provider=provider)
    for _ in range(3):
        ending(20, provider=None, course=CourseFactory(provider=provider, unaccredited=True))
    assert tasks.tell_of_lapsing() == 4
    event = Event.objects.get(kind="provider.told_of_lapsing")
    assert event.subject == provider.subject
    assert event.data == {
        "own": 1,
        "courses": 3,
        "days": 30,
        "first_day": (today() + timedelta(days=20)).isoformat(),
    }


def test_many_take_as_many_queries_as_one():
    taken = []
    for number in (1, 6):
        for _ in range(number):
            ending(20)
        with CaptureQueriesContext(connection) as queries:
            assert tasks.tell_of_lapsing() == number
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_the_database_itself_keeps_it_to_once():
    accreditation = ending(20)
    facts = {"accreditation": accreditation, "valid_until": accreditation.valid_until, "days": 30, "told_at": now()}
    LapseNotice.objects.create(**facts)
    with pytest.raises(IntegrityError, match="told_of_a_lapse_once"), transaction.atomic():
        LapseNotice.objects.create(**facts)


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_at_once_tell_once(monkeypatch, actor):
    from tests.racing import Meeting

    ending(20)
    meeting, find = Meeting(), lapsing._lapsing

    def find_together(on):
        found = find(on)
        meeting.wait()
        return found

    monkeypatch.setattr(lapsing, "_lapsing", find_together)
    answers = together(lambda: lapsing.tell(actor=actor), lambda: lapsing.tell(actor=actor))
    assert meeting.met
    assert sorted(answers) == [0, 1]
    assert len(told()) == 1


def test_on_its_last_day_a_course_is_sold_and_on_the_next_it_is_not(clock):
    run = CourseRunFactory(course=CourseFactory(unaccredited=True))
    ending(7, provider=None, course=run.course)
    clock.move_by(days=7)
    assert CourseRun.objects.on_sale(today()).filter(pk=run.pk).exists()
    clock.move_by(days=1)
    assert not CourseRun.objects.on_sale(today()).filter(pk=run.pk).exists()


def test_the_clock_starts_it_every_day():
    scheduled = [each for each in app.conf.beat_schedule.values() if each["task"] == tasks.tell_of_lapsing.name]
    assert len(scheduled) == 1

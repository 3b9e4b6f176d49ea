"""Attendance: who was there on which day, how a day is corrected, and how often somebody came."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.ids import grouped, new_code
from config.refusals import Refusal, only
from ledger import now, today
from ledger.models import Event
from providers.models import Provider
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_voucher, vouchers
from vouchers import attending, errors
from vouchers.attendance import AttendanceRecord, Attended
from vouchers.attending import Attendance, Rate
from vouchers.models import Control, State, Voucher

PRESENT, ABSENT, EXCUSED = Attended.PRESENT, Attended.ABSENT, Attended.EXCUSED

pytestmark = pytest.mark.django_db


def say(voucher, attended=PRESENT, day=None, hours=None, by=None):
    line = Attendance(voucher.code, day or today(), attended, hours)
    return only(attending.record([line], by=by or voucher.provider, actor=ACTOR))


def refused(voucher, refusal, **said):
    """The line is refused so, and neither a record nor an event nor money has changed."""
    before = AttendanceRecord.objects.count(), Event.objects.count()
    with pytest.raises(refusal) as caught:
        say(voucher, **said)
    assert (AttendanceRecord.objects.count(), Event.objects.count()) == before
    return caught.value


def test_a_day_is_recorded_with_who_said_so():
    voucher = a_voucher(state=State.STARTED)
    made = say(voucher, PRESENT, hours=Decimal("2.5"))
    stored = AttendanceRecord.objects.get()
    assert stored == made
    assert (stored.voucher_id, stored.day, stored.attended, stored.hours, stored.recorded_by, stored.replaced_at) == (
        voucher.pk,
        today(),
        "present",
        Decimal("2.5"),
        "system:test",
        None,
    )
    event = Event.objects.get(kind="attendance.recorded")
    assert (event.subject, event.data["attended"], event.data["replaces"]) == (f"voucher:{voucher.pk}", "present", None)


def test_a_correction_replaces_and_keeps_what_was_said_before():
    voucher = a_voucher(state=State.STARTED)
    first = say(voucher, ABSENT)
    second = say(voucher, PRESENT)
    assert [(each.pk, each.replaced_at is None) for each in AttendanceRecord.objects.order_by("id")] == [
        (first.pk, False),
        (second.pk, True),
    ]
    replaces = Event.objects.filter(kind="attendance.recorded").order_by("id").values_list("data__replaces", flat=True)
    assert list(replaces) == [None, str(first.pk)]
    assert attending.rates([voucher.pk]) == {voucher.pk: Rate(present=1)}


def test_the_same_said_again_writes_nothing():
    voucher = a_voucher(state=State.STARTED)
    first = say(voucher, PRESENT, hours=Decimal("2"))
    events = Event.objects.count()
    assert say(voucher, PRESENT, hours=Decimal("2.00")) == first
    assert (AttendanceRecord.objects.count(), Event.objects.count()) == (1, events)


def test_days_are_since_the_learner_started_and_not_in_the_future(clock):
    voucher = a_voucher(state=State.STARTED)
    started = today()
    refused(voucher, errors.AttendanceDayWrong, day=started - dt.timedelta(days=1))
    refusal = refused(voucher, errors.AttendanceDayWrong, day=started + dt.timedelta(days=1))
    assert (refusal.field, refusal.facts) == ("day", {"first": started, "last": started})
    assert started.isoformat() in str(refusal)
    clock.move_by(days=1)
    assert say(voucher, day=started + dt.timedelta(days=1)).attended == PRESENT


def test_days_are_not_after_the_end_of_the_run(clock):
    voucher = a_voucher(state=State.STARTED)
    ends_on = voucher.run.ends_on
    clock.move_by(days=(ends_on - today()).days + 3)
    assert say(voucher, day=ends_on).day == ends_on
    refused(voucher, errors.AttendanceDayWrong, day=ends_on + dt.timedelta(days=1))


@pytest.mark.parametrize("state", [State.ISSUED, State.ACCEPTED, State.CLOSED])
def test_who_has_not_started_or_is_done_has_no_attendance(state):
    refused(a_voucher(state=state), errors.WrongState)


def test_a_completed_voucher_can_still_be_corrected():
    voucher = a_voucher(state=State.COMPLETED)
    assert say(voucher, ABSENT).attended == "absent"


@pytest.mark.parametrize("control", [Control.UNDER_REVIEW, Control.FROZEN])
def test_nothing_is_recorded_while_a_voucher_is_looked_at(control):
    voucher = a_voucher(state=State.STARTED)
    Voucher.objects.filter(pk=voucher.pk).update(control=control)
    refused(voucher, errors.VoucherUnderReview)


def test_somebody_elses_voucher_is_no_voucher():
    theirs = a_voucher(state=State.STARTED)
    one = refused(theirs, errors.VoucherNotFound, by=ProviderFactory())
    with pytest.raises(errors.VoucherNotFound) as caught:
        only(attending.record([Attendance(new_code(), today(), PRESENT)], by=ProviderFactory(), actor=ACTOR))
    assert str(one) == str(caught.value)


def test_a_suspended_provider_records_nothing():
    voucher = a_voucher(state=State.STARTED)
    Provider.objects.filter(pk=voucher.provider_id).update(state=Provider.State.SUSPENDED)
    voucher.provider.refresh_from_db()
    refused(voucher, errors.ProviderStopped)


@pytest.mark.parametrize(
    ("attended", "hours"), [(PRESENT, "0"), (PRESENT, "-1"), (PRESENT, "24.01"), (ABSENT, "1"), (EXCUSED, "1")]
)
def test_hours_are_of_a_day_and_of_who_was_there(attended, hours):
    voucher = a_voucher(state=State.STARTED)
    refused(voucher, errors.AttendanceHoursWrong, attended=attended, hours=Decimal(hours))


def test_many_lines_are_judged_each_on_its_own():
    provider = ProviderFactory()
    one, other = vouchers(2, provider=provider, state=State.STARTED)
    lines = [
        Attendance(one.code, today(), PRESENT),
        Attendance("nonsense", today(), PRESENT),
        Attendance(grouped(other.code).lower(), today(), EXCUSED),
        Attendance(one.code, today(), ABSENT),
        Attendance(other.code, today() - dt.timedelta(days=1), ABSENT),
    ]
    answers = attending.record(lines, by=provider, actor=ACTOR)
    assert [each.code if isinstance(each, Refusal) else each.attended for each in answers] == [
        "present",
        "voucher_not_found",
        "excused",
        "attendance_twice",
        "attendance_day_wrong",
    ]
    assert AttendanceRecord.objects.count() == 2


def test_the_rate_leaves_out_what_somebody_was_excused_from(clock):
    voucher, nobody = vouchers(2, provider=ProviderFactory(), state=State.STARTED)
    for attended in (PRESENT, PRESENT, ABSENT, EXCUSED):
        say(voucher, attended)
        clock.move_by(days=1)
    rates = attending.rates([voucher.pk, nobody.pk])
    assert rates == {voucher.pk: Rate(present=2, absent=1, excused=1), nobody.pk: Rate()}
    assert (rates[voucher.pk].percent, rates[nobody.pk].percent) == (66, None)


def test_the_database_holds_one_word_that_stands_a_day():
    voucher = a_voucher(state=State.STARTED)
    say(voucher)
    with pytest.raises(IntegrityError, match="one_standing_attendance"), transaction.atomic():
        AttendanceRecord.objects.create(
            voucher=voucher, day=today(), attended=ABSENT, recorded_at=now(), recorded_by="x"
        )


@pytest.mark.parametrize(("attended", "hours"), [("late", None), (ABSENT, 2), (PRESENT, 25)])
def test_the_database_takes_no_other_word(attended, hours):
    voucher = a_voucher(state=State.STARTED)
    with pytest.raises(IntegrityError, match="attendance_"), transaction.atomic():
        AttendanceRecord.objects.create(
            voucher=voucher, day=today(), attended=attended, hours=hours, recorded_at=now(), recorded_by="x"
        )


def test_recording_thirty_costs_as_many_queries_as_recording_two():
    def cost(count):
        made = vouchers(count, provider=ProviderFactory(), state=State.STARTED)
        lines = [Attendance(voucher.code, today(), PRESENT) for voucher in made]
        with CaptureQueriesContext(connection) as asked:
            assert len(attending.record(lines, by=made[0].provider, actor=ACTOR)) == count
        return len(asked)

    assert cost(2) == cost(30)

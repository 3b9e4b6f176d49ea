"""Times that advisers offer, by the clock on the wall, and the learners who book, move, cancel and miss them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from brokerage import leaving
from brokerage.models import Caseload, Channel
from brokerage.talking import booking, errors, offering, tiers
from brokerage.talking.models import Booking, GuidanceEntry, Slot, Tier
from brokerage.talking.offering import Hours
from brokerage.talking.reading import slots_for
from config.refusals import Refusal
from ledger import now
from ledger.models import Event
from tests.factories.brokerage import an_adviser
from tests.factories.talks import a_booking, advised, slots
from tests.factories.vouchers import ACTOR, learning_accounts

pytestmark = pytest.mark.django_db
SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2027, 10, 31)


def offer(day: dt.date, begins: str, ends: str, minutes: int = 30, weeks: int = 1, **more: Any) -> list[Slot]:
    hours = Hours(day, dt.time.fromisoformat(begins), dt.time.fromisoformat(ends), minutes, weeks)
    given: dict[str, Any] = {"channels": [Channel.PHONE], "actor": ACTOR} | more
    return offering.offer(hours, **({"by": an_adviser()} | given))


def test_times_follow_each_other_and_repeat_weekly_by_the_clock_on_the_wall(clock: Any) -> None:
    clock.move_to(dt.datetime(2027, 3, 20, tzinfo=dt.UTC))
    found = offer(dt.date(2027, 3, 23), "10:00", "11:15", weeks=2)
    assert [f"{each.starts_at:%d %H:%M}" for each in found] == ["23 10:00", "23 10:30", "30 09:00", "30 09:30"]
    assert {each.minutes for each in found} == {30}


@pytest.mark.parametrize(
    ("day", "begins", "refusal"),
    [
        (SPRING, "01:00", errors.TimeDoesNotExist),
        (SPRING, "00:45", errors.TimeDoesNotExist),
        (AUTUMN, "01:30", errors.TimeExistsTwice),
        (AUTUMN, "00:45", errors.TimeExistsTwice),
    ],
)
def test_a_time_that_the_clock_skips_or_shows_twice_is_refused(
    clock: Any, day: dt.date, begins: str, refusal: type[Refusal]
) -> None:
    clock.move_to(dt.datetime.combine(day - dt.timedelta(days=7), dt.time(), dt.UTC))
    with pytest.raises(refusal) as refused:
        offer(day, begins, "02:30")
    assert refused.value.field == "begins"
    assert str(day.day) in str(refused.value)
    assert not Slot.objects.exists()


def test_times_of_one_adviser_never_overlap_and_another_s_may() -> None:
    _learner, adviser = advised()
    slots(adviser, 2)
    with pytest.raises(errors.SlotsOverlap):
        slots(adviser, minutes=20)
    assert Slot.objects.count() == 2
    slots(an_adviser(), 2)
    [first, _second] = adviser.slots.all()
    offering.withdraw(first.pk, by=adviser, actor=ACTOR)
    slots(adviser)
    assert adviser.slots.filter(withdrawn_at=None).count() == 2


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        ({"in_days": -1}, errors.SlotsPast, "day"),
        ({"in_days": 7 * 27}, errors.SlotsTooFar, "day"),
        ({"minutes": 46}, errors.SlotTooLong, "minutes"),
        ({"minutes": 121, "for_intensive": True}, errors.SlotTooLong, "minutes"),
        ({"count": 0}, errors.NoRoomForSlots, "ends"),
        ({"channels": [Channel.DROP_IN]}, errors.ChannelNotOffered, "channels"),
        ({"channels": [Channel.IN_PERSON]}, errors.SlotSaysNotWhere, "place"),
        ({"channels": [Channel.VIDEO], "link": "javascript:alert(1)"}, errors.SlotSaysNotWhere, "link"),
    ],
)
def test_times_that_cannot_be_are_refused_beside_what_is_wrong(
    wrong: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        slots(an_adviser(), **wrong)
    assert refused.value.field == field
    assert not Slot.objects.exists()
    assert not Event.objects.filter(kind="slots.offered").exists()


def test_a_learner_books_a_time_of_their_adviser_or_of_whoever_covers_and_no_other() -> None:
    learner, adviser = advised()
    [mine], [covering], [strange] = slots(adviser), slots(adviser.cover), slots(an_adviser("Somebody Else"))
    assert set(slots_for(learner.pk)) == {mine, covering}
    made = booking.book(covering.pk, Channel.PHONE, learner=learner, actor=ACTOR)
    assert made.state == "booked"
    with pytest.raises(errors.TalkNotFound):
        booking.book(strange.pk, Channel.PHONE, learner=learner, actor=ACTOR)
    assert set(slots_for(learner.pk)) == {mine}


def test_a_time_is_booked_once_before_it_begins_and_in_a_way_it_has(clock: Any) -> None:
    made = a_booking()
    other = learning_accounts(1)[0].learner
    Caseload.objects.create(learner=other, adviser=made.slot.adviser, since=now())
    with pytest.raises(errors.SlotTaken):
        booking.book(made.slot_id, Channel.PHONE, learner=other, actor=ACTOR)
    [free] = slots(made.slot.adviser, in_days=8)
    with pytest.raises(errors.ChannelNotOffered):
        booking.book(free.pk, Channel.VIDEO, learner=other, actor=ACTOR)
    clock.move_to(free.starts_at)
    with pytest.raises(errors.SlotPast):
        booking.book(free.pk, Channel.PHONE, learner=other, actor=ACTOR)
    assert Booking.objects.get() == made


def test_a_learner_has_two_talks_booked_at_the_most() -> None:
    learner, adviser = advised()
    first, second, third = slots(adviser, 3)
    for each in (first, second):
        booking.book(each.pk, Channel.PHONE, learner=learner, actor=ACTOR)
    with pytest.raises(errors.TooManyBookings):
        booking.book(third.pk, Channel.PHONE, learner=learner, actor=ACTOR)


def test_longer_times_are_for_learners_who_chose_a_lot_of_help() -> None:
    learner, adviser = advised()
    [long] = slots(adviser, minutes=90, for_intensive=True)
    assert not slots_for(learner.pk)
    with pytest.raises(errors.SlotForIntensive):
        booking.book(long.pk, Channel.PHONE, learner=learner, actor=ACTOR)
    tiers.choose(Tier.INTENSIVE, learner=learner, actor=ACTOR)
    assert booking.book(long.pk, Channel.PHONE, learner=learner, actor=ACTOR).slot.minutes == 90


def test_what_the_learner_moves_or_cancels_is_free_again() -> None:
    made = a_booking()
    old, [new] = made.slot, slots(made.slot.adviser, in_days=8)
    moved = booking.move(made.pk, new.pk, by=made.learner, actor=ACTOR)
    assert (moved.slot, moved.sequence) == (new, 1)
    assert set(slots_for(made.learner_id)) == {old}
    cancelled = booking.cancel(made.pk, by=made.learner, actor=ACTOR)
    assert (cancelled.state, cancelled.cancelled_by, cancelled.sequence) == ("cancelled", "learner", 2)
    assert set(slots_for(made.learner_id)) == {old, new}
    assert booking.cancel(made.pk, by=made.learner, actor=ACTOR).sequence == 2
    with pytest.raises(errors.BookingOver):
        booking.move(made.pk, old.pk, by=made.learner, actor=ACTOR)


def test_what_the_adviser_moves_or_cancels_is_offered_to_nobody_else() -> None:
    made = a_booking()
    adviser = made.slot.adviser
    [new] = slots(adviser, in_days=8)
    booking.move(made.pk, new.pk, by=adviser.cover, actor=ACTOR)
    booking.cancel(made.pk, by=adviser, actor=ACTOR)
    assert not slots_for(made.learner_id)
    assert Event.objects.filter(kind="booking.told_adviser").count() == 1  # that it was made


def test_another_learner_and_another_adviser_cannot_touch_a_booking() -> None:
    made = a_booking()
    for by in (learning_accounts(1)[0].learner, an_adviser("Somebody Else")):
        with pytest.raises(errors.TalkNotFound):
            booking.cancel(made.pk, by=by, actor=ACTOR)
    made.refresh_from_db()
    assert made.state == "booked"


def test_a_booked_time_is_not_taken_away() -> None:
    made = a_booking()
    with pytest.raises(errors.SlotBooked):
        offering.withdraw(made.slot_id, by=made.slot.adviser, actor=ACTOR)
    with pytest.raises(errors.TalkNotFound):
        offering.withdraw(made.slot_id, by=an_adviser("Somebody Else"), actor=ACTOR)


def test_a_talk_that_is_kept_is_on_the_record_with_its_booking() -> None:
    made = a_booking()
    talk = booking.keep(made.pk, minutes=25, note="The evening course fits.", by=made.slot.adviser, actor=ACTOR)
    entry = GuidanceEntry.objects.get()
    assert (entry.consultation, entry.booking, entry.text) == (talk, made, "The evening course fits.")
    assert talk.channel == "phone"
    with pytest.raises(errors.BookingOver):
        booking.keep(made.pk, minutes=25, note="Twice.", by=made.slot.adviser, actor=ACTOR)


def test_a_talk_is_missed_only_after_its_time_and_another_can_be_booked(clock: Any) -> None:
    made = a_booking()
    adviser = made.slot.adviser
    clock.move_to(made.slot.ends_at - dt.timedelta(minutes=1))
    with pytest.raises(errors.NotOverYet):
        booking.miss(made.pk, by=adviser, actor=ACTOR)
    clock.move_by(minutes=2)
    assert booking.miss(made.pk, by=adviser, actor=ACTOR).state == "missed"
    assert GuidanceEntry.objects.get().kind == "missed"
    [other] = slots(adviser)
    assert booking.book(other.pk, Channel.PHONE, learner=made.learner, actor=ACTOR).state == "booked"


def test_who_was_told_before_today_is_reminded_the_day_before_and_once(clock: Any) -> None:
    made = a_booking()
    assert booking.remind(actor=ACTOR) == 0
    clock.move_to(made.slot.starts_at - dt.timedelta(days=1))
    assert [booking.remind(actor=ACTOR), booking.remind(actor=ACTOR)] == [1, 0]
    [tomorrow] = slots(made.slot.adviser.cover, in_days=1)
    booking.move(made.pk, tomorrow.pk, by=made.learner, actor=ACTOR)
    assert booking.remind(actor=ACTOR) == 0


def test_whoever_leaves_has_nothing_booked_any_more() -> None:
    made = a_booking()
    leaving.leave(made.learner_id, actor=ACTOR)
    made.refresh_from_db()
    assert (made.state, made.about) == ("cancelled", "")
    assert Slot.objects.free(now()).count() == 1


def test_the_database_knows_no_overlap_no_second_booking_and_no_link_that_runs() -> None:
    made = a_booking()
    for name, change in {
        "slots_of_an_adviser_do_not_overlap": lambda: Slot.objects.create(
            adviser=made.slot.adviser, starts_at=made.slot.starts_at, ends_at=made.slot.ends_at, channels=["phone"]
        ),
        "one_live_booking_a_slot": lambda: Booking.objects.create(
            slot=made.slot, learner=made.learner, channel="phone", arranged_at=now()
        ),
        "slot_is_as_long_as_it_may_be": lambda: Slot.objects.update(
            ends_at=made.slot.starts_at + dt.timedelta(minutes=46)
        ),
        "slot_says_where": lambda: Slot.objects.update(channels=["video"], link="javascript:alert(1)"),
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            change()

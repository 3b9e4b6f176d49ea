"""Booking: a learner has a time with their adviser, moves or cancels it, keeps or misses it.

Locks in this order: the learner, the booking, then the slot.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.models import Adviser, Channel, Consultation
from brokerage.talking import errors, events
from brokerage.talking.models import Booking, BookingQuerySet, BookingState, EntryKind, Side, Slot, Tier
from brokerage.talking.reading import tier_of
from brokerage.talking.recording import put_down, write
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.feeds.plain_text import paragraphs

# Enough to plan ahead, and few enough that the times of an adviser are for everybody.
MOST_OPEN = 2
SWEEP = 200
WALL = {"one_live_booking_a_slot": errors.SlotTaken()}


def book(slot: UUID, channel: Channel, about: str = "", *, learner: Learner, actor: Actor) -> Booking:
    """Take a free time of the learner's adviser, or of whoever covers; both are told.

    Refuses `TalkNotFound` (also a time of another adviser), `SlotPast`, `SlotTaken`, `SlotForIntensive`,
    `ChannelNotOffered`, `TooManyBookings`. Locks the learner and the slot.
    """
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        if Booking.objects.open().filter(learner=learner).count() >= MOST_OPEN:
            raise errors.TooManyBookings(most=MOST_OPEN)
        found = _lock_slot(slot, learner.pk)
        _check(found, channel, learner.pk)
        with walled_by(WALL):
            booking = Booking.objects.create(
                slot=found, learner=learner, channel=channel, about=paragraphs(about), arranged_at=ledger.now()
            )
        ledger.record(_said(events.BOOKED, booking, actor), _said(events.ADVISER_TOLD, booking, actor, step="made"))
    return booking


def move(booking: UUID, slot: UUID, *, by: Learner | Adviser, actor: Actor) -> Booking:
    """To another free time, in the same way or, where that time has it not, in its first; whoever did not do it is
    told, and the learner's calendar too. What an adviser leaves is not offered to others.

    Refuses `TalkNotFound`, `BookingOver`, `SlotPast` (also when the old time has begun), `SlotTaken`,
    `SlotForIntensive`. Locks the learner, the booking and the new slot.
    """
    with transaction.atomic():
        found, side = _lock(booking, by)
        old = found.slot
        if old.starts_at <= ledger.now():
            raise errors.SlotPast()
        new = _lock_slot(slot, found.learner_id, also=old.adviser_id)
        channel = Channel(found.channel) if found.channel in new.channels else Channel(new.channels[0])
        _check(new, channel, found.learner_id)
        found.slot, found.channel = new, channel
        found.sequence, found.arranged_at, found.reminded_at = found.sequence + 1, ledger.now(), None
        with walled_by(WALL):
            found.save(update_fields=["slot", "channel", "sequence", "arranged_at", "reminded_at"])
        if side == Side.ADVISER:
            _close(old, actor)
        told = [_said(events.MOVED, found, actor, side=side)]
        if side == Side.LEARNER:
            told.append(_said(events.ADVISER_TOLD, found, actor, step="moved"))
        ledger.record(*told)
    return found


def cancel(booking: UUID, *, by: Learner | Adviser, actor: Actor) -> Booking:
    """It is not held; the other is told, and its time is free again, or, cancelled by the adviser, not offered.

    Cancelled already, it stays so. Refuses `TalkNotFound`, `BookingOver`, `SlotPast`. Locks as `move` does.
    """
    with transaction.atomic():
        found, side = _lock(booking, by, over=BookingState.CANCELLED)
        if found.state == BookingState.CANCELLED:
            return found
        if found.slot.starts_at <= ledger.now():
            raise errors.SlotPast()
        _cancel(found, side, actor)
    return found


def cancel_all(learner: Learner, *, actor: Actor, having: Adviser | None = None) -> None:
    """All that the learner has still booked, since they leave, or leave this adviser. For whoever has locked the
    learner."""
    mine = Booking.objects.open().filter(learner=learner)
    with transaction.atomic():
        for found in _locked(mine.filter(slot__adviser=having) if having else mine):
            _cancel(found, Side.LEARNER, actor)


def keep(booking: UUID, *, minutes: int, note: str, by: Adviser, actor: Actor) -> Consultation:
    """They talked, and it goes on the record. Refuses `TalkNotFound`, `BookingOver`, `WordsMissing`."""
    note = paragraphs(note)
    if not note:
        raise errors.WordsMissing(field="note")
    with transaction.atomic():
        found, _side = _lock(booking, by)
        _end(found, BookingState.KEPT)
        return put_down(
            found.learner_id,
            by=by,
            channel=Channel(found.channel),
            minutes=minutes,
            note=note,
            booking=found,
            actor=actor,
        )


def miss(booking: UUID, *, by: Adviser, actor: Actor) -> Booking:
    """The learner did not come; only after its time. It costs them nothing. Refuses `TalkNotFound`, `BookingOver`,
    `NotOverYet`.
    """
    with transaction.atomic():
        found, _side = _lock(booking, by)
        if found.slot.ends_at > ledger.now():
            raise errors.NotOverYet()
        _end(found, BookingState.MISSED)
        write(found.learner_id, EntryKind.MISSED, adviser=by, booking=found, actor=actor)
        ledger.record(
            events.MISSED.by(
                actor, found.subject, learner=found.learner_id, adviser=found.slot.adviser_id, slot=found.slot_id
            )
        )
    return found


def remind(*, actor: Actor) -> int:
    """Write to whoever has a talk tomorrow and was not told of it today; how many. Can run twice.

    Locks the bookings, in chunks of `SWEEP`.
    """
    zone, reminded = ZoneInfo(settings.TIME_ZONE), 0
    while True:
        now = ledger.now()
        midnight = dt.datetime.combine(now.astimezone(zone).date(), dt.time(), zone)
        tomorrow, day_after = (
            dt.datetime.combine(midnight.date() + dt.timedelta(days=days), dt.time(), zone) for days in (1, 2)
        )
        with transaction.atomic():
            due = _locked(
                Booking.objects.open().filter(
                    slot__starts_at__gte=tomorrow,
                    slot__starts_at__lt=day_after,
                    arranged_at__lt=midnight,
                    reminded_at=None,
                )
            )
            Booking.objects.filter(pk__in=[each.pk for each in due]).update(reminded_at=now)
            ledger.record(*(_said(events.REMINDED, each, actor) for each in due))
        reminded += len(due)
        if not due:
            return reminded


def of_adviser(adviser: Adviser) -> BookingQuerySet:
    """The bookings that this adviser has, or covers."""
    return Booking.objects.filter(slot__adviser=adviser) | Booking.objects.filter(slot__adviser__cover=adviser)


def _locked(bookings: BookingQuerySet) -> list[Booking]:
    in_order = bookings.select_related("slot").order_by("id").select_for_update(of=("self",))
    return list(in_order[:SWEEP])


def _lock(booking: UUID, by: Learner | Adviser, over: BookingState | None = None) -> tuple[Booking, Side]:
    """The booking, locked after its learner, if it is theirs and not over, but for one that is over like that."""
    mine = Booking.objects.filter(learner=by) if isinstance(by, Learner) else of_adviser(by)
    learner = mine.filter(pk=booking).values_list("learner", flat=True).first()
    if learner is None:
        raise errors.TalkNotFound()
    person = Learner.objects.select_for_update(no_key=True).get(pk=learner)
    if isinstance(by, Adviser) and person.user_id == by.user_id:
        raise errors.OwnRecord()
    found = Booking.objects.select_for_update(of=("self",)).select_related("slot").get(pk=booking)
    if found.state not in (BookingState.BOOKED, over):
        raise errors.BookingOver(state=found.get_state_display())
    return found, Side.LEARNER if isinstance(by, Learner) else Side.ADVISER


def _lock_slot(slot: UUID, learner: UUID, also: UUID | None = None) -> Slot:
    """The time, locked, if it is one of an adviser with whom this learner books, or of `also`."""
    found = Slot.objects.select_for_update(of=("self",)).select_related("adviser").filter(pk=slot).first()
    if found is None or found.withdrawn_at is not None:
        raise errors.TalkNotFound()
    theirs = Adviser.objects.filter(caseload__learner=learner).values_list("pk", "cover").first() or ()
    if found.adviser_id not in {*theirs, also} or found.adviser.user_id == _user_of(learner):
        raise errors.TalkNotFound()
    return found


def _user_of(learner: UUID) -> UUID | None:
    return Learner.objects.values_list("user", flat=True).get(pk=learner)


def _check(slot: Slot, channel: Channel, learner: UUID) -> None:
    if slot.starts_at <= ledger.now():
        raise errors.SlotPast()
    if slot.for_intensive and tier_of(learner) != Tier.INTENSIVE:
        raise errors.SlotForIntensive()
    if channel not in slot.channels:
        raise errors.ChannelNotOffered(field="channel")
    if Booking.objects.live().filter(slot=slot).exists():
        raise errors.SlotTaken()


def _cancel(found: Booking, side: Side, actor: Actor) -> None:
    found.cancelled_by, found.sequence = side, found.sequence + 1
    _end(found, BookingState.CANCELLED, "cancelled_by", "sequence")
    if side == Side.ADVISER:
        _close(found.slot, actor)
    told = [_said(events.CANCELLED, found, actor, side=side)]
    if side == Side.LEARNER:
        told.append(_said(events.ADVISER_TOLD, found, actor, step="cancelled"))
    ledger.record(*told)


def _end(found: Booking, state: BookingState, *changed: str) -> None:
    found.state, found.ended_at = state, ledger.now()
    found.save(update_fields=["state", "ended_at", *changed])


def _close(slot: Slot, actor: Actor) -> None:
    """The adviser cannot then, so nobody else is offered it."""
    Slot.objects.filter(pk=slot.pk).update(withdrawn_at=ledger.now())
    ledger.record(events.SLOT_WITHDRAWN.by(actor, slot.subject, adviser=slot.adviser_id))


def _said(kind: EventKind, booking: Booking, actor: Actor, **more: Any) -> ledger.Event:
    slot = booking.slot
    return kind.by(
        actor,
        booking.subject,
        learner=booking.learner_id,
        adviser=slot.adviser_id,
        slot=slot.pk,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        channel=booking.channel,
        sequence=booking.sequence,
        **more,
    )

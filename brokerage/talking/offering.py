"""Offering: an adviser says when they can be booked, by the clock on the wall where they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

import ledger
from brokerage.models import Adviser
from brokerage.talking import errors, events
from brokerage.talking.models import BOOKABLE, LONGEST, LONGEST_INTENSIVE, Booking, Channel, Slot
from config.locales import day as in_words
from config.walls import walled_by
from ledger import Actor
from providers.feeds.plain_text import one_line

# Nobody knows their diary for longer, and a mistake stays small.
WEEKS_AHEAD = 26
LEAST = dt.timedelta(minutes=5)
WALL = {"slots_of_an_adviser_do_not_overlap": errors.SlotsOverlap()}


@dataclass(frozen=True, slots=True)
class Hours:
    """Talks of `minutes` one after the other, from `begins` until `ends` at the latest, on `day` and the same day of
    the weeks after it, `weeks` in all. Times are those of the clock on the wall.
    """

    day: dt.date
    begins: dt.time
    ends: dt.time
    minutes: int
    weeks: int = 1


def offer(
    hours: Hours,
    channels: Collection[Channel],
    *,
    place: str = "",
    link: str = "",
    for_intensive: bool = False,
    by: Adviser,
    actor: Actor,
) -> list[Slot]:
    """Offer these times, all or none.

    Refuses `SlotTooLong`, `NoRoomForSlots`, `SlotsPast`, `SlotsTooFar`, `SlotSaysNotWhere`, `ChannelNotOffered`,
    `TimeDoesNotExist` and `TimeExistsTwice` where the clocks change, `SlotsOverlap`.
    """
    length = dt.timedelta(minutes=hours.minutes)
    longest = LONGEST_INTENSIVE if for_intensive else LONGEST
    if not LEAST <= length <= longest:
        raise errors.SlotTooLong(field="minutes", least=LEAST.seconds // 60, most=longest.seconds // 60)
    if not channels or not set(channels) <= set(BOOKABLE):
        raise errors.ChannelNotOffered(field="channels")
    place, link = one_line(place), link.strip()
    if Channel.IN_PERSON in channels and not place:
        raise errors.SlotSaysNotWhere(field="place")
    if Channel.VIDEO in channels and not link.startswith("https://"):
        raise errors.SlotSaysNotWhere(field="link")
    last = ledger.today() + dt.timedelta(weeks=WEEKS_AHEAD)
    if not 1 <= hours.weeks <= WEEKS_AHEAD or hours.day + dt.timedelta(weeks=hours.weeks - 1) > last:
        raise errors.SlotsTooFar(field="day", weeks=WEEKS_AHEAD)
    times = list(_times(hours, length))
    if not times:
        raise errors.NoRoomForSlots(field="ends")
    if times[0][0] <= ledger.now():
        raise errors.SlotsPast(field="day")
    with transaction.atomic(), walled_by(WALL):
        slots = Slot.objects.bulk_create(
            Slot(
                adviser=by,
                starts_at=begins,
                ends_at=ends,
                channels=sorted(channels, key=BOOKABLE.index),
                place=place if Channel.IN_PERSON in channels else "",
                link=link if Channel.VIDEO in channels else "",
                for_intensive=for_intensive,
            )
            for begins, ends in times
        )
        ledger.record(
            events.SLOTS_OFFERED.by(
                actor,
                f"adviser:{by.pk}",
                adviser=by.pk,
                count=len(slots),
                first=slots[0].starts_at,
                last=slots[-1].starts_at,
            )
        )
    return slots


def withdraw(slot: UUID, *, by: Adviser, actor: Actor) -> Slot:
    """The adviser cannot be booked then after all. Withdrawn already, it stays so. Refuses `TalkNotFound`,
    `SlotBooked`. Locks the slot.
    """
    with transaction.atomic():
        found = Slot.objects.select_for_update(of=("self",)).filter(pk=slot, adviser=by).first()
        if found is None:
            raise errors.TalkNotFound()
        if found.withdrawn_at is None:
            if Booking.objects.live().filter(slot=found).exists():
                raise errors.SlotBooked()
            found.withdrawn_at = ledger.now()
            found.save(update_fields=["withdrawn_at"])
            ledger.record(events.SLOT_WITHDRAWN.by(actor, found.subject, adviser=by.pk))
    return found


def instant(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment at which the clock on the wall shows this. Refuses `TimeDoesNotExist`, `TimeExistsTwice`."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = dt.datetime.combine(day, time, zone)
    said = {"field": "begins", "day": in_words(day), "time": f"{time:%H:%M}"}
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        moment = first.astimezone(dt.UTC)
        raise (
            errors.TimeExistsTwice(**said)
            if moment.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None)
            else errors.TimeDoesNotExist(**said)
        )
    return first.astimezone(dt.UTC)


def _times(hours: Hours, length: dt.timedelta) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """When each talk begins and ends. Each stands on the clock by itself, so that no change of it makes one longer."""
    for week in range(hours.weeks):
        day = hours.day + dt.timedelta(weeks=week)
        begins, until = dt.datetime.combine(day, hours.begins), dt.datetime.combine(day, hours.ends)
        while begins + length <= until:
            moments = instant(day, begins.time()), instant(day, (begins + length).time())
            if moments[1] - moments[0] != length:
                # A talk over the change would be an hour longer or shorter than it says.
                raise errors.TimeDoesNotExist(field="begins", day=in_words(day), time=f"{begins:%H:%M}")
            yield moments
            begins += length

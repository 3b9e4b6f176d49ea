"""A talk as an entry for a calendar (RFC 5545 and 5546): the same one when it is moved or cancelled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Self
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

import ledger
from brokerage.models import Channel
from brokerage.talking.models import Booking, Slot


@dataclass(frozen=True, slots=True)
class Talk:
    """What a calendar knows of a booking: when, with whom and where, and nothing of what it is about."""

    booking: UUID
    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    adviser: str
    where: str

    @classmethod
    def of(cls, booking: Booking) -> Self:
        slot = booking.slot
        return cls(
            booking.pk,
            booking.sequence,
            slot.starts_at,
            slot.ends_at,
            slot.adviser.user.name,
            where(slot, Channel(booking.channel)),
        )


def where(slot: Slot, channel: Channel) -> str:
    """The place, the video's link, or that the adviser rings."""
    if channel == Channel.PHONE:
        return _("By phone: your adviser rings you")
    return slot.place if channel == Channel.IN_PERSON else slot.link


def as_calendar(talk: Talk, *, cancelled: bool = False) -> bytes:
    """The file. Nobody need accept it: it is agreed already, so it is published, or cancelled."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    event = Event()
    event.add("uid", f"{talk.booking}@{domain}")
    event.add("sequence", talk.sequence)
    event.add("dtstamp", ledger.now())
    event.add("dtstart", talk.starts_at.astimezone(dt.UTC))
    event.add("dtend", talk.ends_at.astimezone(dt.UTC))
    event.add("summary", _("Talk with {name}").format(name=talk.adviser))
    event.add("location", talk.where)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Waymark//Learning accounts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

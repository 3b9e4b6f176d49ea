"""Talks: advisers offer times this week and next; one of Rhys's learners has booked, and another waits to be rung."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

import ledger
from brokerage.models import Adviser, Channel
from brokerage.talking import booking, calling_back, offering
from brokerage.talking.models import BOOKABLE
from brokerage.talking.offering import Hours
from ledger import Actor
from town.founding import ACTOR, HEROINE

RHYS = f"rhys@{settings.DEMO_DOMAIN}"
PLACE = "Room 2, Foryd Library"
LINK = "https://meet.waymark.example/careers"


def arrange() -> None:
    """Afternoons of the next two weeks; then somebody books, and somebody asks to be rung."""
    weekdays = [day for day in _days(1, 14) if day.weekday() < 5]
    for adviser in Adviser.objects.select_related("user").order_by("id"):
        actor = Actor.user(adviser.user_id, acting_for=f"organisation:{adviser.organisation_id}")
        for day in weekdays[::2]:
            hours = Hours(day, dt.time(14), dt.time(16), 30)
            offering.offer(hours, list(BOOKABLE), place=PLACE, link=LINK, by=adviser, actor=actor)
    rhys = Adviser.objects.get(user__email=RHYS)
    theirs = rhys.caseload.exclude(learner__user__email=HEROINE).select_related("learner").order_by("since", "id")
    first, second = (entry.learner for entry in theirs[:2])
    soonest = rhys.slots.earliest("starts_at")
    booking.book(soonest.pk, Channel.PHONE, "Which course comes after this one?", learner=first, actor=ACTOR)
    calling_back.ask(
        "01248 555 010",
        language="cy",
        good_times="After 3",
        about="My shifts have changed.",
        learner=second,
        actor=ACTOR,
    )


def _days(first: int, last: int) -> list[dt.date]:
    return [ledger.today() + dt.timedelta(days=days) for days in range(first, last + 1)]

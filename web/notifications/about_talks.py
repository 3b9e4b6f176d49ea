"""What is written about talks: to the learner, with an entry for their calendar, and to the adviser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from web.notifications.calendar import Talk, as_calendar
from web.notifications.facts import Facts
from web.notifications.letter import Letter, day_of


def _made(facts: Facts) -> Letter:
    return _told(
        facts,
        _("Your talk on {day} at {time}"),
        _("You have booked a talk with {name} on {day} at {time}."),
        _("You can move or cancel it on your page until it begins."),
    )


def _moved(facts: Facts) -> Letter:
    by_adviser = _("{name} had to move your talk. It is on {day} at {time} now.")
    said = by_adviser if facts.said["side"] == "adviser" else _("Your talk with {name} is on {day} at {time} now.")
    return _told(
        facts,
        _("Your talk is moved to {day} at {time}"),
        said,
        _("If that does not suit you, move it once more, or cancel it, on your page."),
    )


def _cancelled(facts: Facts) -> Letter:
    by_adviser = _("{name} cannot talk with you on {day} at {time}, and is sorry.")
    said = by_adviser if facts.said["side"] == "adviser" else _("You have cancelled your talk on {day} at {time}.")
    return _told(
        facts,
        _("Your talk on {day} is cancelled"),
        said,
        _("You can book another time on your page, or ask us to ring you."),
        cancelled=True,
    )


def _reminded(facts: Facts) -> Letter:
    return _told(
        facts,
        _("Tomorrow at {time}: your talk with {name}"),
        _("You talk with {name} tomorrow, {day}, at {time}."),
        _("If you cannot come, move or cancel it on your page, and somebody else can have the time."),
    )


def _told_adviser(facts: Facts) -> Letter:
    subjects = {
        "made": _("Booked: {day} at {time}"),
        "moved": _("Moved to {day} at {time}"),
        "cancelled": _("Cancelled: {day} at {time}"),
    }
    said = {
        "made": _("A learner has booked you. Your page says who, how and what about."),
        "moved": _("A learner has moved their talk with you. The time that they had is free again."),
        "cancelled": _("A learner has cancelled their talk with you. The time is free again."),
    }
    step = facts.said["step"]
    return Letter(
        subjects[step].format(**_when(facts)),
        (said[step],),
        reverse("desk:talks"),
        calendar=_calendar(facts, cancelled=step == "cancelled"),
    )


def _not_reached(facts: Facts) -> Letter:
    return Letter(
        _("We rang, and did not reach you"),
        (
            _("You asked us to ring you. {name} has tried {tries} times.").format(
                name=facts.adviser, tries=facts.said["tries"]
            ),
            _("Ask once more on your page, with another number or another time, or book a talk."),
        ),
        reverse("learner:talks:guidance"),
    )


def _told(facts: Facts, subject: str, said: str, then: str, *, cancelled: bool = False) -> Letter:
    when = _when(facts) | {"name": facts.adviser}
    where = () if cancelled else (facts.where,)
    return Letter(
        subject.format(**when),
        (said.format(**when), *where, then),
        reverse("learner:talks:booking", args=[facts.subject]),
        calendar=_calendar(facts, cancelled=cancelled),
    )


def _when(facts: Facts) -> dict[str, str]:
    begins = localtime(dt.datetime.fromisoformat(facts.said["starts_at"]))
    return {"day": day_of(facts, "starts_at"), "time": f"{begins:%H:%M}"}


def _calendar(facts: Facts, *, cancelled: bool) -> bytes:
    said = facts.said
    talk = Talk(
        UUID(facts.subject),
        said["sequence"],
        dt.datetime.fromisoformat(said["starts_at"]),
        dt.datetime.fromisoformat(said["ends_at"]),
        facts.adviser,
        facts.where,
    )
    return as_calendar(talk, cancelled=cancelled)


LETTERS: dict[str, Callable[[Facts], Letter]] = {
    "booking.made": _made,
    "booking.moved": _moved,
    "booking.cancelled": _cancelled,
    "booking.reminded": _reminded,
    "booking.told_adviser": _told_adviser,
    "call_back.not_reached": _not_reached,
}
# The adviser whose talk it is reads it.
TO_ADVISERS = frozenset({"booking.told_adviser"})

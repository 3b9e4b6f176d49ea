"""Flagging: what an adviser should know of a provider before they say yes. A page puts it in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from providers.models import Accreditation, CourseRun, Provider
from vouchers.models import Control, Voucher

Code = Literal[
    "not_active", "new", "provider_accreditation_ends", "course_accreditation_ends", "under_review", "frozen"
]


@dataclass(frozen=True, slots=True)
class Flag:
    """`until` is the last day of what ends, or of the stricter rules; `count` how many vouchers it is about."""

    code: Code
    until: dt.date | None = None
    count: int = 0


def flags_of(run: CourseRun, on: dt.date) -> list[Flag]:
    """What stands out about the provider of this run on that day, the weightiest first. Two queries.

    That it may not start anybody now; that it is new; that its accreditation, or the course's, ends before the run
    does; that vouchers made out to it are frozen or under review.
    """
    provider = run.course.provider
    found = [] if provider.state == Provider.State.ACTIVE else [Flag("not_active")]
    controls = list(
        Voucher.objects.filter(provider=provider).exclude(control=Control.CLEAR).values_list("control", flat=True)
    )
    frozen, reviewed = controls.count(Control.FROZEN), controls.count(Control.UNDER_REVIEW)
    found += [Flag("frozen", count=frozen)] if frozen else []
    found += [Flag("under_review", count=reviewed)] if reviewed else []
    held = list(Accreditation.objects.valid(on).filter(Q(provider=provider) | Q(course=run.course)))
    ends = _last_day(each.valid_until for each in held if each.provider_id)
    if ends is not None and ends < run.ends_on:
        found.append(Flag("provider_accreditation_ends", until=ends))
    ends = _last_day(each.valid_until for each in held if each.course_id)
    if ends is not None and ends < run.ends_on:
        found.append(Flag("course_accreditation_ends", until=ends))
    if provider.is_new(on):
        found.append(Flag("new", until=provider.new_until))
    return found


def _last_day(ends: Iterable[dt.date | None]) -> dt.date | None:
    """The last day on which any of them holds; None where one has no end, and where there is none at all."""
    days = list(ends)
    return None if not days or None in days else max(day for day in days if day is not None)

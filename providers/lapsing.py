"""Lapsing: a provider is told in good time before an accreditation ends and takes what holds it off sale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from ledger import Actor, Event, now, record, today
from providers import events
from providers.models import Accreditation, LapseNotice, Provider

# How many days before its last day a provider is told, the latest first.
DAYS_BEFORE = (7, 30)


def tell(*, actor: Actor) -> int:
    """Record that each accreditation that ends in the coming days does so, once 30 and once 7 days before; how many.

    Not told: what another accreditation follows, and what could not be sold anyway (a course that was withdrawn, a
    provider that was removed). Whoever tells first has told: the notice is unique, so it may run twice at once. One
    event for each accreditation, and one for each provider, from which a letter is written.
    """
    on, moment = today(), now()
    with transaction.atomic():
        due = list(_lapsing(on))
        notices = [
            LapseNotice(
                accreditation=lapsing,
                valid_until=cast("date", lapsing.valid_until),
                days=_days_before(lapsing, on),
                told_at=moment,
            )
            for lapsing in due
        ]
        LapseNotice.objects.bulk_create(notices, ignore_conflicts=True)
        mine = LapseNotice.objects.filter(pk__in=[notice.pk for notice in notices])
        told = list(mine.select_related("accreditation__course").order_by("valid_until", "id"))
        record(*(_event(notice, actor) for notice in told))
        _tell_providers(told, actor)
    return len(told)


def _lapsing(on: date) -> list[Accreditation]:
    """Those whose last day comes within the longest notice, and that nobody was told of at this distance."""
    follows = Accreditation.objects.filter(
        Q(provider=OuterRef("provider")) | Q(course=OuterRef("course")),
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")),
        valid_from__lte=OuterRef("valid_until") + timedelta(days=1),
        withdrawn=False,
    )
    ending = Accreditation.objects.valid(on).filter(
        ~Exists(follows),
        Q(course=None) | Q(course__withdrawn_at=None),
        valid_until__lte=on + timedelta(days=max(DAYS_BEFORE)),
    )
    gone = Provider.State.REMOVED
    ending = ending.exclude(provider__state=gone).exclude(course__provider__state=gone)
    told: dict[tuple[UUID, date], int] = {}
    known = LapseNotice.objects.filter(accreditation__in=ending, valid_until=F("accreditation__valid_until"))
    for pk, last_day, days in known.order_by("-days").values_list("accreditation", "valid_until", "days"):
        told[pk, last_day] = days
    return [
        each
        for each in ending.order_by("id")
        if each.valid_until and _days_before(each, on) < told.get((each.pk, each.valid_until), max(DAYS_BEFORE) + 1)
    ]


def _days_before(lapsing: Accreditation, on: date) -> int:
    """Which notice is due: the shortest that is not shorter than the days that are left."""
    left = ((lapsing.valid_until or on) - on).days
    return next(days for days in DAYS_BEFORE if left <= days)


def _event(notice: LapseNotice, actor: Actor) -> Event:
    lapsing = notice.accreditation
    return events.ACCREDITATION_LAPSING.by(
        actor,
        subject=lapsing.subject,
        provider=_provider(notice),
        course=lapsing.course_id,
        valid_until=notice.valid_until,
        days=notice.days,
    )


def _tell_providers(told: Sequence[LapseNotice], actor: Actor) -> None:
    of: dict[UUID | None, list[LapseNotice]] = defaultdict(list)
    for notice in told:
        of[_provider(notice)].append(notice)
    record(
        *(
            events.PROVIDER_TOLD_OF_LAPSING.by(
                actor,
                subject=f"provider:{provider}",
                own=sum(notice.accreditation.course_id is None for notice in notices),
                courses=len({notice.accreditation.course_id for notice in notices} - {None}),
                days=min(notice.days for notice in notices),
                first_day=notices[0].valid_until,
            )
            for provider, notices in of.items()
        )
    )


def _provider(notice: LapseNotice) -> UUID | None:
    lapsing = notice.accreditation
    return lapsing.course.provider_id if lapsing.course else lapsing.provider_id

"""Standing in: an adviser is away for some days, and somebody else answers, so that no clock stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

import ledger
from brokerage.models import Adviser
from brokerage.organisation_models import Away
from brokerage.organisations import errors, events
from config.bulk import write_back
from config.walls import walled_by
from ledger import Actor

AT_MOST = dt.timedelta(days=366)


def go_away(adviser: Adviser, from_day: dt.date, until_day: dt.date, *, actor: Actor) -> Away:
    """Record days away, both included. What waits, and what comes, is answered by whoever stands in; the times by
    which it is answered stay as they are.

    Refuses `AbsenceWrong`, `AbsentAlready`. Locks what `refresh` does.
    """
    if not ledger.today() <= from_day <= until_day <= from_day + AT_MOST:
        raise errors.AbsenceWrong(field="until_day")
    with transaction.atomic():
        with walled_by({"one_absence_at_a_time": errors.AbsentAlready(field="from_day")}):
            away = Away.objects.create(
                adviser=adviser, from_day=from_day, until_day=until_day, recorded_at=ledger.now()
            )
        ledger.record(
            events.ABSENCE_RECORDED.by(
                actor, subject=adviser.subject, absence=away.id, from_day=from_day, until_day=until_day
            )
        )
        refresh(actor=actor)
    return away


def call_off(absence: UUID, *, adviser: Adviser, actor: Actor) -> Away:
    """The adviser is there after all, or again: theirs is theirs. Refuses `AbsenceNotFound`. Locks the absence."""
    with transaction.atomic():
        rows = Away.objects.filter(adviser=adviser, called_off_at=None, until_day__gte=ledger.today())
        away = rows.select_for_update().filter(pk=absence).first()
        if away is None:
            raise errors.AbsenceNotFound()
        away.called_off_at = ledger.now()
        away.save(update_fields=["called_off_at"])
        ledger.record(events.ABSENCE_CALLED_OFF.by(actor, subject=adviser.subject, absence=away.id))
        refresh(actor=actor)
    return away


def refresh(*, actor: Actor) -> int:
    """Set who stands in for whom today; for how many advisers it changed. Can run twice.

    It is the cover, else the cover's cover; where that leads to nobody who is there, whoever leads the organisation,
    else a colleague. Locks the advisers whose stand-in changes, in id order.
    """
    with transaction.atomic():
        today = ledger.today()
        away = set(
            Away.objects.filter(called_off_at=None, from_day__lte=today, until_day__gte=today).values_list(
                "adviser", flat=True
            )
        )
        if not away and not Adviser.objects.exclude(stand_in=None).exists():
            return 0
        organisations = Adviser.objects.filter(Q(pk__in=away) | ~Q(stand_in=None)).values("organisation")
        theirs = Adviser.objects.filter(organisation__in=organisations)
        advisers = list(theirs.order_by("id").select_for_update(no_key=True))
        changed = []
        for adviser in advisers:
            stand_in = _stand_in(adviser, advisers, away) if adviser.pk in away else None
            if adviser.stand_in_id != stand_in:
                adviser.stand_in_id = stand_in
                changed.append(adviser)
        write_back(changed, "stand_in")
        ledger.record(
            *(
                events.STOOD_IN_FOR.by(actor, subject=adviser.subject, stand_in=adviser.stand_in_id)
                for adviser in changed
            )
        )
    return len(changed)


def _stand_in(adviser: Adviser, advisers: Sequence[Adviser], away: set[UUID]) -> UUID | None:
    """Who answers for the adviser: None when everybody else is away, too. Pure."""
    covers = {each.pk: each.cover_id for each in advisers}
    seen, cover = {adviser.pk}, adviser.cover_id
    while cover in away and cover not in seen:
        seen.add(cover)
        cover = covers.get(cover)
    if cover is not None and cover not in away:
        return cover
    there = [each for each in advisers if each.organisation_id == adviser.organisation_id and each.pk not in away]
    there.sort(key=lambda each: not each.leads)
    return there[0].pk if there else None

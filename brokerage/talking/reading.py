"""Reading: which learners an adviser has to do with, and a learner's guidance record. Nobody else reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

import ledger
from accounts.models import Learner
from brokerage.models import Adviser, Caseload
from brokerage.talking.models import Booking, CallBack, GuidanceEntry, PrivateNote, Slot, Tier, TierChoice
from brokerage.witnessing import theirs


@dataclass(slots=True)
class Line:
    """An entry, with the corrections of it and the answers to it, the earliest first, and to those in turn."""

    entry: GuidanceEntry
    after: list[GuidanceEntry] = field(default_factory=list)


def with_whom(adviser: Adviser) -> QuerySet[Learner]:
    """The learners whose record this adviser reads: named for them, waiting on their desk or covered for, to be rung
    by them, or booked with them. Never their own.
    """
    to_ring = CallBack.objects.on_the_desk_of(adviser).waiting().order_by()
    booked = Booking.objects.open().order_by().filter(Q(slot__adviser=adviser) | Q(slot__adviser__cover=adviser))
    return Learner.objects.filter(
        Q(pk__in=theirs(adviser).values("pk"))
        | Q(pk__in=to_ring.values("learner"))
        | Q(pk__in=booked.values("learner")),
        erased_at=None,
    ).exclude(user=adviser.user_id)


def record_of(learner: UUID) -> list[Line]:
    """All of the record, the newest first. One query."""
    entries = list(
        GuidanceEntry.objects.filter(learner=learner)
        .select_related(
            "adviser__user",
            "adviser__organisation",
            "consultation__request__run__course",
            "booking__slot",
            "call_back",
            "about",
        )
        .order_by("made_at", "id")
    )
    lines: dict[UUID, Line] = {}
    roots = []
    for entry in entries:
        if entry.about_id is None:
            roots.append(line := Line(entry))
        else:
            (line := lines[entry.about_id]).after.append(entry)
        lines[entry.pk] = line
    return roots[::-1]


def private_notes(learner: UUID, adviser: Adviser) -> QuerySet[PrivateNote]:
    """What colleagues of the adviser's organisation wrote down for each other, the newest first."""
    return PrivateNote.objects.filter(learner=learner, adviser__organisation=adviser.organisation_id).select_related(
        "adviser__user"
    )


def tier_of(learner: UUID) -> Tier | None:
    """The support that the learner chose last; None where they never did."""
    chosen = TierChoice.objects.filter(learner=learner).values_list("tier", flat=True).first()
    return Tier(chosen) if chosen else None


def slots_for(learner: UUID) -> QuerySet[Slot]:
    """What a learner can book now: free times of their named adviser and of whoever covers, the soonest first."""
    caseload = Caseload.objects.filter(learner=learner).select_related("adviser").first()
    if caseload is None:
        return Slot.objects.none()
    free = Slot.objects.free(ledger.now()).select_related("adviser__user")
    whose = free.filter(adviser__in=[caseload.adviser_id, caseload.adviser.cover_id])
    return whose if tier_of(learner) == Tier.INTENSIVE else whose.filter(for_intensive=False)

"""Looking: who looked at what of a learner's, kept so that the learner can read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import DateTimeField, Func

import ledger
from accounts.models import Look

# Long enough for a learner to come back to it after a course and its year; no longer, since it is about those who
# looked, too.
KEPT = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks: in which role, as which person (None for a system), and for which organisation."""

    role: Look.Role
    user: UUID | None
    organisation: str


def note(by: Looker, what: Look.What, seen: Iterable[tuple[UUID, str]]) -> None:
    """Keep that somebody saw something of each of these learners: (learner, what it is about). One query, or none."""
    # Asked of the database as it writes, not before: a look costs whoever looks one round trip.
    now = Func(function="ledger_now", output_field=DateTimeField())
    Look.objects.bulk_create(
        Look(
            learner_id=learner,
            role=by.role,
            user_id=by.user,
            organisation=by.organisation,
            what=what,
            subject=subject,
            looked_at=now,
        )
        for learner, subject in seen
    )


def forget() -> int:
    """Delete the looks that are older than they are kept; how many. Can run twice."""
    gone, _by_model = Look.objects.filter(looked_at__lt=ledger.now() - KEPT).delete()
    return gone

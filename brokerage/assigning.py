"""Assigning: who answers whom, and who covers for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

import ledger
from accounts.models import Learner
from brokerage.models import WAITING, Adviser, Caseload


def name_advisers(learners: Sequence[Learner], advisers: Sequence[Adviser]) -> None:
    """Give each learner without a named adviser one of `advisers`, in turn; a learner keeps the one they have."""
    with transaction.atomic():
        since = ledger.now()
        Caseload.objects.bulk_create(
            (
                Caseload(learner=learner, adviser=advisers[turn % len(advisers)], since=since)
                for turn, learner in enumerate(learners)
            ),
            ignore_conflicts=True,
        )


def advisers_for(learners: Collection[UUID]) -> dict[UUID, tuple[Adviser, Adviser | None]]:
    """Who answers each learner's request, and who covers: their named adviser, else whoever has fewest waiting."""
    named = {
        entry.learner_id: entry.adviser
        for entry in Caseload.objects.filter(learner__in=learners).select_related("adviser__cover")
    }
    if missing := set(learners) - named.keys():
        least_busy = (
            Adviser.objects.select_related("cover")
            .annotate(waiting=Count("requests", filter=Q(requests__state__in=WAITING)))
            .order_by("waiting", "id")
            .first()
        )
        if least_busy is not None:
            named |= dict.fromkeys(missing, least_busy)
    return {learner: (adviser, adviser.cover) for learner, adviser in named.items()}

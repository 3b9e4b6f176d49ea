"""Assigning: who answers whom, and who covers for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

import ledger
from accounts.models import Learner
from brokerage.models import WAITING, Adviser, Caseload, Request


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


def another_adviser(request: Request) -> tuple[Adviser, Adviser | None] | None:
    """Who looks at a request after those who decided on it, and who covers; None when there is nobody.

    Somebody else than they are and than the learner: first who covers for the adviser who has it, then a colleague of
    the same organisation, then anybody, of those whoever has fewest waiting. One query.
    """
    had_it = request.adviser
    others = list(
        Adviser.objects.exclude(decisions__request=request)
        .exclude(user=request.learner.user_id)
        .annotate(
            covers=Q(pk=had_it.cover_id if had_it else None),
            is_colleague=Q(organisation=had_it.organisation_id if had_it else None),
            waiting=Count("requests", filter=Q(requests__state__in=WAITING)),
        )
        .order_by("-covers", "-is_colleague", "waiting", "id")[:2]
    )
    return (others[0], others[1] if len(others) > 1 else None) if others else None

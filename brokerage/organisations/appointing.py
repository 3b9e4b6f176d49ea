"""Appointing: somebody advises learners, and nothing else that would make them judge their own case."""

from __future__ import annotations

from django.db import transaction

import ledger
from accounts.errors import NobodyWithEmail
from accounts.models import SchemeManager, User
from brokerage.models import Adviser, GuidanceOrganisation
from brokerage.organisations import errors, events, standing_in
from config.walls import walled_by
from ledger import Actor
from providers.models import Staff

WALLS = {"roles_that_exclude_each_other": errors.RolesExclude()}


def appoint(email: str, organisation: GuidanceOrganisation, *, leads: bool = False, actor: Actor) -> Adviser:
    """Let the person with this e-mail advise for this organisation; `leads`: they look after it, too. Twice is once.

    Refuses `NobodyWithEmail`, `RolesExclude`, `AdvisesElsewhere`.
    """
    with transaction.atomic(), walled_by(WALLS):
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise NobodyWithEmail(email=email, field="email")
        if SchemeManager.objects.filter(user=user).exists() or Staff.objects.current().filter(user=user).exists():
            raise errors.RolesExclude(field="email")
        adviser, _made = Adviser.objects.select_related("organisation").get_or_create(
            user=user, defaults={"organisation": organisation}
        )
        if adviser.organisation_id != organisation.pk:
            raise errors.AdvisesElsewhere(field="email", organisation=adviser.organisation.name)
        adviser.leads = adviser.leads or leads
        adviser.save(update_fields=["leads"])
        ledger.record(
            events.ADVISER_APPOINTED.by(
                actor, subject=adviser.subject, organisation=organisation.pk, user=user.pk, leads=adviser.leads
            )
        )
    return adviser


def arrange(adviser: Adviser, *, cover: Adviser | None, caseload_limit: int | None, actor: Actor) -> Adviser:
    """Who covers for an adviser, and how many learners they have at most (None: as the organisation says).

    A limit below what they have takes nobody away. Refuses `CoverWrong`. Locks what `standing_in.refresh` does.
    """
    if cover is not None and (cover.pk == adviser.pk or cover.organisation_id != adviser.organisation_id):
        raise errors.CoverWrong(field="cover")
    with transaction.atomic():
        adviser.cover, adviser.caseload_limit = cover, caseload_limit
        adviser.save(update_fields=["cover", "caseload_limit"])
        ledger.record(
            events.ADVISER_ARRANGED.by(
                actor, subject=adviser.subject, cover=cover and cover.pk, caseload_limit=caseload_limit
            )
        )
        standing_in.refresh(actor=actor)
    return adviser

"""Joining: who may work for a provider. Whoever decides what learners buy, or over a scheme's money, may not."""

from __future__ import annotations

from uuid import UUID

from accounts.models import SchemeManager
from brokerage import errors
from brokerage.models import Adviser
from brokerage.organisations.appointing import WALLS
from config.walls import walled_by
from ledger import Actor
from providers import registering, staffing
from providers.models import Staff
from providers.registering import Application


def accept_invitation(token: str, *, user: UUID, actor: Actor) -> Staff:
    """Join a provider's staff by an invitation. Refuses `AdvisesLearners`, `ManagesSchemes`, `RolesExclude` where they
    took up one of these at the same instant, and what `staffing.accept` does."""
    _refuse_incompatible(user)
    with walled_by(WALLS):
        return staffing.accept(token, user=user, actor=actor)


def apply(application: Application, *, user: UUID, actor: Actor) -> Staff:
    """Apply for an organisation, and be its first administrator. Refuses `AdvisesLearners`, `ManagesSchemes`, and what
    `registering.apply` does."""
    _refuse_incompatible(user)
    with walled_by(WALLS):
        return registering.apply(application, user=user, actor=actor)


def _refuse_incompatible(user: UUID) -> None:
    if Adviser.objects.filter(user=user).exists():
        raise errors.AdvisesLearners()
    if SchemeManager.objects.filter(user=user).exists():
        raise errors.ManagesSchemes()

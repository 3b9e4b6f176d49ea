"""Whom a visitor of the demonstration can sign in as: its people say so of themselves by their address."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from providers.models import Staff

LEARNER, ADVISER = _("Learner"), _("Adviser")
PROVIDER, MANAGER = _("Course provider"), _("Scheme manager")


@dataclass(frozen=True, slots=True)
class Guest:
    name: str
    email: str
    kind: str
    role: str


def guests() -> list[Guest]:
    """The demonstration's people to sign in as; nobody anywhere else."""
    if not settings.DEMO:
        return []
    employed = Prefetch("works_for", Staff.objects.current().select_related("provider"), to_attr="employed")
    people = (
        User.objects.filter(email__endswith=f"@{settings.DEMO_DOMAIN}")
        .select_related("learner", "adviser__organisation", "scheme_manager")
        .prefetch_related(employed)
    )
    found = [Guest(person.name, person.email, *_role(person)) for person in people.order_by("date_joined", "id")]
    order = [str(kind) for kind in (LEARNER, ADVISER, PROVIDER, MANAGER)]
    return sorted(found, key=lambda guest: order.index(guest.kind))


def _role(person: User) -> tuple[str, str]:
    """What kind of person somebody is, and where."""
    for staff in getattr(person, "employed", []):
        return str(PROVIDER), staff.provider.name
    if hasattr(person, "adviser"):
        return str(ADVISER), person.adviser.organisation.name
    if hasattr(person, "scheme_manager"):
        return str(MANAGER), ""
    return str(LEARNER), person.learner.postcode if hasattr(person, "learner") else ""

"""Whom a visitor of the demonstration can sign in as: its people say so of themselves by their address."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.models import User
from providers.models import Staff


@dataclass(frozen=True, slots=True)
class Guest:
    name: str
    email: str
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
    return [Guest(person.name, person.email, _role(person)) for person in people.order_by("date_joined", "id")]


def _role(person: User) -> str:
    for staff in getattr(person, "employed", []):
        return _("works for {college}").format(college=staff.provider.name)
    if hasattr(person, "adviser"):
        return _("adviser at {organisation}").format(organisation=person.adviser.organisation.name)
    if hasattr(person, "scheme_manager"):
        return _("scheme manager")
    return _("learner in {town}").format(town=person.learner.postcode) if hasattr(person, "learner") else ""

"""Listing: whoever leads a guidance organisation keeps the outside services that its advisers refer learners to."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

import ledger
from brokerage.models import Adviser
from brokerage.referring import errors, events
from brokerage.referring.models import OutsideService
from config.walls import walled_by
from ledger import Actor
from providers.feeds.plain_text import one_line, paragraphs

WALLS = {
    "one_open_service_a_name": errors.ServiceExists(field="name"),
    "service_says_who_it_is": errors.ServiceWrong(field="name"),
}


def add(name: str, helps_with: str, email: str, *, by: Adviser, actor: Actor) -> OutsideService:
    """One more service. Refuses `ServiceNotFound` to whoever leads nothing, `ServiceWrong`, `ServiceExists`."""
    _leads(by)
    try:
        validate_email(email)
    except ValidationError:
        raise errors.ServiceWrong(field="email") from None
    with transaction.atomic(), walled_by(WALLS):
        service = OutsideService.objects.create(
            organisation=by.organisation,
            name=one_line(name),
            helps_with=paragraphs(helps_with),
            email=email,
            added_at=ledger.now(),
        )
        ledger.record(events.SERVICE_ADDED.by(actor, service.subject, organisation=by.organisation_id))
    return service


def close(service: UUID, *, by: Adviser, actor: Actor) -> OutsideService:
    """Nobody is referred there from now on; what went there already is still answered. Said twice, it is closed once.

    Refuses `ServiceNotFound`. Locks it.
    """
    _leads(by)
    with transaction.atomic():
        mine = OutsideService.objects.filter(organisation=by.organisation_id, pk=service)
        if (found := mine.select_for_update().first()) is None:
            raise errors.ServiceNotFound()
        if found.closed_at is None:
            found.closed_at = ledger.now()
            found.save(update_fields=["closed_at"])
            ledger.record(events.SERVICE_CLOSED.by(actor, found.subject, organisation=by.organisation_id))
    return found


def _leads(by: Adviser) -> None:
    if not by.leads:
        raise errors.ServiceNotFound()

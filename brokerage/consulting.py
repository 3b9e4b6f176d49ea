"""Consulting: a conversation between a learner and an adviser goes on the record."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from brokerage import errors, events
from brokerage.models import WAITING, Adviser, Channel, Consultation, Request, RequestState
from ledger import Actor


def hold(request: UUID, *, by: Adviser, channel: Channel, minutes: int, note: str, actor: Actor) -> Consultation:
    """Write down a conversation about a request: submitted -> in consultation. The learner reads the note.

    Refuses `RequestNotFound` (also when it is not on this adviser's desk), `OwnRequest`, `RequestDecided`.
    Locks the request.
    """
    with transaction.atomic():
        found = lock_on_desk(request, by)
        if found.state not in WAITING:
            raise errors.RequestDecided(state=found.get_state_display())
        if found.state == RequestState.SUBMITTED:
            found.state = RequestState.IN_CONSULTATION
            found.save(update_fields=["state"])
        consultation = Consultation.objects.create(
            learner_id=found.learner_id,
            adviser=by,
            request=found,
            channel=channel,
            held_at=ledger.now(),
            minutes=minutes,
            note=note,
        )
        ledger.record(
            events.CONSULTED.by(
                actor,
                subject=f"consultation:{consultation.id}",
                learner=found.learner_id,
                adviser=by.id,
                request=found.id,
                channel=channel,
                minutes=minutes,
            )
        )
    return consultation


def lock_on_desk(request: UUID, adviser: Adviser) -> Request:
    """The request, locked, if it is this adviser's to answer or to cover; otherwise it does not exist for them."""
    found = (
        Request.objects.on_the_desk_of(adviser)
        .select_for_update(of=("self",))
        .select_related("learning_account", "learner", "rule_version", "adviser", "run__course__provider")
        .filter(pk=request)
        .first()
    )
    if found is None:
        raise errors.RequestNotFound()
    if found.learner.user_id == adviser.user_id:
        raise errors.OwnRequest()
    return found

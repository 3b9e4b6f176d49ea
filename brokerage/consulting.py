"""Consulting: a conversation between a learner and an adviser goes on the record."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from brokerage import errors
from brokerage.models import WAITING, Adviser, Channel, Consultation, Request, RequestState
from brokerage.talking.models import CallBack
from brokerage.talking.recording import put_down
from ledger import Actor


def hold(
    request: UUID,
    *,
    by: Adviser,
    channel: Channel,
    minutes: int,
    note: str,
    call_back: CallBack | None = None,
    actor: Actor,
) -> Consultation:
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
        return put_down(
            found.learner_id,
            by=by,
            channel=channel,
            minutes=minutes,
            note=note,
            request=found,
            call_back=call_back,
            actor=actor,
        )


def lock_on_desk(request: UUID, adviser: Adviser) -> Request:
    """The request, locked, if it is this adviser's to answer or to cover; otherwise it does not exist for them."""
    found = Request.objects.on_the_desk_of(adviser).locked().filter(pk=request).first()
    if found is None:
        raise errors.RequestNotFound()
    if found.learner.user_id == adviser.user_id:
        raise errors.OwnRequest()
    return found

"""Handing over: a request goes to somebody who may answer it, with a clock of its own."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from django.db import transaction

import ledger
from brokerage import assigning
from brokerage.consulting import lock_on_desk
from brokerage.errors import NobodyToAsk
from brokerage.models import WAITING, Adviser, Request
from brokerage.organisation_models import Interest, holds_a_mark
from brokerage.organisations import errors, events
from ledger import Actor, Event

SWEEP = 200
Why = Literal["interest", "family", "mark", "chosen"]
FIELDS = ["adviser", "cover", "answer_by", "escalated_at"]


def hand_over(request: UUID, *, by: Adviser, actor: Actor) -> Request:
    """Give a request on this adviser's desk, in which they have declared an interest, to somebody who has none.

    Refuses `RequestNotFound`, `OwnRequest`, `NothingDeclared` and `NobodyToAsk`. Locks the request.
    """
    with transaction.atomic():
        found = lock_on_desk(request, by)
        if found.state not in WAITING or found.voucher_id:
            raise errors.NothingDeclared()
        if not Interest.objects.against(found.learner_id, found.run.course.provider_id).filter(adviser=by).exists():
            raise errors.NothingDeclared()
        if not give_to_another(found, leaving=by, why="interest", actor=actor):
            raise NobodyToAsk()
    return found


def give_to_another(request: Request, *, leaving: Adviser, why: Why, actor: Actor) -> bool:
    """A request that waits leaves somebody's desk for another's; whether there was anybody. For whoever has locked it.

    Where they only cover, it stays with whoever has it, who has another cover from now on.
    """
    owner = request.adviser
    if owner is not None and owner.pk != leaving.pk and owner.stand_in_id is None:
        others = assigning.another_adviser(request, not_by=[leaving.pk, owner.pk])
        request.cover = others[0] if others else None
        request.save(update_fields=["cover"])
        ledger.record(_event(request, leaving, why, actor))
        return True
    gone = {leaving.pk} | ({owner.pk} if owner else set())
    others = assigning.another_adviser(request, not_by=gone)
    if others is None:
        return False
    give_to(request, others, former=leaving, why=why, actor=actor)
    return True


def give_to(request: Request, desk: assigning.Desk, *, former: Adviser, why: Why, actor: Actor) -> None:
    """Put a request that waits on this desk, with as long to answer as the scheme says. For whoever has locked it."""
    request.adviser, request.cover = desk
    hours = request.rule_version.parsed.adviser.answer_within_hours
    request.answer_by, request.escalated_at = ledger.now() + dt.timedelta(hours=hours), None
    request.save(update_fields=FIELDS)
    ledger.record(_event(request, former, why, actor))


def leave_without_a_mark(*, actor: Actor) -> int:
    """What waits for advisers who may not broker goes to advisers elsewhere, with a clock of its own; how many.

    Where there is nobody, it stays: no clock stops. Can run twice. Locks the requests in id order, `SWEEP` at a time.
    """
    moved, after = 0, UUID(int=0)
    while True:
        with transaction.atomic():
            due = list(
                Request.objects.waiting()
                .filter(~holds_a_mark(ledger.today(), of="adviser__organisation"), adviser__isnull=False, pk__gt=after)
                .locked()
                .prefetch_related("run__course")
                .order_by("id")[:SWEEP]
            )
            for request in due:
                assert request.adviser is not None
                others = assigning.another_adviser(request, not_by=[request.adviser.pk])
                if others is not None:
                    give_to(request, others, former=request.adviser, why="mark", actor=actor)
                    moved += 1
        if not due:
            return moved
        after = due[-1].pk


def _event(request: Request, former: Adviser, why: Why, actor: Actor) -> Event:
    return events.HANDED_OVER.by(
        actor,
        subject=request.subject,
        learner=request.learner_id,
        scheme=request.learning_account.scheme_id,
        adviser=request.adviser_id,
        former=former.pk,
        why=why,
        answer_by=request.answer_by,
    )

"""Deciding: an adviser answers a request, as far as the scheme's policy lets advice go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from brokerage import errors, events
from brokerage.consulting import lock_on_desk
from brokerage.models import WAITING, Adviser, Decision, Outcome, Policy, ReasonCode, Request, RequestState
from ledger import Actor
from providers.models import CourseRun

# What an adviser may answer under each policy: `3-domain`, "Life cycles". Advice is a veto under `structured` alone.
ANSWERS: dict[Policy, tuple[Outcome, ...]] = {
    Policy.OPEN: (Outcome.APPROVE, Outcome.ADVISE_OTHERWISE),
    Policy.GUIDED: (Outcome.APPROVE, Outcome.ADVISE_OTHERWISE),
    Policy.STRUCTURED: (Outcome.APPROVE, Outcome.DECLINE),
}
_LEADS_TO = {
    Outcome.APPROVE: RequestState.APPROVED,
    Outcome.ADVISE_OTHERWISE: RequestState.ADVISED_OTHERWISE,
    Outcome.DECLINE: RequestState.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """An adviser's answer. Reasons are written to the learner; alternatives are course runs they might take instead."""

    request: UUID
    outcome: Outcome
    reasons: str = ""
    reason_codes: Sequence[ReasonCode] = ()
    alternatives: Sequence[CourseRun] = ()


def decide(ruling: Ruling, *, by: Adviser, actor: Actor) -> Decision:
    """Answer a request on this adviser's desk, once: of two who press at the same instant, one is told so.

    Refuses `RequestNotFound`, `OwnRequest`, `RequestBought`, `RequestDecided`, `OutcomeNotAllowed`,
    `ConsultationNeeded` (under `guided` and `structured`), `ReasonsNeeded` (for anything but approval),
    `SameAdviser` (an appeal against their own answer). Locks the request.
    """
    with transaction.atomic():
        request = lock_on_desk(ruling.request, by)
        _check(ruling, request, by)
        appealed = request.state == RequestState.APPEALED
        state = _LEADS_TO[ruling.outcome]
        request.state = RequestState.UPHELD if appealed and state == RequestState.DECLINED else state
        request.save(update_fields=["state"])
        decision = Decision.objects.create(
            request=request,
            adviser=by,
            outcome=ruling.outcome,
            reasons=ruling.reasons,
            reason_codes=list(ruling.reason_codes),
            decided_at=ledger.now(),
        )
        decision.alternatives.set(ruling.alternatives)
        ledger.record(
            events.DECIDED.by(
                actor,
                subject=request.subject,
                learner=request.learner_id,
                scheme=request.learning_account.scheme_id,
                adviser=by.id,
                outcome=ruling.outcome,
                reason_codes=list(ruling.reason_codes),
                alternatives=[run.pk for run in ruling.alternatives],
            )
        )
    return decision


def appeal(request: UUID, reason: str, *, learner_id: UUID, actor: Actor) -> Request:
    """The learner asks for another adviser's answer to a declined request: it goes to the colleague who covers.

    Refuses `RequestNotFound`, `RequestOver`, `ReasonsNeeded`, `NobodyToAsk`. Locks the request.
    """
    with transaction.atomic():
        found = (
            Request.objects.filter(pk=request, learner=learner_id)
            .select_for_update(of=("self",))
            .select_related("learning_account", "rule_version")
            .first()
        )
        if found is None:
            raise errors.RequestNotFound()
        if found.state != RequestState.DECLINED:
            raise errors.RequestOver(state=found.get_state_display())
        if not reason.strip():
            raise errors.ReasonsNeeded()
        others = Adviser.objects.exclude(decisions__in=found.decisions.all())
        other = others.filter(covers_for=found.adviser_id).first() or others.order_by("id").first()
        if other is None:
            raise errors.NobodyToAsk()
        found.state, found.appeal_reason = RequestState.APPEALED, reason
        found.adviser, found.cover = other, None
        found.answer_by = ledger.now() + _hours_to_answer(found)
        found.save(update_fields=["state", "appeal_reason", "adviser", "cover", "answer_by"])
        ledger.record(
            events.APPEALED.by(
                actor,
                subject=found.subject,
                learner=found.learner_id,
                scheme=found.learning_account.scheme_id,
                adviser=other.id,
                answer_by=found.answer_by,
            )
        )
    return found


def _check(ruling: Ruling, request: Request, by: Adviser) -> None:
    if request.voucher_id:
        raise errors.RequestBought()
    if request.state not in WAITING:
        raise errors.RequestDecided(state=request.get_state_display())
    if ruling.outcome not in ANSWERS[Policy(request.policy)]:
        raise errors.OutcomeNotAllowed(field="outcome")
    if request.policy != Policy.OPEN and not request.consultations.exists():
        raise errors.ConsultationNeeded()
    if ruling.outcome != Outcome.APPROVE and not (ruling.reasons.strip() and ruling.reason_codes):
        raise errors.ReasonsNeeded(field="reasons")
    if request.state == RequestState.APPEALED and request.decisions.filter(adviser=by).exists():
        raise errors.SameAdviser()


def _hours_to_answer(request: Request) -> dt.timedelta:
    return dt.timedelta(hours=request.rule_version.parsed.adviser.answer_within_hours)

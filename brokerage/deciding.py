"""Deciding: an adviser answers a request, as far as the scheme's policy lets advice go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import LearningAccount
from brokerage import changing, deciding_errors, errors, events
from brokerage.assigning import another_adviser
from brokerage.changing import TERMS, Change
from brokerage.consulting import lock_on_desk
from brokerage.deciding_models import Terms
from brokerage.models import (
    WAITING,
    Adviser,
    Decision,
    Interest,
    Outcome,
    Policy,
    ReasonCode,
    Request,
    RequestState,
)
from brokerage.organisations import declaring
from brokerage.requesting import Quote
from brokerage.requoting import now_of
from config.walls import walled_by
from ledger import Actor
from providers.models import CourseRun

# What an adviser may answer under each policy: `3-domain`, "Life cycles". Advice is a veto under `structured` alone.
ANSWERS: dict[Policy, tuple[Outcome, ...]] = {
    Policy.OPEN: (Outcome.APPROVE, Outcome.ADVISE_OTHERWISE),
    Policy.GUIDED: (Outcome.APPROVE, Outcome.ADVISE_OTHERWISE),
    Policy.STRUCTURED: (Outcome.APPROVE, Outcome.APPROVE_CHANGED, Outcome.DECLINE),
}
APPROVALS = (Outcome.APPROVE, Outcome.APPROVE_CHANGED)
_LEADS_TO = {
    Outcome.APPROVE: RequestState.APPROVED,
    Outcome.APPROVE_CHANGED: RequestState.APPROVED,
    Outcome.ADVISE_OTHERWISE: RequestState.ADVISED_OTHERWISE,
    Outcome.DECLINE: RequestState.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """An adviser's answer. Reasons are written to the learner; alternatives are course runs they might take instead.

    `change` is what is approved with a change. `seen` is the fingerprint of what the adviser saw
    (`brokerage.requoting.Now`); empty where a machine answers, which saw nothing.
    """

    request: UUID
    outcome: Outcome
    reasons: str = ""
    reason_codes: Sequence[ReasonCode] = ()
    alternatives: Sequence[CourseRun] = ()
    change: Change | None = None
    seen: str = ""


def decide(ruling: Ruling, *, by: Adviser, actor: Actor) -> Decision:
    """Answer a request on this adviser's desk, once: of two who press at the same instant, one is told so.

    Refuses `RequestNotFound`, `OwnRequest`, `RequestBought`, `RequestDecided`, `OutcomeNotAllowed`,
    `ConsultationNeeded` (under `guided` and `structured`), `ReasonsNeeded` (for anything but a plain approval),
    `SameAdviser` (an appeal against their own answer, or a second approval of their own), `MarkNeeded` (their
    organisation has none), `Interested` (in the learner, the provider, or the one it is changed to), `SeenOtherwise`,
    `NobodyToSecond`, and of a change what `changing.priced` refuses. Locks the adviser, so that they do not declare an
    interest meanwhile, then the request, then the learning account.

    Where the scheme wants a second approval, the first hands the request to another adviser, with a clock of its own,
    and it is approved when they approve too: with a change, what they approve is the changed request.
    """
    with transaction.atomic():
        Adviser.objects.select_for_update(no_key=True).get(pk=by.pk)
        request = lock_on_desk(ruling.request, by)
        _check(ruling, request, by)
        instead = _instead(ruling, request)
        interest = declaring.interest_in_deciding(request, by, instead.run if instead else None)
        decision = _store(ruling, request, by, interest)
        if instead is not None:
            with walled_by(declaring.WALLS, savepoint=False):
                changing.change(request, instead, decision, actor=actor)
        request.approvals += ruling.outcome in APPROVALS
        request.state = _state_after(ruling, request, decision)
        if ruling.outcome == Outcome.DECLINE and request.state == RequestState.APPROVED:
            changing.go_back_to(Terms.Of.APPROVED, request, actor=actor)
            request.approvals = request.approvals_needed
        if request.state == RequestState.APPROVED_ONCE:
            event = _hand_over(request, by, actor)
        else:
            event = events.DECIDED.by(
                actor,
                subject=request.subject,
                learner=request.learner_id,
                scheme=request.learning_account.scheme_id,
                adviser=by.id,
                outcome=ruling.outcome,
                reason_codes=list(ruling.reason_codes),
                alternatives=[run.pk for run in ruling.alternatives],
            )
        request.save(update_fields=["state", "approvals", "adviser", "cover", "answer_by", "escalated_at", *TERMS])
        ledger.record(event)
    return decision


def appeal(request: UUID, reason: str, *, learner_id: UUID, actor: Actor) -> Request:
    """The learner asks for another adviser's answer: it goes to the colleague who covers.

    Against a decline, or against a change: then it is for what they asked for once more, and if the other adviser
    declines that, what was approved with the change stands. There is one appeal.

    Refuses `RequestNotFound`, `RequestBought`, `RequestOver`, `ReasonsNeeded`, `NobodyToAsk`, and `AlreadyAsked` where
    they have asked for the same anew. Locks the request.
    """
    with transaction.atomic():
        found = Request.objects.filter(pk=request, learner=learner_id).locked().first()
        if found is None:
            raise errors.RequestNotFound()
        if found.voucher_id:
            raise errors.RequestBought()
        if not may_appeal(found):
            raise errors.RequestOver(state=found.get_state_display())
        if not reason.strip():
            raise errors.ReasonsNeeded()
        if (others := another_adviser(found)) is None:
            raise errors.NobodyToAsk()
        if changing.go_back_to(Terms.Of.ASKED, found, actor=actor):
            found.approvals = 0
        found.state, found.appeal_reason = RequestState.APPEALED, reason
        found.adviser, found.cover = others
        found.answer_by, found.escalated_at = ledger.now() + _hours_to_answer(found), None
        found.save(
            update_fields=[
                "state",
                "approvals",
                "appeal_reason",
                "adviser",
                "cover",
                "answer_by",
                "escalated_at",
                *TERMS,
            ]
        )
        ledger.record(
            events.APPEALED.by(
                actor,
                subject=found.subject,
                learner=found.learner_id,
                scheme=found.learning_account.scheme_id,
                adviser=others[0].id,
                answer_by=found.answer_by,
            )
        )
    return found


def may_appeal(request: Request) -> bool:
    """Whether the learner may ask another adviser: once, where it was declined or approved with a change."""
    if request.appeal_reason or request.voucher_id:
        return False
    if request.state == RequestState.APPROVED:
        return request.decisions.filter(outcome=Outcome.APPROVE_CHANGED).exists()
    return request.state == RequestState.DECLINED


def answers_to(request: Request) -> tuple[Outcome, ...]:
    """What an adviser may answer this request: a second approval is a yes or a no to just what the first approved."""
    answers = ANSWERS[Policy(request.policy)]
    if request.state != RequestState.APPROVED_ONCE:
        return answers
    return tuple(answer for answer in answers if answer != Outcome.APPROVE_CHANGED)


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
    if (ruling.outcome == Outcome.APPROVE_CHANGED) != (ruling.change is not None):
        raise errors.OutcomeNotAllowed(field="outcome")
    if request.decisions.filter(adviser=by).exists():
        raise errors.SameAdviser()
    if request.appeal_reason and request.good_words.filter(adviser=by, said_at__isnull=False).exists():
        raise deciding_errors.SpokeForThem()


def _instead(ruling: Ruling, request: Request) -> Quote | None:
    """What the change costs, if there is one; the learning account is held, so that it costs the same when stored.

    Refuses `SeenOtherwise` where the adviser answered something else than what is.
    """
    if not ruling.seen and ruling.change is None:
        return None
    LearningAccount.objects.select_for_update(no_key=True).get(pk=request.learning_account_id)
    if ruling.seen and ruling.seen != now_of(request).fingerprint:
        raise deciding_errors.SeenOtherwise()
    return changing.priced(ruling.change, request) if ruling.change else None


def _store(ruling: Ruling, request: Request, by: Adviser, interest: Interest | None) -> Decision:
    with walled_by({"one_decision_an_adviser_and_request": errors.SameAdviser()} | declaring.WALLS, savepoint=False):
        decision = Decision.objects.create(
            request=request,
            adviser=by,
            outcome=ruling.outcome,
            reasons=ruling.reasons,
            reason_codes=list(ruling.reason_codes),
            interest=interest,
            decided_at=ledger.now(),
        )
    decision.alternatives.set(ruling.alternatives)
    return decision


def _state_after(ruling: Ruling, request: Request, decision: Decision) -> RequestState:
    """What the answer leads to, once it is counted. There is one appeal: what is declined after it stays declined, or
    approved as it was where the appeal was against a change alone."""
    if ruling.outcome in APPROVALS and request.approvals < request.approvals_needed:
        return RequestState.APPROVED_ONCE
    if ruling.outcome == Outcome.DECLINE and request.appeal_reason:
        before = request.decisions.exclude(pk=decision.pk).filter(outcome=Outcome.DECLINE)
        return RequestState.UPHELD if before.exists() else RequestState.APPROVED
    return _LEADS_TO[ruling.outcome]


def _hand_over(request: Request, by: Adviser, actor: Actor) -> ledger.Event:
    """Give an approved request to a second adviser, who has as long to answer. Refuses `NobodyToSecond`."""
    if (others := another_adviser(request)) is None:
        raise errors.NobodyToSecond()
    request.adviser, request.cover = others
    request.answer_by, request.escalated_at = ledger.now() + _hours_to_answer(request), None
    return events.APPROVED_ONCE.by(
        actor,
        subject=request.subject,
        learner=request.learner_id,
        scheme=request.learning_account.scheme_id,
        adviser=by.id,
        second_adviser=others[0].id,
        answer_by=request.answer_by,
    )


def _hours_to_answer(request: Request) -> dt.timedelta:
    return dt.timedelta(hours=request.rule_version.parsed.adviser.answer_within_hours)

"""The adviser's desk: who waits, and one request with what is needed to decide on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import ledger
from brokerage import consulting, deciding
from brokerage.deciding import Ruling
from brokerage.models import WAITING, Adviser, Channel, Outcome, Policy, ReasonCode, Request, RequestState
from brokerage.talking.models import CallBack
from brokerage.witnessing import theirs, witness
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, looked_at
from web.desk.forms import ConsultationForm, DecisionForm, EvidenceForm
from web.desk.queue import Case, case, waiting_for

TO_RING = 20


@require_GET
@for_adviser
def desk(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """The queue, with the most urgent request open beside it."""
    queue = waiting_for(adviser)
    first = _found(queue[0].pk, adviser) if queue else None
    return _show(request, adviser, queue, first)


@require_GET
@for_adviser
def request_page(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """One request beside the queue."""
    return _show(request, adviser, waiting_for(adviser), _found(pk, adviser))


@require_POST
@for_adviser
def consult(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Write down a conversation; what was typed stays when something is missing."""
    asked = _found(pk, adviser)
    form = ConsultationForm(request.POST)
    if form.is_valid():
        try:
            consulting.hold(
                pk,
                by=adviser,
                channel=Channel(form.cleaned_data["channel"]),
                minutes=form.cleaned_data["minutes"],
                note=form.cleaned_data["note"],
                actor=acting(adviser, request, asked.learner_id),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your conversation is on the record."))
            return redirect("desk:request", pk=pk)
    return _show(request, adviser, waiting_for(adviser), asked, consultation_form=form)


@require_POST
@for_adviser
def decide(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Answer a request, and go on to the next that waits."""
    asked = _found(pk, adviser)
    opened = case(asked)
    form = DecisionForm(request.POST, asked=asked, offers=opened.offers)
    if form.is_valid():
        answer = form.cleaned_data
        ruling = Ruling(
            request=pk,
            outcome=Outcome(answer["outcome"]),
            reasons=answer["reasons"],
            reason_codes=[ReasonCode(code) for code in answer["reason_codes"]],
            alternatives=list(answer.get("alternatives") or []),
        )
        try:
            decision = deciding.decide(ruling, by=adviser, actor=acting(adviser, request, asked.learner_id))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("{learner} can read your answer now.").format(learner=asked.learner.name)
            if decision.request.state == RequestState.APPROVED_ONCE:
                said += " " + _("A second adviser decides next.")
            messages.success(request, said)
            return redirect("desk:desk")
    return _show(request, adviser, waiting_for(adviser), asked, opened=opened, decision_form=form)


@require_POST
@for_adviser
def evidence(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Keep that the adviser saw a document that the learner's scheme asks for."""
    asked = _found(pk, adviser)
    opened = case(asked)
    form = EvidenceForm(request.POST, rows=opened.proofs)
    if form.is_valid():
        criterion, document = form.said
        try:
            witness(asked.learner_id, criterion, document, by=adviser, actor=acting(adviser, request, asked.learner_id))
        except Refusal as refusal:
            if refusal.status == 404:
                raise Http404 from refusal
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is kept that you have seen it."))
            return redirect("desk:request", pk=pk)
    return _show(request, adviser, waiting_for(adviser), asked, opened=opened, evidence_form=form)


def _found(pk: UUID, adviser: Adviser) -> Request:
    """The request if it is on this desk; not mine looks like does not exist."""
    asked = (
        Request.objects.on_the_desk_of(adviser)
        .select_related(
            "learner",
            "run__course__provider",
            "run__venue",
            "learning_account__scheme",
            "learning_account__learner",
            "rule_version",
            "adviser__user",
            "asked_by__user",
            "cover__user",
        )
        .filter(pk=pk)
        .first()
    )
    if asked is None:
        raise Http404
    return asked


def _show(
    request: HttpRequest,
    adviser: Adviser,
    queue: list[Request],
    asked: Request | None,
    *,
    opened: Case | None = None,
    consultation_form: ConsultationForm | None = None,
    decision_form: DecisionForm | None = None,
    evidence_form: EvidenceForm | None = None,
) -> HttpResponse:
    opened = opened or (case(asked) if asked else None)
    if asked is not None:
        looked_at(adviser, asked)
    waits = bool(asked and asked.state in WAITING and not asked.voucher_id)
    talk_first = (
        bool(
            opened
            and opened.request.policy != Policy.OPEN
            and not any(c.request_id == asked.pk for c in opened.consultations)
        )
        if asked
        else False
    )
    invalid = any(form and form.errors for form in (consultation_form, decision_form, evidence_form))
    context = {
        "adviser": adviser,
        "queue": queue,
        "case": opened,
        "call_backs": list(CallBack.objects.on_the_desk_of(adviser).waiting().select_related("learner")[:TO_RING]),
        "now": ledger.now(),
        "waits": waits,
        "talk_first": talk_first,
        "evidence_form": evidence_form or _evidence_form(adviser, opened),
        "consultation_form": consultation_form or ConsultationForm(),
        "decision_form": decision_form
        or (DecisionForm(asked=opened.request, offers=opened.offers) if opened else None),
    }
    return render(request, "desk/desk.html", context, status=422 if invalid else 200)


def _evidence_form(adviser: Adviser, opened: Case | None) -> EvidenceForm:
    """What this adviser may say they have seen; nothing of a learner with whom they have no more to do."""
    if opened is None or not opened.proofs or not theirs(adviser).filter(pk=opened.request.learner_id).exists():
        return EvidenceForm(rows=())
    return EvidenceForm(rows=opened.proofs)

"""The adviser's desk: who waits, and one request with what is needed to decide on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from brokerage import consulting, deciding
from brokerage.assisting import assisting
from brokerage.deciding import Ruling
from brokerage.models import WAITING, Adviser, Channel, Decision, Outcome, Policy, ReasonCode, Request, RequestState
from brokerage.talking.models import CallBack
from brokerage.witnessing import theirs, witness
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, looked_at
from web.desk.case import Case, case
from web.desk.forms import ConsultationForm, DecisionForm, EvidenceForm
from web.desk.queue import ORDERS, Filters, Queue
from web.desk.today import today
from web.unsent import written

TO_RING = 20


@require_safe
@for_adviser
def desk(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """The queue, with the first of it open beside it."""
    queue = Queue(adviser, Filters.of(request.GET))
    first = found(queue.rows[0].asked.pk, adviser) if queue.rows else None
    return _show(request, adviser, queue, first)


@require_safe
@for_adviser
def request_page(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """One request beside the queue."""
    return _show(request, adviser, Queue(adviser, Filters.of(request.GET)), found(pk, adviser))


@require_POST
@for_adviser
def consult(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Write down a conversation; what was typed stays when something is missing."""
    asked = found(pk, adviser)
    form = ConsultationForm(written(request))
    if form.is_valid():
        try:
            consulting.hold(
                pk,
                by=adviser,
                channel=Channel(form.cleaned_data["channel"]),
                minutes=form.cleaned_data["minutes"],
                note=form.cleaned_data["note"],
                actor=acting(adviser, asked.learner_id),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your conversation is on the record."))
            return redirect(reverse("desk:request", args=[pk]) + Filters.of(request.GET).query)
    return _show(request, adviser, Queue(adviser, Filters.of(request.GET)), asked, consultation_form=form)


@require_POST
@for_adviser
def decide(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Answer a request, and go on to the next of the same queue."""
    asked = found(pk, adviser)
    opened = case(asked)
    form = _decision_form(request, opened)
    if form.is_valid():
        answer = form.cleaned_data
        ruling = Ruling(
            request=pk,
            outcome=Outcome(answer["outcome"]),
            reasons=answer["reasons"],
            reason_codes=[ReasonCode(code) for code in answer["reason_codes"]],
            alternatives=list(answer.get("alternatives") or []),
            seen=request.POST.get("seen", ""),
        )
        queue = Queue(adviser, Filters.of(request.GET))
        onward = queue.next_after(pk)
        try:
            decision = deciding.decide(ruling, by=adviser, actor=acting(adviser, asked.learner_id))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return answered(request, decision, *onward)
    return _show(request, adviser, Queue(adviser, Filters.of(request.GET)), asked, opened=opened, decision_form=form)


@require_POST
@for_adviser
def evidence(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Keep that the adviser saw a document that the learner's scheme asks for."""
    asked = found(pk, adviser)
    opened = case(asked)
    form = EvidenceForm(written(request), rows=opened.proofs)
    if form.is_valid():
        criterion, document = form.said
        try:
            witness(asked.learner_id, criterion, document, by=adviser, actor=acting(adviser, asked.learner_id))
        except Refusal as refusal:
            if refusal.status == 404:
                raise Http404 from refusal
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is kept that you have seen it."))
            return redirect(reverse("desk:request", args=[pk]) + Filters.of(request.GET).query)
    return _show(request, adviser, Queue(adviser, Filters.of(request.GET)), asked, opened=opened, evidence_form=form)


def answered(request: HttpRequest, decision: Decision, onward: UUID | None, filters: Filters) -> HttpResponse:
    """Say so, and open the next of the same queue in its place."""
    said = _("{learner} can read your answer now.").format(learner=decision.request.learner.name)
    if decision.request.state == RequestState.APPROVED_ONCE:
        said += " " + _("A second adviser decides next.")
    messages.success(request, said)
    page = reverse("desk:request", args=[onward]) if onward else reverse("desk:desk")
    return redirect(page + filters.query)


def found(pk: UUID, adviser: Adviser) -> Request:
    """The request if it is on this desk; not mine looks like does not exist."""
    asked = (
        Request.objects.on_the_desk_of(adviser)
        .select_related(
            "learner",
            "run__course__provider",
            "run__venue",
            "learning_account__scheme",
            "rule_version",
            "adviser__user",
            "asked_by__user",
            "cover__user",
        )
        .prefetch_related("extras__extra")
        .filter(pk=pk)
        .first()
    )
    if asked is None:
        raise Http404
    asked.learning_account.learner = asked.learner  # the same person, and no need to join them twice
    return asked


def _show(
    request: HttpRequest,
    adviser: Adviser,
    queue: Queue,
    asked: Request | None,
    *,
    opened: Case | None = None,
    **forms: Any,
) -> HttpResponse:
    opened = opened or (case(asked) if asked else None)
    if asked is not None:
        looked_at(adviser, asked)
    context = {
        "adviser": adviser,
        "queue": queue,
        "orders": [(name, words) for name, (words, _fields) in ORDERS.items()],
        "today": today(adviser),
        "case": opened,
        "call_backs": list(CallBack.objects.on_the_desk_of(adviser).waiting().select_related("learner")[:TO_RING]),
        "now": queue.now,
    }
    if opened is not None:
        context |= _to_answer(request, adviser, opened) | forms
    invalid = request.method == "POST"
    return render(request, "desk/desk.html", context, status=422 if invalid else 200)


def _to_answer(request: HttpRequest, adviser: Adviser, opened: Case) -> dict[str, Any]:
    """What can be done about the request, with the forms for it as far as they were filled in."""
    asked = opened.request
    talked = any(consultation.request_id == asked.pk for consultation in opened.consultations)
    unsent = None if request.method == "POST" else request
    return {
        "waits": asked.state in WAITING and not asked.voucher_id,
        "done_for_them": assisting.done_to(asked.subject),
        "talk_first": asked.policy != Policy.OPEN and not talked,
        "consultation_form": ConsultationForm(_unsent(unsent, "desk:consult", asked)),
        "decision_form": _decision_form(unsent, opened),
        "evidence_form": _evidence_form(unsent, adviser, opened),
    }


def _decision_form(request: HttpRequest | None, opened: Case) -> DecisionForm:
    return DecisionForm(
        _unsent(request, "desk:decide", opened.request),
        asked=opened.request,
        decisions=opened.decisions,
        offers=opened.offers,
    )


def _evidence_form(request: HttpRequest | None, adviser: Adviser, opened: Case) -> EvidenceForm:
    """What this adviser may say they have seen; nothing of a learner with whom they have no more to do."""
    if not opened.proofs or not theirs(adviser).filter(pk=opened.request.learner_id).exists():
        return EvidenceForm(rows=())
    return EvidenceForm(_unsent(request, "desk:evidence", opened.request), rows=opened.proofs)


def _unsent(request: HttpRequest | None, to: str, asked: Request) -> QueryDict | None:
    return written(request, reverse(to, args=[asked.pk])) if request else None

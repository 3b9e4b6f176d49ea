"""A provider's accreditations: recorded on evidence, looked at, and ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import ledger
from accounts.models import SchemeManager
from config.refusals import Refusal
from providers import accreditation as accrediting
from providers import evidencing
from providers.accreditation import EndReason, Mark
from providers.models import Accreditation, AccreditationEvidence, Provider
from web.evidence import download
from web.scheme.access import acting, for_manager
from web.scheme.vetting_forms import AccreditationForm, EndForm, EvidenceForm


@require_http_methods(["GET", "POST"])
@for_manager
def provider(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """What a provider holds, and recording one more with what shows it."""
    found = get_object_or_404(Provider, pk=pk)
    posted = request.method == "POST"
    form = AccreditationForm(request.POST if posted else None, request.FILES if posted else None)
    refused = None
    if posted and form.is_valid():
        said = form.cleaned_data
        names = ("issuer", "valid_from", "valid_until", "scope", "reference")
        mark = Mark(found, **{name: said[name] for name in names})
        try:
            evidencing.accredit_on_evidence(mark, form.shown, by=manager.user_id, actor=acting(manager))
        except Refusal as refusal:
            refused = refusal
            form.say(refusal)
        else:
            messages.success(request, _("The accreditation is recorded."))
            return redirect("scheme:vetting-provider", pk=pk)
    held = found.accreditations.select_related("recorded_by", "ended_by").prefetch_related("evidence")
    today = ledger.today()
    context = {
        "provider": found,
        "held": [(each, each.holds(today)) for each in held.order_by("-valid_from", "id")],
        "form": form,
        "issuers": accrediting.issuers(),
    }
    return render(request, "scheme/vetting_provider.html", context, status=_status(form, refused))


@require_GET
@for_manager
def accreditation(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """One accreditation of a provider or a course: its evidence, and ending it."""
    return _show(request, _found(pk), EvidenceForm(), EndForm())


@require_POST
@for_manager
def evidence(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """Keep one more document or address with an accreditation."""
    found, form = _found(pk), EvidenceForm(request.POST, request.FILES)
    refused: Refusal | None = None
    if form.is_valid():
        try:
            evidencing.attach(found, form.shown, by=manager.user_id, actor=acting(manager))
        except Refusal as refusal:
            refused = refusal
            form.say(refusal)
        else:
            messages.success(request, _("It is kept with the accreditation."))
            return redirect("scheme:vetting-accreditation", pk=pk)
    return _show(request, found, form, EndForm(), status=_status(form, refused))


@require_POST
@for_manager
def end(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """End an accreditation, at once or after a last day."""
    found, form = _found(pk), EndForm(request.POST)
    refused: Refusal | None = None
    if form.is_valid():
        said, by, actor = form.cleaned_data, manager.user_id, acting(manager)
        reason = EndReason(said["reason"])
        try:
            if said["when"] == "now":
                accrediting.withdraw(found, reason=reason, by=by, actor=actor)
            else:
                accrediting.end(found, said["last_day"], reason=reason, by=by, actor=actor)
        except Refusal as refusal:
            refused = refusal
            form.say(refusal)
        else:
            messages.success(request, _("Done. The provider is told."))
            return redirect("scheme:vetting-accreditation", pk=pk)
    return _show(request, found, EvidenceForm(), form, status=_status(form, refused))


@require_GET
@for_manager
def document(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """A document that was kept as evidence, as a download."""
    return download(get_object_or_404(AccreditationEvidence, pk=pk))


def _found(pk: UUID) -> Accreditation:
    rows = Accreditation.objects.select_related("provider", "course__provider", "recorded_by", "ended_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, found: Accreditation, evidence_form: EvidenceForm, end_form: EndForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "accreditation": found,
        "holds": found.holds(ledger.today()),
        "shown": found.evidence.select_related("recorded_by"),
        "evidence_form": evidence_form,
        "end_form": end_form,
    }
    return render(request, "scheme/vetting_accreditation.html", context, status=status)


def _status(form: AccreditationForm | EvidenceForm | EndForm, refused: Refusal | None) -> int:
    return refused.status if refused else 422 if form.errors else 200

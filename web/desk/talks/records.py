"""A learner's guidance record on the desk: read, added to, corrected; and what colleagues note for each other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import ledger
from brokerage.models import Adviser
from brokerage.planning import planning
from brokerage.talking import recording, tiers
from brokerage.talking.reading import private_notes, record_of, tier_of
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, learner_of, looked_at_record, refuse
from web.desk.talks.forms import NeedsForm, WordsForm
from web.talks import shown
from web.unsent import written

A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def record(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """All of the record, and a form for a private note. A fixed number of queries."""
    learner = learner_of(adviser, pk)
    form = WordsForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            recording.note_privately(pk, form.cleaned_data["words"], by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your note is kept."))
            return redirect("desk:record", pk=pk)
    looked_at_record(adviser, pk)
    page = Paginator(record_of(pk), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "learner": learner,
        "tier": tier_of(pk),
        "page": page,
        "lines": [shown(line) for line in page],
        "notes": private_notes(pk, adviser),
        "advocacy": learner.advocacy.select_related("run__course__provider")[:A_PAGE],
        "referrals": learner.referrals.select_related("organisation", "service")[:A_PAGE],
        "plans": planning.plans_for(adviser).filter(goal__learner=learner).order_by("begun_at"),
        "now": ledger.now(),
        "form": form,
    }
    return render(request, "desk/talks/record.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def needs(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """A conversation about what would help; it suggests, and the learner chooses."""
    learner = learner_of(adviser, pk)
    form = NeedsForm(written(request))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            tiers.converse(pk, form.answers, words, by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            said = _("It is on the record. The answers speak for: {tier}. The learner chooses.")
            messages.success(request, said.format(tier=tiers.suggestion(form.answers).label))
            return redirect("desk:record", pk=pk)
    context = {"learner": learner, "form": form, "tier": tier_of(pk)}
    return render(request, "desk/talks/needs.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def correct(request: HttpRequest, adviser: Adviser, pk: UUID, entry: UUID) -> HttpResponse:
    """Say what is right instead of what stands there; both stay."""
    learner = learner_of(adviser, pk)
    found = [line for line in record_of(pk) if entry in {each.pk for each in (line.entry, *line.after)}]
    if not found:
        raise Http404
    form = WordsForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            recording.correct(entry, form.cleaned_data["words"], by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("The correction is on the record, beside what it corrects."))
            return redirect("desk:record", pk=pk)
    looked_at_record(adviser, pk)
    context = {"learner": learner, "form": form, "line": shown(found[0])}
    return render(request, "desk/talks/correct.html", context, status=422 if form.errors else 200)

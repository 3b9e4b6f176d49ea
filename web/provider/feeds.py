"""A provider's feeds: sent as a file, tried first, fetched from an address; and the report of each."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.refusals import Refusal
from config.tables import not_a_formula
from ledger import Actor
from providers import errors, sending, sources
from providers.models import FeedImport, FeedLine, FeedSource, Provider, Role, Staff
from web.provider.access import acting, for_staff
from web.provider.catalogue_forms import FeedForm, SourceForm, say

A_PAGE = 20
LINES_A_PAGE = 100

Outcome = FeedLine.Outcome
Act = Callable[..., Any]


@for_staff(Role.COURSES)
def feeds(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Send a feed or try it first; what was sent before, and the addresses. A fixed number of queries."""
    form = FeedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        told = {"name": str(upload.name)[:300], "actor": acting(staff), "whole": form.cleaned_data["whole"]}
        try:
            if request.POST.get("action") == "try":
                return _tried(request, sending.rehearse(staff.provider, upload.read(), **told))
            sent = sending.send(staff.provider, upload.read(), **told)
        except Refusal as refusal:
            say(form, refusal)
        else:
            return redirect("provider:feed", pk=sent.pk)
    mine = FeedImport.objects.filter(provider=staff.provider_id)
    page = Paginator(mine.order_by("-started_at", "-id"), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "feeds": list(page.object_list), "sources": _sources(staff)}
    return render(request, "provider/feeds.html", context, status=422 if form.errors else 200)


@require_safe
@for_staff(Role.COURSES)
def feed(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """The report of one feed: how many of what, and each line, those that were refused first."""
    found = _feed(staff, pk)
    page = Paginator(_in_order(FeedLine.objects.filter(feed_import=found)), LINES_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "feed": found,
        "page": page,
        "lines": list(page.object_list),
        "summary": _summary(found.tally()),
    }
    return render(request, "provider/feed.html", context)


@require_safe
@for_staff(Role.COURSES)
def feed_lines(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """The report of one feed as a table, in the same order."""
    found = _feed(staff, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-{found.pk}.csv"'
    table = csv.writer(response)
    table.writerow(["line", "kind", "identifier", "outcome", "reason"])
    for line in _in_order(FeedLine.objects.filter(feed_import=found)).iterator():
        table.writerow(
            [line.line or "", line.kind, not_a_formula(line.identifier), line.outcome, not_a_formula(line.reason)]
        )
    return response


@for_staff(Role.COURSES)
def new_source(request: HttpRequest, staff: Staff) -> HttpResponse:
    return _edit_source(request, staff, None)


@for_staff(Role.COURSES)
def change_source(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    return _edit_source(request, staff, _source(staff, pk))


@require_POST
@for_staff(Role.COURSES)
def act_on_source(request: HttpRequest, staff: Staff, pk: UUID, act: str) -> HttpResponse:
    """Check an address now, pause, resume or remove it."""
    acts: dict[str, tuple[Act, str]] = {
        "check-now": (
            sources.check_now,
            _("We are looking. Load this page again in a moment to see what it answered."),
        ),
        "pause": (sources.pause, _("Paused. Nothing is fetched from there until you resume it.")),
        "resume": (sources.resume, _("We fetch from there again.")),
        "remove": (sources.remove, _("Removed. What was imported from there stays as it is.")),
    }
    if act not in acts:
        raise Http404
    what, said = acts[act]
    _carry_out(request, what, staff.provider, _source(staff, pk).pk, acting(staff), said)
    return redirect("provider:feeds")


def _carry_out(request: HttpRequest, what: Act, provider: Provider, pk: UUID, actor: Actor, said: str) -> None:
    try:
        what(provider, pk, actor=actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)


def _edit_source(request: HttpRequest, staff: Staff, found: FeedSource | None) -> HttpResponse:
    initial = {} if found is None else {name: getattr(found, name) for name in SourceForm.base_fields}
    form = SourceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted()
        try:
            if found is None:
                sources.add(staff.provider, wanted, actor=acting(staff))
            else:
                sources.change(staff.provider, found.pk, wanted, actor=acting(staff))
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("Saved. We look at this address now."))
            return redirect("provider:feeds")
    context = {"form": form, "source": found}
    return render(request, "provider/source_form.html", context, status=422 if form.errors else 200)


def _tried(request: HttpRequest, trial: sending.Trial) -> HttpResponse:
    ordered = sorted(trial.lines, key=lambda line: (line.outcome != Outcome.REFUSED, not line.reason))
    context = {
        "trial": trial,
        "feed": trial.report,
        "lines": ordered[:LINES_A_PAGE],
        "more": max(len(ordered) - LINES_A_PAGE, 0),
        "summary": _summary(Counter((line.kind, line.outcome) for line in trial.lines)),
    }
    return render(request, "provider/trial.html", context)


def _summary(tally: dict[tuple[str, str], int]) -> list[tuple[str, int, int]]:
    """Of each outcome that there is: its name, how many courses, and how many of their dates."""
    outcomes = (Outcome.REFUSED, Outcome.CREATED, Outcome.CHANGED, Outcome.WITHDRAWN, Outcome.UNCHANGED)
    rows = [
        (str(outcome.label), tally.get(("course", outcome.value), 0), tally.get(("run", outcome.value), 0))
        for outcome in outcomes
    ]
    return [row for row in rows if row[1] or row[2]]


def _in_order(lines: QuerySet[FeedLine]) -> QuerySet[FeedLine]:
    """What was refused first, then what is in doubt, then the rest, each as it stands in the feed."""
    place = Case(
        When(outcome=Outcome.REFUSED, then=Value(0)),
        When(reason="", then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return lines.order_by(place, "line", "id")


def _feed(staff: Staff, pk: UUID) -> FeedImport:
    found = FeedImport.objects.filter(provider=staff.provider_id, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _sources(staff: Staff) -> Iterable[FeedSource]:
    return list(FeedSource.objects.filter(provider=staff.provider_id))


def _source(staff: Staff, pk: UUID) -> FeedSource:
    try:
        return sources.source_of(staff.provider, pk)
    except errors.FeedSourceNotFound:
        raise Http404 from None

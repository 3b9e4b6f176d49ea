"""A call on the helpline, or somebody who drops in: logged while it is going on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Learner
from brokerage.models import Adviser, Channel, Request
from brokerage.talking import calling
from brokerage.talking.models import Topic
from brokerage.talking.reading import with_whom
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, learner_of, looked_at_record, refuse
from web.desk.talks.forms import CallerForm, CallForm, FindForm, UnnamedForm
from web.unsent import written

FOUND = 10


@require_safe
@for_adviser
def call(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """Who is it? One of the adviser's own, by a part of the name; else by what the caller says; or nobody by name."""
    return _show(request, adviser)


@require_POST
@for_adviser
def caller(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """Find the caller by what they say themselves. Nothing is shown unless both fit."""
    form = CallerForm(request.POST)
    if form.is_valid():
        try:
            check = calling.check_caller(**form.cleaned_data, by=adviser, actor=acting(adviser))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:log-checked", pk=check.pk)
    return _show(request, adviser, caller_form=form)


@require_POST
@for_adviser
def unnamed(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """Count a talk with somebody who does not say who they are."""
    form = UnnamedForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        calling.log_anonymous(Channel(said["channel"]), Topic(said["topic"]), by=adviser, actor=acting(adviser))
        messages.success(request, _("It is counted."))
        return redirect("desk:call")
    return _show(request, adviser, unnamed_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def log(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """A talk with one of the adviser's own learners."""
    learner = learner_of(adviser, pk)
    waiting = Request.objects.on_the_desk_of(adviser).waiting().filter(learner=learner).select_related("run__course")
    form = CallForm(written(request), requests=list(waiting))
    if request.method == "POST" and form.is_valid():
        try:
            calling.log(pk, **_said(form), by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your conversation is on the record."))
            return redirect("desk:call")
    return _show_log(request, learner, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def log_checked(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """A talk with a caller who said who they are: one, and without a look at their record."""
    try:
        learner = calling.checked(pk, by=adviser).learner
    except Refusal as refusal:
        raise Http404 from refusal
    assert learner is not None  # `checked` saw to it
    form = CallForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            calling.log_checked(pk, **_said(form), by=adviser, actor=acting(adviser, learner.pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your conversation is on the record."))
            return redirect("desk:call")
    looked_at_record(adviser, learner.pk)
    return _show_log(request, learner, form)


def _said(form: CallForm) -> dict[str, Any]:
    return form.cleaned_data | {"channel": Channel(form.cleaned_data["channel"])}


def _show(
    request: HttpRequest,
    adviser: Adviser,
    caller_form: CallerForm | None = None,
    unnamed_form: UnnamedForm | None = None,
) -> HttpResponse:
    find = FindForm(request.GET)
    part = find.cleaned_data["q"].strip() if find.is_valid() else ""
    context = {
        "find": find,
        "part": part,
        "found": _named(adviser, part) if part else (),
        "caller_form": caller_form or CallerForm(),
        "unnamed_form": unnamed_form or UnnamedForm(),
    }
    invalid = any(form and form.errors for form in (caller_form, unnamed_form))
    return render(request, "desk/talks/call.html", context, status=422 if invalid else 200)


def _named(adviser: Adviser, part: str) -> list[Learner]:
    name = Concat("given_name", Value(" "), "family_name")
    mine = with_whom(adviser).annotate(whole=name).filter(Q(whole__icontains=part))
    return list(mine.order_by("given_name", "family_name", "id")[:FOUND])


def _show_log(request: HttpRequest, learner: Learner, form: CallForm) -> HttpResponse:
    context = {"learner": learner, "form": form}
    return render(request, "desk/talks/log.html", context, status=422 if form.errors else 200)

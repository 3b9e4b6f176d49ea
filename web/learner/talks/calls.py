"""A learner asks to be rung."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from accounts.models import Learner
from brokerage.models import WAITING, Request
from brokerage.talking import calling_back
from brokerage.talking.models import CallBack
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.talks.forms import CallBackForm
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def call_back(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Where and when to ring, and by when we promise to."""
    waits = CallBack.objects.waiting().filter(learner=learner).exists()
    if waits and request.method != "POST":
        return redirect("learner:talks:guidance")
    asked = {
        each.pk: each
        for each in Request.objects.of_learner(learner)
        .filter(state__in=WAITING, voucher=None)
        .select_related("run__course", "adviser", "cover", "rule_version")
    }
    form = CallBackForm(written(request), requests=list(asked.values()))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        about = said.pop("request", None)
        try:
            calling_back.ask(**said, request=asked.get(about), learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("We ring you. Your page shows by when."))
            return redirect("learner:talks:guidance")
    context = {"form": form, "by": ledger.now() + calling_back.promised(learner), "now": ledger.now()}
    return render(request, "learner/talks/call_back.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def take_back(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        calling_back.take_back(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("We do not ring you any more."))
    return redirect("learner:talks:guidance")

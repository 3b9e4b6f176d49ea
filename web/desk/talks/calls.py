"""Ringing a learner who asked for it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from brokerage.models import Adviser
from brokerage.talking import calling_back
from brokerage.talking.models import CallBack, CallBackState
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, looked_at_record, refuse
from web.desk.talks.forms import KeptForm
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def call_back(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Whom to ring, where and about what; then what they talked about."""
    found = _mine(adviser, pk)
    form = KeptForm(written(request))
    if request.method == "POST" and form.is_valid():
        actor = acting(adviser, found.learner_id)
        try:
            calling_back.reach(pk, **form.cleaned_data, by=adviser, actor=actor)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your conversation is on the record."))
            return redirect("desk:talks")
    looked_at_record(adviser, found.learner_id)
    context = {"call_back": found, "form": form, "now": ledger.now(), "most": calling_back.MOST_TRIES}
    return render(request, "desk/talks/call_back.html", context, status=422 if form.errors else 200)


@require_POST
@for_adviser
def nobody(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    found = _mine(adviser, pk)
    try:
        tried = calling_back.nobody_answered(pk, by=adviser, actor=acting(adviser, found.learner_id))
    except Refusal as refusal:
        refuse(refusal)
        messages.error(request, str(refusal))
    else:
        if tried.state == CallBackState.WAITING:
            messages.success(request, _("It is kept that you tried. Try again later."))
        else:
            messages.success(request, _("It is kept that you tried. We write to the learner now."))
    return redirect("desk:talks")


def _mine(adviser: Adviser, pk: UUID) -> CallBack:
    mine = CallBack.objects.on_the_desk_of(adviser).exclude(learner__user=adviser.user_id)
    found = mine.select_related("learner", "adviser__user", "request__run__course").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

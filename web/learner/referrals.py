"""Where an adviser would refer a learner to: they read what would be told, say yes or no, and see what came back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from accounts.models import Learner
from brokerage.referring import referring
from brokerage.referring.models import Referral
from config.refusals import Refusal
from web.forms import choose
from web.learner.access import acting, for_learner, refuse
from web.unsent import written

YES, NAMED, NO = "yes", "named", "no"


class ConsentForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("May your adviser tell them this?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )

    def __init__(self, data: Any, referral: Referral) -> None:
        super().__init__(data)
        no = (NO, _("No, tell them nothing"))
        if referral.name:
            named = (NAMED, _("Yes, with my name and how to reach me"))
            choose(self, "answer", [named, (YES, _("Yes, without my name")), no])
        else:
            choose(self, "answer", [(YES, _("Yes, tell them this")), no])


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def referral(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    found = _mine(learner, pk)
    form = ConsentForm(written(request), found)
    if request.method == "POST" and form.is_valid():
        said, actor = form.cleaned_data["answer"], acting(learner)
        try:
            if said == NO:
                referring.call_off(pk, learner=learner, actor=actor)
            else:
                referring.consent(pk, named=said == NAMED, learner=learner, actor=actor)
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            told = _("They are told nothing. Your adviser sees that.") if said == NO else _("It is passed on.")
            messages.success(request, told)
            return redirect("learner:referral", pk=pk)
    context = {"referral": found, "form": form, "now": ledger.now()}
    return render(request, "learner/referral.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def call_off(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        referring.call_off(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("It is called off. Nobody there can read it any more."))
    return redirect("learner:referral", pk=pk)


def _mine(learner: Learner, pk: UUID) -> Referral:
    """Not mine looks like does not exist."""
    mine = Referral.objects.filter(learner=learner, pk=pk)
    found = mine.select_related("adviser__user", "organisation", "service").first()
    if found is None:
        raise Http404
    return found

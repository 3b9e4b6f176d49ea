"""What an adviser would ask a provider for: the learner says yes or no to it, and reads what came of it."""

from __future__ import annotations

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
from brokerage import changing
from brokerage.advocacy import advocating
from brokerage.advocacy.models import Advocacy, AdvocacyState
from brokerage.assisting.models import Act
from config.refusals import Refusal
from vouchers.models import AgreedPrice
from web.learner.access import Whose, acting, for_learner, for_learner_or_adviser, refuse
from web.unsent import written

UNNAMED, NAMED, NO = "unnamed", "named", "no"


class ConsentForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("May your adviser send this?"),
        choices=[
            (UNNAMED, gettext_lazy("Yes, without my name")),
            (NAMED, gettext_lazy("Yes, with my name")),
            (NO, gettext_lazy("No, do not send it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def advocacy(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    found = _mine(learner, pk)
    form = ConsentForm(written(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["answer"]
        actor = acting(learner)
        try:
            if said == NO:
                advocating.call_off(pk, learner=learner, actor=actor)
            else:
                advocating.consent(pk, named=said == NAMED, learner=learner, actor=actor)
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            told = _("It is not sent. Your adviser sees that.") if said == NO else _("It is sent to the provider.")
            messages.success(request, told)
            return redirect("learner:advocacy", pk=pk)
    context = {"advocacy": found, "form": form, "agreed": _agreed(found), "now": ledger.now()}
    return render(request, "learner/advocacy.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def call_off(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        advocating.call_off(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("It is called off. The provider does not see it any more."))
    return redirect("learner:advocacy", pk=pk)


@require_POST
@for_learner_or_adviser
def lower_price(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    """The request is at the lower price that was shown from now on."""
    price, _colon, own = request.POST.get("price", "").partition(":")
    seen = (int(price), int(own)) if price.isdecimal() and own.isdecimal() else (0, 0)
    try:
        with whose.marked(Act.LOWERED, f"request:{pk}"):
            changing.take_lower_price(pk, seen, learner=whose.learner, actor=whose.actor)
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("Your request is at the lower price now."))
    return redirect("learner:request", pk=pk)


def _mine(learner: Learner, pk: UUID) -> Advocacy:
    """Not mine looks like does not exist."""
    mine = Advocacy.objects.filter(learner=learner, pk=pk)
    found = mine.select_related("run__course__provider", "adviser__user").first()
    if found is None:
        raise Http404
    return found


def _agreed(found: Advocacy) -> AgreedPrice | None:
    if found.state != AdvocacyState.AGREED:
        return None
    return AgreedPrice.objects.filter(source=found.subject).first()

"""Referring a learner to others, what others referred here, and the outside services that whoever leads keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts import looking
from accounts.models import Look
from brokerage.models import Adviser
from brokerage.referring import answering, listing, referring
from brokerage.referring.models import Helps, OutsideService, ReferralState
from brokerage.referring.referring import PassedOn
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, for_lead, learner_of, looker, refuse
from web.forms import choose
from web.referrals import AnswerForm
from web.unsent import written

A_PAGE = 20


class ReferralForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("Who could help?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who could help.")},
    )
    words = forms.CharField(
        label=gettext_lazy("What are they told?"),
        help_text=gettext_lazy(
            "The learner reads it first, word for word, and nothing is passed on before they say yes. Do not name them."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )
    named = forms.BooleanField(
        label=gettext_lazy("With their name and how to reach them"),
        help_text=gettext_lazy("The learner can still say yes without these."),
        required=False,
    )
    reach = forms.CharField(
        label=gettext_lazy("If so: how can they be reached?"),
        help_text=gettext_lazy("Such as a telephone number and a good time."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "to", choices)


class ServiceForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=160,
        error_messages={"required": gettext_lazy("Give its name.")},
    )
    helps_with = forms.CharField(
        label=gettext_lazy("What it helps with"),
        help_text=gettext_lazy("Learners read it, such as: debts, and what to do about rent."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say what it helps with.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("What is passed on is read by whoever reads its e-mail. Check it with them."),
        max_length=254,
        error_messages={"required": gettext_lazy("Give its e-mail address.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def refer(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Put it into words for the learner."""
    learner = learner_of(adviser, pk)
    choices = [
        *((str(service.pk), f"{service.name}: {service.helps_with}") for service in referring.services_for(adviser)),
        *((str(other.pk), other.name) for other in referring.organisations_for(adviser)),
    ]
    form = ReferralForm(written(request), choices=choices)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        passed_on = PassedOn(said["words"], said["reach"], said["named"])
        try:
            referring.propose(pk, UUID(said["to"]), passed_on, by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("The learner is asked whether it may be passed on."))
            return redirect("desk:record", pk=pk)
    context = {"learner": learner, "form": form, "choices": choices}
    return render(request, "desk/refer.html", context, status=422 if form.errors else 200)


@require_POST
@for_adviser
def send_again(request: HttpRequest, adviser: Adviser, pk: UUID, referral: UUID) -> HttpResponse:
    learner_of(adviser, pk)
    try:
        referring.send_again(referral, by=adviser, actor=acting(adviser, pk))
    except Refusal as refusal:
        refuse(refusal)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They get another letter with another link. The one before leads nowhere now."))
    return redirect("desk:record", pk=pk)


@require_safe
@for_adviser
def passed_on(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """What other organisations referred here: what waits, the soonest first, and what was answered. A fixed number of
    queries."""
    here = answering.passed_on_to(adviser).select_related("adviser__organisation")
    waits = here.filter(state=ReferralState.SENT).order_by("answer_by", "id")
    context = {
        "page": Paginator(waits, A_PAGE).get_page(request.GET.get("page")),
        "over": here.filter(state=ReferralState.ANSWERED).order_by("-answered_at", "-id")[:A_PAGE],
        "now": ledger.now(),
    }
    return render(request, "desk/referrals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def referral(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Read one, which the learner sees, and answer it once."""
    here = answering.passed_on_to(adviser).select_related("adviser__user", "adviser__organisation", "learner")
    found = here.filter(pk=pk).first()
    if found is None:
        raise Http404
    looking.note(looker(adviser), Look.What.REQUEST, [(found.learner_id, found.subject)])
    actor = acting(adviser, found.learner_id)
    form = AnswerForm(written(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answering.answer(pk, Helps(said["said"]), said["words"], by=adviser, actor=actor)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Thank you. The learner and their adviser are told."))
            return redirect("desk:referrals")
    elif request.method == "GET":
        answering.read(pk, actor=actor)
    context = {"referral": found, "form": form, "now": ledger.now()}
    return render(request, "desk/referral.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lead
def services(request: HttpRequest, lead: Adviser) -> HttpResponse:
    """The outside services that the organisation's advisers can refer to, and one more."""
    form = ServiceForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            listing.add(**form.cleaned_data, by=lead, actor=acting(lead))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your advisers can refer learners there now."))
            return redirect("desk:services")
    every = OutsideService.objects.filter(organisation=lead.organisation)
    context = {
        "services": OutsideService.objects.open_at(lead.organisation_id),
        "closed": every.exclude(closed_at=None).order_by("-closed_at")[:A_PAGE],
        "form": form,
    }
    return render(request, "desk/services.html", context, status=422 if form.errors else 200)


@require_POST
@for_lead
def close_service(request: HttpRequest, lead: Adviser, pk: UUID) -> HttpResponse:
    try:
        listing.close(pk, by=lead, actor=acting(lead))
    except Refusal as refusal:
        refuse(refusal)
    messages.success(request, _("Nobody is referred there any more. What went there already can still be answered."))
    return redirect("desk:services")

"""What an adviser declares: what they have to do with a provider, or that a learner is of their family."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from brokerage.models import Adviser, Interest, Request
from brokerage.organisations import declaring, handing_over
from brokerage.organisations.declaring import Kind
from config.refusals import Refusal
from providers.models import Provider
from web.desk.access import acting, for_adviser
from web.unsent import written


class InterestForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you have to declare?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you declare.")},
    )
    provider = forms.CharField(
        label=gettext_lazy("Which provider?"),
        help_text=gettext_lazy("Its name as it stands in the catalogue, or its UKPRN. Leave it empty for family."),
        required=False,
        max_length=200,
    )
    email = forms.EmailField(
        label=gettext_lazy("The learner's e-mail address"),
        help_text=gettext_lazy("For family alone. You are not told whether they have an account."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == Kind.FAMILY:
            if not said.get("email") and "email" not in self.errors:
                self.add_error("email", _("Give the learner's e-mail address."))
        elif said.get("kind"):
            named = (said.get("provider") or "").strip()
            # A name that two have is none: their number tells them apart.
            of_it = (
                Provider.objects.filter(Q(name__iexact=named) | Q(ukprn=named)) if named else Provider.objects.none()
            )
            found = list(of_it[:2])
            if len(found) != 1:
                self.add_error("provider", _("There is no one provider of this name or number. Write it in full."))
            else:
                said["found"] = found[0]
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def interests(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """What the adviser has declared, and one more; whoever leads sees those of the organisation."""
    form = InterestForm(written(request))
    if request.method == "POST" and form.is_valid():
        said, actor = form.cleaned_data, acting(adviser)
        try:
            if said["kind"] == Kind.FAMILY:
                declaring.declare_family(said["email"], by=adviser, actor=actor)
            else:
                declaring.declare(Kind(said["kind"]), said["found"], by=adviser, actor=actor)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your interest is declared."))
            return redirect("desk:interests")
    mine = Interest.objects.filter(adviser=adviser).select_related("provider", "learner")
    of_house = Interest.objects.none()
    if adviser.leads:
        of_house = (
            Interest.objects.open()
            .filter(adviser__organisation=adviser.organisation)
            .exclude(adviser=adviser)
            .select_related("adviser__user", "provider")
            .order_by("adviser__user__name", "id")
        )
    context = {"mine": mine, "of_house": of_house, "form": form}
    return render(request, "desk/interests.html", context, status=422 if form.errors else 200)


@require_POST
@for_adviser
def end(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    try:
        declaring.end(pk, by=adviser, actor=acting(adviser))
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("It is over. Your answers say for two years that it was there."))
    return redirect("desk:interests")


@require_POST
@for_adviser
def hand_over(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """One press: whoever has declared an interest gives the request to a colleague without one."""
    asked = _on_desk(adviser, pk)
    try:
        handing_over.hand_over(pk, by=adviser, actor=acting(adviser, asked.learner_id))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:request", pk=pk)
    messages.success(request, _("A colleague has it now."))
    return redirect("desk:desk")


@require_POST
@for_adviser
def family(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Declare from a case that its learner is of the adviser's family: a colleague has them from now on."""
    asked = _on_desk(adviser, pk)
    try:
        declaring.declare_learner(asked.learner_id, by=adviser, actor=acting(adviser, asked.learner_id))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:request", pk=pk)
    messages.success(request, _("It is declared, and a colleague has this learner now."))
    return redirect("desk:desk")


def _on_desk(adviser: Adviser, pk: UUID) -> Request:
    return get_object_or_404(Request.objects.on_the_desk_of(adviser), pk=pk)

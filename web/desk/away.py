"""Days away: an adviser says when they are not there, and sees who answers meanwhile."""

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
from brokerage.models import Adviser, Away
from brokerage.organisations import standing_in
from config.refusals import Refusal
from web.days import DayField
from web.desk.access import acting, for_adviser
from web.unsent import written


class AwayForm(forms.Form):
    from_day = DayField(
        label=gettext_lazy("First day away"), error_messages={"required": gettext_lazy("Give the first day.")}
    )
    until_day = DayField(
        label=gettext_lazy("Last day away"), error_messages={"required": gettext_lazy("Give the last day.")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def away(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    form = AwayForm(written(request))
    if request.method == "POST" and form.is_valid() and went(request, adviser, adviser, form):
        return redirect("desk:away")
    people = Adviser.objects.select_related("cover__user", "stand_in__user")
    context = {"me": people.get(pk=adviser.pk), "days": coming(adviser), "form": form}
    return render(request, "desk/away.html", context, status=422 if form.errors else 200)


@require_POST
@for_adviser
def call_off(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """The adviser is there after all; whoever leads may say so of their advisers."""
    found = Away.objects.select_related("adviser").filter(pk=pk, adviser__organisation=adviser.organisation_id).first()
    if found is None or (found.adviser_id != adviser.pk and not adviser.leads):
        raise Http404
    try:
        standing_in.call_off(pk, adviser=found.adviser, actor=acting(adviser))
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("These days are called off."))
    if found.adviser_id == adviser.pk:
        return redirect("desk:away")
    return redirect("desk:organisation-adviser", pk=found.adviser_id)


def went(request: HttpRequest, by: Adviser, adviser: Adviser, form: AwayForm) -> bool:
    """Whether the days were recorded; where not, the form says why."""
    try:
        standing_in.go_away(adviser, **form.cleaned_data, actor=acting(by))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    messages.success(request, _("These days are recorded. The times by which people are answered stay as they are."))
    return True


def coming(adviser: Adviser) -> list[Away]:
    """Days away that are not over."""
    return list(adviser.away.filter(called_off_at=None, until_day__gte=ledger.today()))

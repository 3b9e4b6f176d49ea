"""Guidance organisations, as those who manage schemes see them: which there are, their quality marks, and advisers."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from accounts.models import SchemeManager
from brokerage.models import GuidanceOrganisation
from brokerage.organisation_models import QualityMark, holds_a_mark
from brokerage.organisations import appointing, marking
from brokerage.organisations.marking import Mark, Reason
from config.refusals import Refusal
from web.days import DayField
from web.scheme.access import acting, for_manager
from web.unsent import written


class OpenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=160, error_messages={"required": gettext_lazy("Give its name.")}
    )


class MarkForm(forms.Form):
    issuer = forms.CharField(
        label=gettext_lazy("Who issued it"),
        help_text=gettext_lazy("Such as: matrix Standard"),
        max_length=160,
        error_messages={"required": gettext_lazy("Say who issued it.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Its number"), max_length=80, error_messages={"required": gettext_lazy("Give its number.")}
    )
    valid_from = DayField(
        label=gettext_lazy("First day"), error_messages={"required": gettext_lazy("Give its first day.")}
    )
    valid_until = DayField(
        label=gettext_lazy("Last day"), error_messages={"required": gettext_lazy("Give its last day.")}
    )


class AppointForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Of somebody who has signed up, and neither runs schemes nor works for a provider."),
        error_messages={"required": gettext_lazy("Give an e-mail address.")},
    )
    leads = forms.BooleanField(
        label=gettext_lazy("They lead: they look after the organisation and its advisers"), required=False
    )


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(choices=Reason.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def every(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """All there are, by name, and one more."""
    form = OpenForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            opened = marking.open_organisation(form.cleaned_data["name"], actor=acting(manager))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("scheme:guidance-organisation", pk=opened.pk)
    organisations = GuidanceOrganisation.objects.annotate(
        holds=holds_a_mark(ledger.today(), of="pk"), people=Count("advisers")
    ).order_by("name")
    context = {"organisations": organisations, "form": form}
    return render(request, "scheme/guidance.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def one(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """One organisation, and recording a mark of it."""
    organisation = get_object_or_404(GuidanceOrganisation, pk=pk)
    form = MarkForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            marking.record_mark(organisation, Mark(**form.cleaned_data), by=manager.user_id, actor=acting(manager))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The quality mark is recorded."))
            return redirect("scheme:guidance-organisation", pk=pk)
    return _show(request, organisation, form, AppointForm())


@require_POST
@for_manager
def appoint(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """Somebody advises for the organisation from now on."""
    organisation = get_object_or_404(GuidanceOrganisation, pk=pk)
    form = AppointForm(written(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            adviser = appointing.appoint(said["email"], organisation, leads=said["leads"], actor=acting(manager))
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("{name} advises here now.").format(name=adviser.user.name))
            return redirect("scheme:guidance-organisation", pk=pk)
    return _show(request, organisation, MarkForm(), form)


@require_POST
@for_manager
def withdraw(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """A mark counts for nothing from this moment."""
    mark = get_object_or_404(QualityMark, pk=pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is withdrawn."))
    else:
        try:
            reason = Reason(form.cleaned_data["reason"])
            marking.withdraw_mark(mark, reason, by=manager.user_id, actor=acting(manager))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The mark counts for nothing any more. What waits there goes elsewhere."))
    return redirect("scheme:guidance-organisation", pk=mark.organisation_id)


def _show(
    request: HttpRequest, organisation: GuidanceOrganisation, mark_form: MarkForm, appoint_form: AppointForm
) -> HttpResponse:
    today = ledger.today()
    context = {
        "organisation": organisation,
        "marks": [(mark, mark.holds(today)) for mark in organisation.marks.select_related("withdrawal")],
        "advisers": organisation.advisers.select_related("user").order_by("user__name", "id"),
        "reasons": Reason.choices,
        "mark_form": mark_form,
        "appoint_form": appoint_form,
    }
    invalid = mark_form.errors or appoint_form.errors
    return render(request, "scheme/guidance_organisation.html", context, status=422 if invalid else 200)

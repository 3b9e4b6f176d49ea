"""An organisation's own page: what is known of it, and keeping that right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from config.refusals import Refusal
from providers import correcting
from providers.models import Role, Staff
from web.provider.access import acting, for_staff
from web.provider.organisation_forms import DetailsForm, VenueForm
from web.provider.saying import MEANS, refuse
from web.unsent import written


@require_GET
@for_staff()
def organisation(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What is known of the organisation, to everybody who works there; what each may change, they are led to."""
    provider = staff.provider
    context = {
        "provider": provider,
        "means": MEANS[provider.state],
        "venues": provider.venues.all(),
        "colleagues": provider.staff.current().select_related("user"),
        "bank_account": provider.bank_accounts.in_force().first(),
        "bank_account_waits": provider.bank_accounts.waiting().exists(),
        "is_administrator": staff.may(Role.ADMINISTRATOR),
        "sees_money": staff.may(Role.ADMINISTRATOR) or staff.may(Role.MONEY),
        "keeps_venues": staff.may(Role.ADMINISTRATOR) or staff.may(Role.COURSES),
    }
    return render(request, "provider/organisation.html", context)


@require_http_methods(["GET", "POST"])
@for_staff(Role.ADMINISTRATOR)
def details(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Whom to ask for, where the organisation is, and its numbers; one that stands is shown and not asked for."""
    form = DetailsForm(written(request), provider=staff.provider)
    if request.method == "POST" and form.is_valid():
        try:
            correcting.correct(form.correction, by=staff, actor=acting(staff))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("provider:organisation")
    context = {"form": form, "provider": staff.provider}
    return render(request, "provider/details.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_staff(Role.ADMINISTRATOR, Role.COURSES)
def venue(request: HttpRequest, staff: Staff, pk: UUID | None = None) -> HttpResponse:
    """A new place where courses are taught, or one that is put right."""
    found = staff.provider.venues.filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise Http404
    form = VenueForm(request.POST) if request.method == "POST" else VenueForm.of(found) if found else VenueForm()
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                correcting.add_venue(form.place, by=staff, actor=acting(staff))
            else:
                correcting.correct_venue(found.pk, form.place, by=staff, actor=acting(staff))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("provider:organisation")
    context = {"form": form, "venue": found}
    return render(request, "provider/venue.html", context, status=422 if form.errors else 200)

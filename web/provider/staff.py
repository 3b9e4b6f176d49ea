"""Who works for an organisation: inviting, what each may do, and leaving."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from config.refusals import Refusal
from providers import staffing
from providers.models import Role, Staff
from web.learner.access import shown_to_be_them
from web.notifications.inviting import send_invitation
from web.provider.access import acting, for_staff
from web.provider.organisation_forms import InvitationForm, RolesForm
from web.provider.saying import refuse
from web.unsent import written


@require_http_methods(["GET", "POST"])
@for_staff(Role.ADMINISTRATOR)
@shown_to_be_them
def staff(request: HttpRequest, me: Staff) -> HttpResponse:
    """Who works here and who is invited; somebody else is invited here."""
    form = InvitationForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            invited = staffing.invite(**form.cleaned_data, by=me, actor=acting(me))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            if send_invitation(invited):
                messages.success(request, _("Invited. The link is on its way."))
            else:
                messages.error(request, _("The letter could not be sent. Invite them again in a while."))
            return redirect("provider:staff")
    context = {
        "colleagues": me.provider.staff.current().select_related("user"),
        "invitations": me.provider.invitations.waiting().select_related("invited_by"),
        "now": ledger.now(),
        "me": me,
        "form": form,
    }
    return render(request, "provider/staff.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_staff(Role.ADMINISTRATOR)
@shown_to_be_them
def colleague(request: HttpRequest, me: Staff, pk: UUID) -> HttpResponse:
    """What one of the staff may do, and taking them off."""
    found = me.provider.staff.current().select_related("user").filter(pk=pk).first()
    if found is None:
        raise Http404
    form = RolesForm(written(request), initial={"roles": found.roles})
    if request.method == "POST" and form.is_valid():
        try:
            staffing.change_roles(pk, form.cleaned_data["roles"], by=me, actor=acting(me))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("provider:organisation")
    context = {"form": form, "colleague": found, "is_me": found.pk == me.pk}
    return render(request, "provider/colleague.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff()
def leave(request: HttpRequest, me: Staff, pk: UUID) -> HttpResponse:
    """Somebody works here no more; whoever takes themselves off has no page here any longer."""
    try:
        left = staffing.leave(pk, by=me, actor=acting(me))
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.error(request, str(refusal))
        return redirect("provider:organisation")
    if left.pk == me.pk:
        messages.success(request, _("You work for {provider} no more.").format(provider=me.provider.name))
        return redirect("home")
    messages.success(request, _("They work here no more."))
    return redirect("provider:staff")


@require_POST
@for_staff(Role.ADMINISTRATOR)
def withdraw_invitation(request: HttpRequest, me: Staff, pk: UUID) -> HttpResponse:
    """An invitation is taken back; its link leads nowhere."""
    try:
        staffing.withdraw(pk, by=me, actor=acting(me))
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back."))
    return redirect("provider:staff")

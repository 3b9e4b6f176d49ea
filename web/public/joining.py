"""An organisation applies to be a provider, and whoever is invited by one joins its staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brokerage import joining
from config.refusals import Refusal
from ledger import Actor
from providers.models import Provider
from providers.staffing import invitation_of
from web.provider.access import staff_of
from web.provider.organisation_forms import WORDS, ApplicationForm
from web.provider.saying import refuse
from web.unsent import signed_in, written


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """What a provider has to know, to anybody; the form, to whoever is signed in and becomes its administrator."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "public/apply_first.html", {"next": request.path})
    if staff_of(request):
        messages.info(request, _("You work for a provider already."))
        return redirect("provider:organisation")
    form = ApplicationForm(written(request), initial={"contact_name": user.name, "contact_email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            joining.apply(form.application, user=user.pk, actor=Actor.user(user.pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Thank you. The scheme's staff look at your application now."))
            return redirect("provider:organisation")
    return render(request, "public/apply.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: whose it is, to anybody who has the link; accepting it, to whoever signed in with its address."""
    try:
        invitation = invitation_of(token)
    except Refusal as refusal:
        return _show(request, {"refused": refusal}, refusal.status)
    if request.method == "POST":
        return _accept(request, token, invitation.provider)
    roles = [label for role, label in WORDS.items() if role in invitation.roles]
    return _show(request, {"invitation": invitation, "roles": roles, "next": request.path}, 200)


@signed_in
def _accept(request: HttpRequest, token: str, provider: Provider) -> HttpResponse:
    user = request.user
    assert user.is_authenticated  # signed_in saw to it
    try:
        joining.accept_invitation(token, user=user.pk, actor=Actor.user(user.pk, acting_for=provider.subject))
    except Refusal as refusal:
        return _show(request, {"refused": refusal}, refusal.status)
    messages.success(request, _("Welcome. You work for {provider} now.").format(provider=provider.name))
    return redirect("provider:home")


def _show(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "public/join.html", context, status=status)
    # The address is the key: settings keep it out of other sites' logs, and this out of caches.
    response["Cache-Control"] = "no-store"
    return response

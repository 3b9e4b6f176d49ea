"""Keys and webhooks of a provider at a glance; keys are issued, shown once, and revoked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from api import keys
from api.models import Key
from api.scopes import Scope
from api.webhook_models import WebhookEndpoint
from config.refusals import Refusal
from providers.models import Role, Staff
from web.learner.access import refuse, shown_to_be_them
from web.provider.access import acting, for_staff
from web.provider.connection_forms import KeyForm


@dataclass(frozen=True, slots=True)
class Row:
    """A key as the list shows it: `state` is live, expired or revoked."""

    key: Key
    state: str

    @property
    def scopes(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.key.scopes]


@require_safe
@for_staff(Role.ADMINISTRATOR)
def connections(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Everything that a provider's systems are connected by. Three queries beside the page's own."""
    now = ledger.now()
    rows = [Row(key, _state(key, now)) for key in Key.objects.filter(provider=staff.provider)]
    context = {
        "live": [row for row in rows if row.state == "live"],
        "over": [row for row in rows if row.state != "live"],
        "webhooks": WebhookEndpoint.objects.of(staff.provider),
    }
    return render(request, "provider/connections/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
@shown_to_be_them
@never_cache
def issue(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A new key. It is in the answer to the form and nowhere else."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        days = said["days"]
        try:
            key, plaintext = keys.issue(
                staff.provider,
                scopes=[Scope(scope) for scope in said["scopes"]],
                name=said["name"],
                expires_at=ledger.now() + dt.timedelta(days=days) if days else None,
                actor=acting(staff),
            )
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            return render(request, "provider/connections/key_issued.html", {"key": key, "secret": plaintext})
    return render(request, "provider/connections/key_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def revoke(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """What it means first, then the button. Pressed twice, it is done once."""
    key = Key.objects.filter(provider=staff.provider, pk=pk).first()
    if key is None:
        raise Http404
    if request.method == "POST":
        keys.revoke(pk, by=staff.provider, actor=acting(staff))
        messages.success(request, _("The key is revoked. Nothing can be done with it any more."))
    if request.method == "POST" or key.revoked_at is not None:
        return redirect("provider:connections")
    return render(request, "provider/connections/key_revoke.html", {"row": Row(key, _state(key, ledger.now()))})


def _state(key: Key, now: dt.datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "live"

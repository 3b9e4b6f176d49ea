"""Webhooks of a provider: set up, tried out, and what became of everything that was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from api.webhook_models import WebhookDelivery, WebhookEndpoint
from api.webhooks import kinds, showing, subscribing
from config.refusals import Refusal, Sentence
from providers.models import Role, Staff
from web.learner.access import refuse, shown_to_be_them
from web.provider.access import acting, for_staff
from web.provider.connection_forms import WebhookForm


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as the log shows it, with what its event means."""

    delivery: WebhookDelivery
    says: Sentence


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
@shown_to_be_them
@never_cache
def add(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A new webhook. Its secret is in the answer to the form and nowhere else."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = subscribing.add(staff.provider, actor=acting(staff), **form.wanted())
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            return _secret_shown(request, endpoint, secret)
    return render(request, "provider/connections/webhook_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@for_staff(Role.ADMINISTRATOR)
def webhook(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """One webhook and its log, the newest first."""
    endpoint = _mine(staff, pk)
    try:
        page = showing.deliveries(endpoint, {"cursor": request.GET.get("after", "")})
    except Refusal as refusal:
        raise Http404 from refusal
    context = {
        "webhook": endpoint,
        "told": _words(endpoint.kinds),
        "rows": [Row(each, _word(each.kind)) for each in page.deliveries],
        "next": page.next_cursor,
        "later": "after" in request.GET,
        "secrets": endpoint.secrets.signing(timezone.now()),
    }
    return render(request, "provider/connections/webhook.html", context)


@require_safe
@for_staff(Role.ADMINISTRATOR)
def delivery(request: HttpRequest, staff: Staff, pk: UUID, delivery: UUID) -> HttpResponse:
    """One delivery and every try."""
    endpoint = _mine(staff, pk)
    found = endpoint.deliveries.filter(pk=delivery).prefetch_related("tries").first()
    if found is None:
        raise Http404
    context = {"webhook": endpoint, "delivery": found, "says": _word(found.kind)}
    return render(request, "provider/connections/delivery.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def change(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    endpoint = _mine(staff, pk)
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=WebhookForm.filled_in(endpoint))
    if request.method == "POST" and form.is_valid():
        try:
            subscribing.change(pk, staff.provider, actor=acting(staff), **form.wanted())
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("The webhook is changed."))
            return redirect("provider:webhook", pk=pk)
    context = {"form": form, "webhook": endpoint}
    return render(request, "provider/connections/webhook_change.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff(Role.ADMINISTRATOR)
def switch(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """On, if `on` is sent with it, or off."""
    try:
        subscribing.change(pk, staff.provider, enabled="on" in request.POST, actor=acting(staff))
    except Refusal as refusal:
        refuse(request, refusal)
    return redirect("provider:webhook", pk=pk)


@require_POST
@for_staff(Role.ADMINISTRATOR)
def test(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    try:
        sent = subscribing.send_test(pk, staff.provider)
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("provider:webhook", pk=pk)
    messages.success(request, _("A test is on its way. Load this page again in a few seconds to see what came of it."))
    return redirect("provider:delivery", pk=pk, delivery=sent.pk)


@require_POST
@for_staff(Role.ADMINISTRATOR)
def again(request: HttpRequest, staff: Staff, pk: UUID, delivery: UUID) -> HttpResponse:
    try:
        subscribing.redeliver(delivery, pk, staff.provider)
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("It is sent again. Load this page again in a few seconds to see what came of it."))
    return redirect("provider:delivery", pk=pk, delivery=delivery)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
@shown_to_be_them
@never_cache
def rotate(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """A new secret: what it means first, then the button. It is in the answer and nowhere else."""
    endpoint = _mine(staff, pk)
    if request.method == "POST":
        try:
            endpoint, secret = subscribing.rotate(pk, staff.provider, actor=acting(staff))
        except Refusal as refusal:
            refuse(request, refusal)
            return redirect("provider:webhook", pk=pk)
        return _secret_shown(request, endpoint, secret, rotated=True)
    return render(request, "provider/connections/webhook_rotate.html", {"webhook": endpoint})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def remove(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """What it means first, then the button."""
    endpoint = _mine(staff, pk)
    if request.method == "POST":
        subscribing.remove(pk, staff.provider, actor=acting(staff))
        messages.success(request, _("The webhook is removed. Nothing more is sent to it."))
        return redirect("provider:connections")
    return render(request, "provider/connections/webhook_remove.html", {"webhook": endpoint})


def _secret_shown(
    request: HttpRequest, endpoint: WebhookEndpoint, secret: str, *, rotated: bool = False
) -> HttpResponse:
    context = {"webhook": endpoint, "secret": secret, "rotated": rotated}
    return render(request, "provider/connections/webhook_secret.html", context)


def _mine(staff: Staff, pk: UUID) -> WebhookEndpoint:
    """The webhook if it is this provider's; not mine looks like does not exist."""
    found = WebhookEndpoint.objects.of(staff.provider).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _words(names: Sequence[str]) -> list[Sentence]:
    return [_word(name) for name in names]


def _word(kind: str) -> Sentence:
    known = kinds.TOLD.get(kind)
    return known.says if known else _("A test")

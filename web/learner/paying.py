"""Paying one's own share: what it is, on to the card gateway's page, and back from it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

import ledger
from accounts.models import Learner
from config.refusals import Refusal
from vouchers import copayment
from vouchers.models import Outcome, State
from web.learner.access import acting, for_learner, refuse
from web.learner.vouchers import mine


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def pay(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """What is to be paid, and on to the gateway's page; asked for twice, it is the same page there."""
    voucher = mine(learner, pk)
    if voucher.state != State.RESERVED:
        return redirect("learner:voucher", pk=pk)
    if request.method == "POST":
        here = settings.PUBLIC_URL + reverse("learner:paid", args=[pk])
        back = settings.PUBLIC_URL + reverse("learner:voucher", args=[pk])
        try:
            checkout = copayment.begin(voucher, success_url=here, cancel_url=back, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
            return redirect("learner:voucher", pk=pk)
        return redirect(checkout.url)
    return render(request, "learner/pay.html", {"voucher": voucher, "now": ledger.now()})


@require_safe
@for_learner
def paid(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Back from the gateway: the voucher is issued when the gateway's message has come, not before.

    The page asks again by itself; without JavaScript the learner does, by its link.
    """
    voucher = mine(learner, pk)
    if voucher.state == State.RESERVED:
        template = "learner/waiting.html" if request.htmx else "learner/paid.html"  # type: ignore[attr-defined]
        return render(request, template, {"voucher": voucher})
    if voucher.outcome == Outcome.LAPSED:
        messages.error(
            request,
            _("Your payment came too late for this voucher. If you were charged, it is sent back to your card."),
        )
    elif voucher.issued_at is not None:
        messages.success(request, _("Your payment has arrived."))
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(reverse("learner:voucher", args=[pk]))
    return redirect("learner:voucher", pk=pk)

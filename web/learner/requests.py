"""A learner's request: what became of it, and going ahead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import ledger
from accounts.models import Learner
from brokerage import buying, deciding, requesting
from brokerage.models import WAITING, Request, RequestState
from config.refusals import Refusal, only
from vouchers.models import State
from web.learner.access import acting, for_learner, shown_to_be_them
from web.learner.forms import AppealForm


@require_GET
@for_learner
def request_page(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    return _show(request, _mine(learner, pk), AppealForm())


@require_http_methods(["GET", "POST"])
@for_learner
@shown_to_be_them
def go_ahead(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """The moment of purchase: only shortly after the learner has shown that it is them."""
    asked = _mine(learner, pk)
    if request.method == "GET":
        return render(request, "learner/go_ahead.html", {"asked": asked, "refused": _refused(asked)})
    try:
        voucher = only(buying.buy([pk], learner=learner, actor=acting(learner)))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("learner:request", pk=pk)
    if voucher.state == State.RESERVED:
        return redirect("learner:pay", pk=voucher.pk)
    messages.success(request, _("Your voucher is ready. The provider can see it now."))
    return redirect("learner:voucher", pk=voucher.pk)


@require_POST
@for_learner
def withdraw(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        requesting.withdraw(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        _raise_if_missing(refusal)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have taken your request back."))
    return redirect("learner:request", pk=pk)


@require_POST
@for_learner
def appeal(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    asked = _mine(learner, pk)
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            deciding.appeal(pk, form.cleaned_data["reason"], learner_id=learner.pk, actor=acting(learner))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Another adviser will look at it."))
            return redirect("learner:request", pk=pk)
    return _show(request, asked, form)


def _mine(learner: Learner, pk: UUID) -> Request:
    """The request if it is this learner's; not mine looks like does not exist."""
    asked = (
        Request.objects.of_learner(learner)
        .filter(pk=pk)
        .select_related("run__course__provider", "run__venue", "adviser__user", "cover__user", "voucher", "learner")
        .first()
    )
    if asked is None:
        raise Http404
    return asked


def _refused(asked: Request) -> Refusal | None:
    return buying.may_buy(asked, ledger.now())


def _show(request: HttpRequest, asked: Request, form: AppealForm) -> HttpResponse:
    context = {
        "asked": asked,
        "now": ledger.now(),
        "decision": asked.decisions.select_related("adviser__user")
        .prefetch_related("alternatives__course__provider")
        .first(),
        "consultations": asked.consultations.select_related("adviser__user"),
        "refused": _refused(asked),
        "waits": asked.state in WAITING and not asked.voucher_id,
        "may_withdraw": not asked.voucher_id
        and asked.state in (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE),
        "form": form,
    }
    return render(request, "learner/request.html", context, status=422 if form.errors else 200)


def _raise_if_missing(refusal: Refusal) -> None:
    if refusal.status == 404:
        raise Http404

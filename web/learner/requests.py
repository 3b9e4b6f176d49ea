"""A learner's request: who has it and until when, what became of it, and going ahead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.models import Learner
from brokerage import buying, deciding, requesting
from brokerage.assisting import assisting
from brokerage.assisting.models import Act
from brokerage.changing import change_of, lower_price
from brokerage.deciding_models import Terms
from brokerage.errors import RequestBought, RequestOver
from brokerage.models import WAITING, Outcome, Request, RequestState
from config.refusals import Refusal, only
from vouchers.models import State, Voucher
from web.learner import explaining, representing
from web.learner.access import (
    Whose,
    acting,
    factor_shown,
    for_learner,
    for_learner_or_adviser,
    for_whoever_is_there,
    refuse,
    shown_to_be_them,
)
from web.learner.forms import AppealForm
from web.learner.saying import policy, standing_of_request
from web.unsent import written

MAY_WITHDRAW = (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE)


@require_safe
@for_whoever_is_there
def request_page(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    asked = _mine(whose.learner, pk)
    if whose.by is not None:
        return representing.request_page(request, asked, whose.by)
    return _show(request, asked, AppealForm(written(request, reverse("learner:appeal", args=[pk]))))


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
@shown_to_be_them
def go_ahead(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """The moment of purchase: only shortly after the learner has shown that it is them. Pressed twice, bought once."""
    asked = _mine(learner, pk)
    if asked.voucher is not None:
        return _on_to(asked.voucher)
    if request.method != "POST":
        refused = buying.may_buy(asked, ledger.now())
        return render(request, "learner/go_ahead.html", {"asked": asked, "refused": refused, "now": ledger.now()})
    try:
        voucher = only(buying.buy([pk], learner=learner, actor=acting(learner), factor=factor_shown(request)))
    except RequestBought:
        return redirect("learner:request", pk=pk)
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("learner:request", pk=pk)
    if voucher.state != State.RESERVED:
        messages.success(request, _("Your voucher is ready. The provider can see it now."))
    return _on_to(voucher)


@require_POST
@for_learner_or_adviser
def withdraw(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    try:
        with whose.marked(Act.WITHDREW, f"request:{pk}"):
            requesting.withdraw(pk, learner=whose.learner, actor=whose.actor)
    except RequestOver as refusal:
        if _mine(whose.learner, pk).state != RequestState.WITHDRAWN:
            refuse(request, refusal)
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("You have taken your request back."))
    return redirect("learner:request", pk=pk)


@require_POST
@for_learner_or_adviser
def appeal(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    asked = _mine(whose.learner, pk)
    if asked.state == RequestState.APPEALED:
        return redirect("learner:request", pk=pk)
    form = AppealForm(written(request))
    if form.is_valid():
        try:
            with whose.marked(Act.APPEALED, asked.subject):
                reason = form.cleaned_data["reason"]
                deciding.appeal(pk, reason, learner_id=whose.learner.pk, actor=whose.actor)
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Another adviser will look at it."))
            return redirect("learner:request", pk=pk)
    return _show(request, asked, form)


def _on_to(voucher: Voucher) -> HttpResponse:
    """To the learner's own share where there is one to pay, else to the voucher."""
    return redirect("learner:pay" if voucher.state == State.RESERVED else "learner:voucher", pk=voucher.pk)


def _mine(learner: Learner, pk: UUID) -> Request:
    """The request if it is this learner's; not mine looks like does not exist."""
    asked = (
        Request.objects.of_learner(learner)
        .filter(pk=pk)
        .select_related(
            "run__course__provider",
            "run__venue",
            "adviser__user",
            "adviser__organisation",
            "adviser__stand_in__user",
            "cover__user",
            "voucher",
            "learning_account__scheme",
            "learning_account__learner",
            "rule_version",
            "asked_by__user",
            "wanted_by__user",
        )
        .first()
    )
    if asked is None:
        raise Http404
    return asked


def _show(request: HttpRequest, asked: Request, form: AppealForm) -> HttpResponse:
    now = ledger.now()
    refused = buying.may_buy(asked, now)
    may_appeal = deciding.may_appeal(asked)
    decisions = list(asked.decisions.select_related("adviser__user").prefetch_related("alternatives__course__provider"))
    changed = any(decision.outcome == Outcome.APPROVE_CHANGED for decision in decisions)
    instead = change_of(asked, Terms.Of.APPROVED) if changed else None
    context = {
        "asked": asked,
        "now": now,
        "standing": standing_of_request(asked),
        "policy": policy(asked.policy, asked.approvals_needed),
        "answers": [(decision, explaining.reasons(decision)) for decision in decisions],
        "lower": lower_price(asked),
        "wished": change_of(asked, Terms.Of.ASKED) if changed else None,
        "instead": instead,
        "is_changed": instead is not None and (instead.run_id, instead.lines) == (asked.run_id, asked.lines),
        "meaning": explaining.meaning(asked, decisions, now, may_appeal=may_appeal),
        "silence": explaining.silence(asked, now),
        "consultations": asked.consultations.select_related("adviser__user"),
        "waits": asked.state in WAITING and not asked.voucher_id,
        "may_go_ahead": refused is None,
        "may_appeal": may_appeal or bool(form.errors),
        "may_withdraw": not asked.voucher_id and asked.state in MAY_WITHDRAW,
        "form": form,
        "done_for_them": assisting.done_to(asked.subject),
    }
    return render(request, "learner/request.html", context, status=422 if form.errors else 200)

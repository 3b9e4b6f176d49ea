"""The learner's word on what their provider said: right, or not right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from config.refusals import Refusal, only
from vouchers import confirmation
from vouchers.confirmation import Confirmation
from vouchers.models import Milestone, MilestoneState
from web.learner.access import acting, factor_shown, for_learner, refuse, shown_to_be_them
from web.learner.forms import ReasonForm
from web.learner.saying import declared
from web.learner.vouchers import mine
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
@shown_to_be_them
def confirm(request: HttpRequest, learner: Learner, pk: UUID, number: int) -> HttpResponse:
    """One thing: is it right what the provider says? With the learner's own factor, given just before."""
    milestone = _milestone(learner, pk, number)
    if milestone.state == MilestoneState.CONFIRMED:
        return redirect("learner:voucher", pk=pk)
    if request.method == "POST":
        given = Confirmation(pk, number, factor_shown(request))
        try:
            only(confirmation.confirm([given], learner=learner, actor=acting(learner)))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            messages.success(request, _("Thank you. You have confirmed it."))
        return redirect("learner:voucher", pk=pk)
    if milestone.state != MilestoneState.DECLARED:
        return redirect("learner:voucher", pk=pk)
    context = {"voucher": milestone.voucher, "milestone": milestone, "said": declared(milestone), "now": ledger.now()}
    return render(request, "learner/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def dispute(request: HttpRequest, learner: Learner, pk: UUID, number: int) -> HttpResponse:
    """It is not right, and why: nothing can be paid until somebody has looked at it. Sent twice, it is said once."""
    milestone = _milestone(learner, pk, number)
    if milestone.state != MilestoneState.DECLARED:
        return redirect("learner:voucher", pk=pk)
    form = ReasonForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            confirmation.dispute(pk, number, form.cleaned_data["reason"], learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you for telling us. Nothing is paid until this has been looked at."))
            return redirect("learner:voucher", pk=pk)
    context = {"voucher": milestone.voucher, "milestone": milestone, "said": declared(milestone), "form": form}
    return render(request, "learner/dispute.html", context, status=422 if form.errors else 200)


def _milestone(learner: Learner, pk: UUID, number: int) -> Milestone:
    """The milestone of the learner's own voucher."""
    voucher = mine(learner, pk)
    milestone = voucher.milestones.filter(number=number).first()
    if milestone is None:
        raise Http404
    milestone.voucher = voucher
    return milestone

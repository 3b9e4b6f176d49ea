"""The learner's word on a course that they have done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from config.refusals import Refusal
from vouchers import feeding_back
from vouchers.feedback_errors import FeedbackGiven
from vouchers.track_records import ENOUGH
from web.learner.access import acting, for_learner, refuse
from web.learner.forms import FeedbackForm
from web.learner.vouchers import mine
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def feedback(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One question, and why. Sent twice, it is said once."""
    voucher = mine(learner, pk)
    if feeding_back.may_give(voucher, ledger.now()):
        return redirect("learner:voucher", pk=pk)
    form = FeedbackForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            feeding_back.give(pk, **form.cleaned_data, learner=learner, actor=acting(learner))
        except FeedbackGiven:
            return redirect("learner:voucher", pk=pk)
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. It helps those who choose after you."))
            return redirect("learner:voucher", pk=pk)
    context = {"voucher": voucher, "form": form, "enough": ENOUGH}
    return render(request, "learner/feedback.html", context, status=422 if form.errors else 200)

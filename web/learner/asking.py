"""What a learner asks their provider for once a voucher is under way: more time, or to be let go."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Learner
from config.refusals import Refusal
from vouchers import asking
from vouchers.asked import MOST_TIME
from vouchers.models import Control, Voucher
from vouchers.returning import would_return
from web.days import DayField
from web.learner.access import acting, for_learner, refuse
from web.learner.vouchers import mine
from web.templatetags.waymark import day
from web.unsent import written


class MoreTimeForm(forms.Form):
    until = DayField(
        label=gettext_lazy("Until which day do you need it?"),
        error_messages={"required": gettext_lazy("Say until which day.")},
    )

    def __init__(self, *args: Any, first: dt.date, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = first, last
        self.fields["until"].help_text = _("From {first} to {last}.").format(first=day(first), last=day(last))

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if not self.first <= until <= self.last:
            said = _("Give a day from {first} to {last}.")
            raise forms.ValidationError(said.format(first=day(self.first), last=day(self.last)))
        return until


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def more_time(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Until when, and what that means for the money that may come back."""
    voucher = mine(learner, pk)
    if not _may_ask(voucher):
        return redirect("learner:voucher", pk=pk)
    last = asking.last_day(voucher)
    form = MoreTimeForm(written(request), first=last + dt.timedelta(days=1), last=last + MOST_TIME)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask_for_more_time(pk, form.cleaned_data["until"], learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("The provider is asked. You get their answer by e-mail."))
            return redirect("learner:voucher", pk=pk)
    purses = voucher.fundings.filter(purse__isnull=False).order_by("purse__expires_on")
    context = {
        "voucher": voucher,
        "form": form,
        "last_day": last,
        "purse": next((funding.purse for funding in purses.select_related("purse")), None),
    }
    return render(request, "learner/more_time.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def call_off(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """After the cooling-off only the provider can let the learner go: what would come back first, then the button."""
    voucher = mine(learner, pk)
    if not _may_ask(voucher):
        return redirect("learner:voucher", pk=pk)
    if request.method == "POST":
        try:
            asking.ask_to_call_off(pk, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            messages.success(request, _("The provider is asked. You get their answer by e-mail."))
        return redirect("learner:voucher", pk=pk)
    return render(request, "learner/call_off.html", {"voucher": voucher, "back": would_return(voucher)})


@require_POST
@for_learner
def take_back(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        asked = asking.take_back(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("learner:home")
    messages.success(request, _("You have taken it back."))
    return redirect("learner:voucher", pk=asked.voucher_id)


def _may_ask(voucher: Voucher) -> bool:
    return voucher.state in asking.UNDER_WAY and voucher.control == Control.CLEAR

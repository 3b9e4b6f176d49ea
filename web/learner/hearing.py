"""What a learner is asked once: how a talk or a decision was, and what became of them after a course."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from accounts.models import Learner
from brokerage.hearing import answering
from brokerage.hearing.answering import Said
from brokerage.hearing.models import Became, Destination, GuidanceFeedback, Speaker
from config.refusals import Refusal
from vouchers.feedback import MOST_CHARACTERS
from vouchers.track_records import ENOUGH
from web.hearing import WHY_HELD_BACK
from web.learner.access import acting, for_learner, refuse
from web.unsent import written


def _yes_or_no(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )


class GuidanceForm(forms.Form):
    listened = _yes_or_no(gettext_lazy("Did we listen to you?"))
    understood = _yes_or_no(gettext_lazy("Did you understand what you can do?"))
    helped = _yes_or_no(gettext_lazy("Did it help you decide?"))
    pushed = _yes_or_no(
        gettext_lazy("Did anybody push you to one provider?"),
        gettext_lazy(
            "This is not shown to others. Whoever leads the organisation is told at the end of the month how many "
            "people said yes, and not who."
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("Is there anything you would like to say about it?"),
        help_text=gettext_lazy("You need not. Name nobody, neither yourself nor an adviser."),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BecameForm(forms.Form):
    became = forms.TypedChoiceField(
        label=gettext_lazy("What do you do now?"),
        choices=Became.choices,
        coerce=Became,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what fits best.")},
    )
    helped = _yes_or_no(gettext_lazy("Did the course help with that?"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def guidance(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Four questions, once; afterwards, what the learner said and what was answered. Sent twice, it is said once."""
    mine = GuidanceFeedback.objects.filter(learner=learner)
    asked = mine.select_related("organisation", "consultation", "decision__request__run__course").filter(pk=pk).first()
    if asked is None:
        raise Http404
    closed = answering.may_answer(asked, ledger.now())
    form = GuidanceForm(written(request))
    if request.method == "POST" and not closed and form.is_valid():
        said = form.cleaned_data
        words = said.pop("words")
        try:
            answering.give(pk, Said(**said), words, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. It helps us to do better."))
            return redirect("learner:guidance-feedback", pk=pk)
    context: dict[str, Any] = {"asked": asked, "form": form, "closed": closed, "enough": ENOUGH}
    if asked.state == "answered":
        remarks = {remark.by: remark for remark in asked.remarks.all()}
        mine_said, theirs = remarks.get(Speaker.LEARNER), remarks.get(Speaker.ORGANISATION)
        context["said"] = mine_said
        context["yes"] = [name for name in Said.__slots__ if getattr(asked, name)]
        context["why_held_back"] = WHY_HELD_BACK.get(mine_said.held_back) if mine_said else None
        context["answer"] = theirs if theirs and theirs.state == theirs.State.SHOWN else None
    return render(request, "learner/guidance_feedback.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def decline_guidance(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        answering.decline(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("We do not ask you this again."))
    return redirect("learner:home")


@require_POST
@for_learner
def take_guidance_back(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        answering.take_back(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("It is taken back. Nothing of what you said is left."))
    return redirect("learner:guidance-feedback", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def what_became(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Two questions half a year after a course, once. Sent twice, it is said once."""
    mine = Destination.objects.filter(voucher__learner=learner)
    asked = mine.select_related("voucher__run__course__provider").filter(pk=pk).first()
    if asked is None:
        raise Http404
    closed = answering.may_answer(asked, ledger.now())
    form = BecameForm(written(request))
    if request.method == "POST" and not closed and form.is_valid():
        try:
            answering.tell(pk, **form.cleaned_data, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. It helps those who choose after you."))
            return redirect("learner:home")
    context = {"asked": asked, "course": asked.voucher.run.course, "form": form, "closed": closed, "enough": ENOUGH}
    return render(request, "learner/what_became.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def tell_nothing(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        answering.tell_nothing(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("We do not ask you this again."))
    return redirect("learner:home")

"""The learner's guidance record: what they and their advisers talked about, and what they have to say to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner
from brokerage.hearing.models import Heard
from brokerage.models import Caseload
from brokerage.talking import recording, tiers
from brokerage.talking.models import Booking, BookingState, CallBack, Tier
from brokerage.talking.reading import record_of, tier_of
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.talks.forms import AnswerForm, TierForm
from web.talks import shown
from web.unsent import written

A_PAGE = 20


@require_safe
@for_learner
def record(request: HttpRequest, learner: Learner) -> HttpResponse:
    """What is arranged, how much help they want, and all of the record. A fixed number of queries."""
    page = Paginator(record_of(learner.pk), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [shown(line) for line in page],
        "bookings": Booking.objects.open().filter(learner=learner).select_related("slot__adviser__user"),
        "call_back": CallBack.objects.waiting()
        .filter(learner=learner)
        .select_related("adviser__user", "cover__user")
        .first(),
        "missed": _missed(learner),
        "caseload": Caseload.objects.filter(learner=learner)
        .select_related("adviser__user", "adviser__organisation", "adviser__cover__user")
        .first(),
        "tier": tier_of(learner.pk),
        "advocacy": learner.advocacy.select_related("run__course__provider")[:A_PAGE],
        "referrals": learner.referrals.select_related("organisation", "service")[:A_PAGE],
        "heard": learner.guidance_feedback.exclude(state=Heard.DECLINED).select_related("organisation")[:A_PAGE],
        "now": ledger.now(),
    }
    return render(request, "learner/talks/guidance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def tier(request: HttpRequest, learner: Learner) -> HttpResponse:
    """How much help the learner would like: theirs to say, and to change at any time."""
    form = TierForm(written(request), initial={"tier": tier_of(learner.pk)})
    if request.method == "POST" and form.is_valid():
        tiers.choose(Tier(form.cleaned_data["tier"]), learner=learner, actor=acting(learner))
        messages.success(request, _("Your adviser can see what you chose. You can change it at any time."))
        return redirect("learner:talks:guidance")
    return render(request, "learner/talks/tier.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def answer(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Say something to one line of the record."""
    found = [line for line in record_of(learner.pk) if pk in {entry.pk for entry in (line.entry, *line.after)}]
    if not found:
        raise Http404
    form = AnswerForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            recording.answer(pk, form.cleaned_data["words"], learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Your answer is on the record. Your adviser reads it there."))
            return redirect("learner:talks:guidance")
    context = {"form": form, "line": shown(found[0])}
    return render(request, "learner/talks/answer.html", context, status=422 if form.errors else 200)


def _missed(learner: Learner) -> Booking | None:
    """The talk that came last, where it did not happen and no other is booked."""
    last = Booking.objects.live().filter(learner=learner).select_related("slot__adviser__user")
    newest = last.order_by("-slot__starts_at").first()
    return newest if newest and newest.state == BookingState.MISSED else None

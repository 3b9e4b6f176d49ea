"""A learner's talks: booked, moved, cancelled, and in their own calendar."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.models import Learner
from brokerage.models import Channel
from brokerage.talking import booking
from brokerage.talking.models import Booking, BookingState, Slot
from brokerage.talking.reading import slots_for
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.talks.forms import BookingForm, TimeForm
from web.notifications.calendar import Talk, as_calendar
from web.unsent import written

# Two weeks of a full diary: more would be a list that nobody reads.
SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def book(request: HttpRequest, learner: Learner) -> HttpResponse:
    """The free times of the learner's adviser, and of whoever covers."""
    slots = list(slots_for(learner.pk)[:SHOWN])
    form = BookingForm(written(request), slots=slots)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = booking.book(
                said["slot"], Channel(said["channel"]), said["about"], learner=learner, actor=acting(learner)
            )
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Your talk is booked. You get a letter with it for your calendar."))
            return redirect("learner:talks:booking", pk=made.pk)
    context = {"form": form, "slots": slots}
    return render(request, "learner/talks/book.html", context, status=422 if form.errors else 200)


@require_safe
@for_learner
def booked(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """When and how they talk, and what can still be done about it."""
    found = _mine(learner, pk)
    context = {"booking": found, "open": _is_open(found)}
    return render(request, "learner/talks/booking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def move(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """To another free time."""
    found = _mine(learner, pk)
    if not _is_open(found):
        return redirect("learner:talks:booking", pk=pk)
    slots: list[Slot] = list(slots_for(learner.pk)[:SHOWN])
    form = TimeForm(written(request), slots=slots)
    if request.method == "POST" and form.is_valid():
        try:
            booking.move(pk, form.cleaned_data["slot"], by=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Your talk is moved, and your adviser is told."))
            return redirect("learner:talks:booking", pk=pk)
    context = {"form": form, "slots": slots, "booking": found}
    return render(request, "learner/talks/move.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def cancel(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        booking.cancel(pk, by=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("Your talk is cancelled, and your adviser is told."))
    return redirect("learner:talks:guidance")


@require_safe
@for_learner
def calendar(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """The talk for a calendar: taken again after it was moved or cancelled, it changes the one that is there."""
    found = _mine(learner, pk)
    file = as_calendar(Talk.of(found), cancelled=found.state == BookingState.CANCELLED)
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="talk.ics"', "Cache-Control": "no-store"},
    )


def _mine(learner: Learner, pk: UUID) -> Booking:
    found = Booking.objects.filter(pk=pk, learner=learner).select_related("slot__adviser__user").first()
    if found is None:
        raise Http404
    return found


def _is_open(found: Booking) -> bool:
    return found.state == BookingState.BOOKED and found.slot.starts_at > ledger.now()

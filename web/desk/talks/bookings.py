"""When an adviser can be booked, by whom they are, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from brokerage.models import Adviser, Channel
from brokerage.talking import booking, offering
from brokerage.talking.models import Booking, CallBack, Slot
from brokerage.talking.offering import Hours
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, looked_at_record, refuse
from web.desk.talks.forms import KeptForm, OfferForm
from web.learner.talks.forms import TimeForm
from web.unsent import written

# More than anybody has, and what a page can show.
SHOWN = 100


@require_safe
@for_adviser
def talks(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """Who is to be rung, who is booked, and which times are free. A fixed number of queries."""
    context = {
        "adviser": adviser,
        "call_backs": CallBack.objects.on_the_desk_of(adviser)
        .waiting()
        .select_related("learner", "adviser__user")[:SHOWN],
        "bookings": booking.of_adviser(adviser).open().select_related("learner", "slot__adviser__user")[:SHOWN],
        "slots": Slot.objects.free(ledger.now()).filter(adviser=adviser)[:SHOWN],
        "now": ledger.now(),
    }
    return render(request, "desk/talks/talks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def offer(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    form = OfferForm(written(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        hours = Hours(said["day"], said["begins"], said["ends"], said["minutes"], said["weeks"])
        try:
            slots = offering.offer(
                hours,
                [Channel(each) for each in said["channels"]],
                place=said["place"],
                link=said["link"],
                for_intensive=said["for_intensive"],
                by=adviser,
                actor=acting(adviser),
            )
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Learners can book {count} more times now.").format(count=len(slots)))
            return redirect("desk:talks")
    return render(request, "desk/talks/offer.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@for_adviser
def withdraw(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    try:
        offering.withdraw(pk, by=adviser, actor=acting(adviser))
    except Refusal as refusal:
        refuse(refusal)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This time is not offered any more."))
    return redirect("desk:talks")


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def booked(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """A booking, and putting the talk on the record."""
    found = _mine(adviser, pk)
    form = KeptForm(written(request), initial={"minutes": found.slot.minutes})
    if request.method == "POST" and form.is_valid():
        try:
            booking.keep(pk, **form.cleaned_data, by=adviser, actor=acting(adviser, found.learner_id))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your conversation is on the record."))
            return redirect("desk:talks")
    looked_at_record(adviser, found.learner_id)
    context = {"booking": found, "form": form, "now": ledger.now()}
    return render(request, "desk/talks/booking.html", context, status=422 if form.errors else 200)


@require_POST
@for_adviser
def missed(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    return _end(request, adviser, pk, booking.miss, _("It is on the record. {learner} can book again."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def move(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """To another free time of the same adviser; the learner is told."""
    found = _mine(adviser, pk)
    free = Slot.objects.free(ledger.now()).filter(adviser=found.slot.adviser_id)
    slots = list(free.select_related("adviser__user")[:SHOWN])
    form = TimeForm(written(request), slots=slots)
    if request.method == "POST" and form.is_valid():
        actor = acting(adviser, found.learner_id)
        try:
            booking.move(pk, form.cleaned_data["slot"], by=adviser, actor=actor)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("It is moved, and {learner} is told.").format(learner=found.learner.name))
            return redirect("desk:talks")
    context = {"booking": found, "form": form, "slots": slots}
    return render(request, "desk/talks/move.html", context, status=422 if form.errors else 200)


@require_POST
@for_adviser
def cancel(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    return _end(request, adviser, pk, booking.cancel, _("It is cancelled, and {learner} is told."))


def _end(request: HttpRequest, adviser: Adviser, pk: UUID, end: Callable[..., object], said: str) -> HttpResponse:
    """The booking is over in this way, or why it cannot be."""
    found = _mine(adviser, pk)
    try:
        end(pk, by=adviser, actor=acting(adviser, found.learner_id))
    except Refusal as refusal:
        refuse(refusal)
        messages.error(request, str(refusal))
        return redirect("desk:booking", pk=pk)
    messages.success(request, said.format(learner=found.learner.name))
    return redirect("desk:talks")


def _mine(adviser: Adviser, pk: UUID) -> Booking:
    mine = booking.of_adviser(adviser).exclude(learner__user=adviser.user_id)
    found = mine.select_related("learner", "slot__adviser__user").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

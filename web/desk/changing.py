"""Approving with a change: choose what, see what it would cost, say why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

import ledger
from brokerage import changing, deciding
from brokerage.changing import Change
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Outcome, ReasonCode
from brokerage.requesting import Quote
from config.refusals import Refusal
from providers.models import CourseRun, RunExtra
from web.desk.access import acting, for_adviser, looked_at
from web.desk.case import Case, Offer, case, miles_to
from web.desk.forms import InsteadForm, ReasonsForm, offer_words
from web.desk.queue import Filters, Queue
from web.desk.views import answered, found
from web.unsent import written

DATES = 6


@dataclass(frozen=True, slots=True)
class Instead:
    """What is chosen, what it would cost, or why it cannot be; `form` is where it is chosen."""

    form: InsteadForm
    run: UUID | None
    extras: list[UUID]
    priced: Quote | None
    refusal: Refusal | None


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def change(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """The price is worked out as soon as something is chosen; what is approved is what was shown with its price."""
    asked = found(pk, adviser)
    opened = case(asked)
    if not opened.may_be_changed or asked.voucher_id:
        raise Http404
    looked_at(adviser, asked)
    sent = written(request)
    form = ReasonsForm(sent)
    # What was being sent is about what was chosen then, which its own fields say.
    instead = _instead(sent if sent and "run" in sent else request.GET, opened)
    if request.method == "POST" and form.is_valid():
        onward = Queue(adviser, Filters.of(request.GET)).next_after(pk)
        ruling = Ruling(
            request=pk,
            outcome=Outcome.APPROVE_CHANGED,
            reasons=form.cleaned_data["reasons"],
            reason_codes=[ReasonCode(code) for code in form.cleaned_data["reason_codes"]],
            change=Change(instead.run, instead.extras, _seen(request.POST)) if instead.run else None,
            seen=request.POST.get("seen", ""),
        )
        try:
            decision = deciding.decide(ruling, by=adviser, actor=acting(adviser, asked.learner_id))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return answered(request, decision, *onward)
    context = {
        "asked": asked,
        "case": opened,
        "instead": instead,
        "form": form,
        "query": Filters.of(request.GET).query,
        "filters": Filters.of(request.GET),
        "now": ledger.now(),
    }
    return render(request, "desk/change.html", context, status=422 if request.method == "POST" else 200)


def _instead(asked: QueryDict, opened: Case) -> Instead:
    request = opened.request
    runs = _runs(opened)
    choices = [(str(offer.run.pk), offer_words(offer)) for offer in runs]
    run = _id(asked.get("run", ""))
    chosen = next((offer.run for offer in runs if offer.run.pk == run), None)
    extras = list(RunExtra.objects.offered().filter(run=chosen)) if chosen else []
    wanted = [extra.pk for extra in extras if str(extra.pk) in asked.getlist("extra")]
    form = InsteadForm(
        initial={"run": str(run) if chosen else "", "extra": [str(pk) for pk in wanted]},
        runs=choices,
        extras=extras,
        currency=request.currency,
    )
    if chosen is None:
        return Instead(form, None, [], None, None)
    try:
        return Instead(form, run, wanted, changing.priced(Change(chosen.pk, wanted), request), None)
    except Refusal as refusal:
        return Instead(form, run, wanted, None, refusal)


def _runs(opened: Case) -> list[Offer]:
    """What was asked for, with other extras or at a price that has changed; its other dates; and like courses."""
    run, today = opened.request.run, ledger.today()
    dates = CourseRun.objects.on_sale(today).filter(course=run.course_id).exclude(pk=run.pk)
    others = list(dates.select_related("course__provider", "venue").order_by("starts_on", "id")[:DATES])
    away = miles_to(others, opened.request.learner)
    return [
        Offer(run, opened.miles),
        *(Offer(other, miles) for other, miles in zip(others, away, strict=True)),
        *opened.offers,
    ]


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _seen(sent: QueryDict) -> tuple[int, int]:
    """The price that was shown, and what the account pays of it; what is none was never shown."""
    price, _colon, from_purse = sent.get("price", "").partition(":")
    return (int(price), int(from_purse)) if price.isdecimal() and from_purse.isdecimal() else (0, 0)

"""An offer to all who wish for the same: what each would pay, and whether this learner would come."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from brokerage.pooling import answering
from brokerage.pooling.models import GroupOffer, OfferState, Rung
from brokerage.requesting import Quote, quote_all
from config.ids import uuid7
from config.refusals import Refusal
from providers.models import CourseRun
from web.learner.access import acting, for_learner, refuse
from web.learner.wallet import Wallet, chosen, wallets


class AnswerForm(forms.Form):
    comes = forms.ChoiceField(choices=[("yes", gettext_lazy("I would come")), ("no", gettext_lazy("Not for me"))])


@dataclass(frozen=True, slots=True)
class Row:
    """What each pays from so many learners on, and what of it would be this learner's own."""

    rung: Rung
    quote: Quote | None


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def offer(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """The offer with its prices; the answer can be changed until its time is over. A fixed number of queries."""
    offers = answering.offers_to(learner).select_related("run__course__provider", "run__venue")
    found = offers.prefetch_related("rungs").filter(pk=pk).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _answer(request, learner, found)
    wallet = chosen(wallets(learner), "")
    said = found.answers.filter(learner=learner).first()
    context = {
        "offer": found,
        "run": found.run,
        "rows": _rows(found, wallet),
        "said": said,
        "open": found.state == OfferState.OPEN and found.answer_by > ledger.now(),
        "may_ask": found.state == OfferState.AGREED and said is not None and said.comes and _still_holds(found),
        "now": ledger.now(),
    }
    return render(request, "learner/group_offer.html", context)


def _answer(request: HttpRequest, learner: Learner, found: GroupOffer) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        comes = form.cleaned_data["comes"] == "yes"
        try:
            answering.answer(found.pk, comes, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            done = _("You would come. You hear from us once it is decided.") if comes else _("You would not come.")
            messages.success(request, done)
    else:
        messages.error(request, _("Say whether you would come."))
    return redirect("learner:group-offer", pk=found.pk)


def _rows(found: GroupOffer, wallet: Wallet | None) -> list[Row]:
    """Each step, the smallest group first, priced as though the run cost so much."""
    rungs = list(found.rungs.all())
    if wallet is None:
        return [Row(rung, None) for rung in rungs]
    runs = [_priced(found.run, rung.price_minor) for rung in rungs]
    quotes = quote_all([(wallet.account, run) for run in runs], list_prices=True)
    return [Row(rung, quotes.get((wallet.account.pk, run.pk))) for rung, run in zip(rungs, runs, strict=True)]


def _priced(run: CourseRun, price_minor: int) -> CourseRun:
    """The run as though it were another of this price."""
    other = copy.copy(run)
    other.pk, other.price_minor = uuid7(), price_minor
    return other


def _still_holds(found: GroupOffer) -> bool:
    return found.holds_until is not None and ledger.today() <= found.holds_until

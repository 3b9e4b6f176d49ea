"""What could I get? A stranger tells us about themselves, is told about every scheme, and we forget all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

import ledger
from accounts.asking import questions
from accounts.exploring import Outlook, explore
from accounts.models import Scheme
from accounts.rules import Rules
from accounts.schemes import on_offer
from brokerage.models import GuidanceOrganisation
from config.money import minor
from web.public.forms import AboutYou
from web.public.saying import Trial, card


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def what_could_i_get(request: HttpRequest) -> HttpResponse:
    """The questions, and below what the answers come to. Nothing is written anywhere, and no answer is in an address.

    A fixed number of queries, however many schemes there are.
    """
    today = ledger.today()
    offered = on_offer(today)
    form = AboutYou(
        request.POST if request.method == "POST" else None,
        asks=questions(offered),
        currencies=[scheme.currency for scheme in offered],
        today=today,
    )
    context: dict[str, Any] = {
        "form": form,
        "offered": offered,
        "advice": list(GuidanceOrganisation.objects.order_by("name")),
    }
    if form.is_bound and form.is_valid():
        context |= _answer(form, offered)
    return render(request, "public/what_could_i_get.html", context, status=422 if form.errors else 200)


def _answer(form: AboutYou, offered: Mapping[Scheme, Rules]) -> dict[str, Any]:
    outlooks = explore(form.person, offered, form.today, unsaid=form.unsaid, income_currency=form.income_currency)
    eligible = [outlook for outlook in outlooks if outlook.eligible]
    return {
        "answered": True,
        "eligible": [card(outlook) for outlook in eligible],
        "others": [card(outlook) for outlook in outlooks if not outlook.eligible],
        "unknown": any(outlook.verdict == "unknown" for outlook in outlooks),
        "trials": _trials(form, eligible),
    }


def _trials(form: AboutYou, eligible: Sequence[Outlook]) -> list[Trial]:
    """The price that was given, as each scheme would split it."""
    said = form.cleaned_data
    if said["price"] is None:
        return []
    course = {"category": said.get("category", ""), "hours": said.get("hours")}
    return [Trial(each, each.price(minor(said["price"], each.scheme.currency), **course)) for each in eligible]

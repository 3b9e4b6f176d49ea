"""My caseload: whom an adviser is named for, and when they last talked."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

import ledger
from brokerage.models import WAITING, Adviser, Caseload, Consultation, Request
from config.refusals import Sentence
from web.desk.access import for_adviser
from web.desk.queue import MOST_WORDS, Filters

A_PAGE = 50
SHOWN: dict[str, Sentence] = {"": _("Mine"), "cover": _("You cover"), "never": _("Never talked")}
ORDERS: dict[str, Sentence] = {"": _("Name"), "longest": _("Longest without contact")}


@require_safe
@for_adviser
def learners(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """A page of the caseload, by name or by who has waited longest for a word. A fixed number of queries."""
    asked = request.GET
    show, order = asked.get("show", ""), asked.get("order", "")
    filters = Filters.of(asked)
    show, order = show if show in SHOWN else "", order if order in ORDERS else ""
    page = Paginator(_caseload(adviser, show, order, filters.text), A_PAGE).get_page(filters.page)
    query = asked.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "now": ledger.now(),
        "query": query.urlencode(),
        "text": filters.text,
        "shown": SHOWN.items(),
        "show": show,
        "orders": ORDERS.items(),
        "order": order,
    }
    return render(request, "desk/learners.html", context)


def _caseload(adviser: Adviser, show: str, order: str, text: str) -> QuerySet[Caseload]:
    mine = Q(adviser__cover=adviser) if show == "cover" else Q(adviser=adviser)
    found = Caseload.objects.filter(mine)
    for word in text.split()[:MOST_WORDS]:
        found = found.filter(Q(learner__given_name__icontains=word) | Q(learner__family_name__icontains=word))
    talks = Consultation.objects.filter(learner=OuterRef("learner")).order_by("-held_at", "-id")
    if show == "never":
        found = found.filter(~Exists(talks.order_by()))
    waiting = Request.objects.filter(learner=OuterRef("learner"), state__in=WAITING, voucher=None).order_by()
    found = found.select_related("learner", "adviser__user").annotate(
        last=Subquery(talks.values("held_at")[:1]),
        last_channel=Subquery(talks.values("channel")[:1]),
        last_with=Subquery(talks.values("adviser__user__name")[:1]),
        waiting=Subquery(waiting.values("learner").annotate(number=Count("pk")).values("number")),
    )
    if order == "longest":
        return found.order_by(F("last").asc(nulls_first=True), "since", "id")
    return found.order_by("learner__family_name", "learner__given_name", "id")

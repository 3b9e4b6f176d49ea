"""Courses side by side: what each would cost this learner, when and how far away it is, what became of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import ledger
from brokerage.models import Policy
from brokerage.requesting import Quote, quote
from brokerage.saving import saved_among, why_gone
from config.refusals import Refusal
from providers.models import CourseRun
from providers.nearby import KM_A_MILE, Spot, km_between, locate
from vouchers.places import places_taken
from vouchers.track_records import TrackRecord, track_records
from web.learner.access import Whose, for_learner_or_adviser
from web.learner.wallet import chosen, wallets
from web.searching import MOST_COMPARED

AWAY = (CourseRun.Mode.ONLINE, CourseRun.Mode.DISTANCE)
"""How a run is taught that nobody has to travel to."""


@dataclass(frozen=True, slots=True)
class Column:
    """One course as it is compared. `miles` is None where the way is not known; `without` is the page without it."""

    run: CourseRun
    priced: Quote | None
    gone: Refusal | None
    taken: int
    miles: int | None
    record: TrackRecord
    adviser: str
    kept: bool
    without: str

    @property
    def no_travel(self) -> bool:
        return self.run.mode in AWAY


@require_safe
@for_learner_or_adviser
def compare(request: HttpRequest, whose: Whose) -> HttpResponse:
    """Up to `MOST_COMPARED` course runs, those named in the address in its order. A fixed number of queries."""
    learner = whose.learner
    wanted = _wanted(request.GET)
    runs = CourseRun.objects.select_related("course__provider", "venue").in_bulk(wanted[:MOST_COMPARED])
    wallet = chosen(wallets(learner), request.GET.get("account", ""))
    side_by_side = [runs[pk] for pk in wanted if pk in runs]
    prices = quote(wallet.account, side_by_side) if wallet else {}
    gone = why_gone(side_by_side, ledger.today())
    taken = places_taken(runs)
    records = track_records(run.course_id for run in side_by_side)
    home = locate(learner.postcode)
    kept = saved_among(learner, runs)
    columns = [
        Column(
            run=run,
            priced=prices.get(run.pk),
            gone=gone.get(run.pk),
            taken=taken[run.pk],
            miles=_miles(home, run),
            record=records[run.course_id],
            adviser=_adviser(prices.get(run.pk)),
            kept=run.pk in kept,
            without=_without(request.GET, run.pk, side_by_side),
        )
        for run in side_by_side
    ]
    context = {
        "columns": columns,
        "wallet": wallet,
        "too_many": len(wanted) > MOST_COMPARED,
        "most_compared": MOST_COMPARED,
        "postcode": learner.postcode,
    }
    return render(request, "learner/compare.html", context)


def _wanted(asked: QueryDict) -> list[UUID]:
    """The ids in the address, each once; what is none is left out."""
    found: dict[UUID, None] = {}
    for typed in asked.getlist("run")[: 10 * MOST_COMPARED]:
        try:
            found[UUID(typed)] = None
        except ValueError:
            continue
    return list(found)


def _without(asked: QueryDict, pk: UUID, runs: Sequence[CourseRun]) -> str:
    kept = asked.copy()
    kept.setlist("run", [str(run.pk) for run in runs if run.pk != pk])
    return f"?{kept.urlencode()}"


def _miles(home: Spot | None, run: CourseRun) -> int | None:
    venue = run.venue
    if home is None or venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return round(km_between(home, float(venue.latitude), float(venue.longitude)) / KM_A_MILE)


def _adviser(priced: Quote | None) -> str:
    """Whether somebody has to be asked first, in a few words."""
    if priced is None or not priced.split.from_purse_minor:
        return _("Not needed. Advice is free if you want it.")
    if priced.by_lot:
        return _("A draw decides when you ask.")
    if priced.approvals_needed > 1:
        return _("Two advisers have to say yes.")
    return {
        Policy.OPEN: _("Not needed. Advice is free if you want it."),
        Policy.GUIDED: _("A talk first, then you choose."),
        Policy.STRUCTURED: _("An adviser has to say yes."),
    }[priced.policy]

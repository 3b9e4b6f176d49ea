"""How the seven steps went for an organisation's learners, and whether anybody's go to one provider unusually often:
for whoever leads it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import ledger
from brokerage import scoring, steering
from brokerage.models import Adviser
from web import scorecard as shown
from web.desk.access import for_lead


@require_safe
@for_lead
def scorecard(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    """A fixed number of queries."""
    context = {
        "card": shown.card(scoring.of_organisation(adviser.organisation)),
        "pairs": steering.pairs(adviser.organisation, ledger.now() - scoring.PERIOD),
        "organisation": adviser.organisation,
        **shown.CONTEXT,
    }
    return render(request, "desk/scorecard.html", context)


@require_safe
@for_lead
def as_table(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    return shown.table(scoring.of_organisation(adviser.organisation), "organisation")

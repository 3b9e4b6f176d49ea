"""How the seven steps of personalisation went for a scheme's learners."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Scheme, SchemeManager
from brokerage import scoring
from web import scorecard as shown
from web.scheme.access import for_scheme


@require_safe
@for_scheme
def scorecard(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """A fixed number of queries."""
    context = {"card": shown.card(scoring.of_scheme(scheme)), "scheme": scheme, **shown.CONTEXT}
    return render(request, "scheme/scorecard.html", context)


@require_safe
@for_scheme
def as_table(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    return shown.table(scoring.of_scheme(scheme), scheme.slug)

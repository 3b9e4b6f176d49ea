"""What learners look for in vain, as far as it tells nobody who they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import ledger
from brokerage import wishing
from providers.models import Role, Staff
from web.provider import groups
from web.provider.access import for_staff


@require_safe
@for_staff(Role.COURSES)
def demand(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Subjects and towns with how many learners wish for them. A fixed number of queries."""
    context = {
        "rows": wishing.demand(ledger.now()),
        "enough": wishing.ENOUGH,
        "days": wishing.COUNTS_FOR.days,
        "offers": groups.made_by(staff),
    }
    return render(request, "provider/demand.html", context)

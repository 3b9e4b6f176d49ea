"""Which guidance organisations there are, and what learners say of each: for anybody to read."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

import ledger
from brokerage.hearing.reading import guidance_records, remarks_about
from brokerage.models import GuidanceOrganisation
from brokerage.organisation_models import holds_a_mark
from brokerage.voice import said_and_done
from vouchers.track_records import ENOUGH

RECENT = 20


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Those that hold a quality mark today, by name: nothing ranks them. A fixed number of queries."""
    found = list(GuidanceOrganisation.objects.filter(holds_a_mark(ledger.today(), of="pk")).order_by("name"))
    records = guidance_records(found)
    context = {"rows": [(each, records[each.pk]) for each in found], "enough": ENOUGH}
    return render(request, "public/guidance/organisations.html", context)


@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is said of one, what it answers, and what schemes did about it. A fixed number of queries."""
    found = get_object_or_404(GuidanceOrganisation, pk=pk)
    record = guidance_records([found])[found.pk]
    context = {
        "organisation": found,
        "record": record,
        "remarks": remarks_about(found, record),
        "entries": said_and_done.with_earlier(said_and_done.about(found)[:RECENT]),
        "enough": ENOUGH,
    }
    return render(request, "public/guidance/organisation.html", context)

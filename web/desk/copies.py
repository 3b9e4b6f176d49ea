"""The documents that an adviser's learners sent in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import looking
from accounts.models import Copy, Look
from brokerage.models import Adviser
from brokerage.witnessing import copies_for
from web import copies
from web.desk.access import acting, for_adviser, looker


@require_safe
@for_adviser
def listed(request: HttpRequest, adviser: Adviser) -> HttpResponse:
    return copies.listed(request, _looking(request, adviser))


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def copy(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    return copies.opened(request, _looking(request, adviser), pk)


@require_safe
@for_adviser
def download(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    return copies.download(_looking(request, adviser), pk)


def _looking(request: HttpRequest, adviser: Adviser) -> copies.Looking:
    def note(copy: Copy) -> None:
        looking.note(looker(adviser), Look.What.DOCUMENT, [(copy.learner_id, f"copy:{copy.pk}")])

    return copies.Looking(
        among=copies_for(adviser),
        user=adviser.user,
        actor=lambda learner: acting(adviser, learner),
        note=note,
        face="desk",
    )

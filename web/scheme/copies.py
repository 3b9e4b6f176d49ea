"""The documents that learners sent in where a scheme looks at them itself."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import looking, showing
from accounts.looking import Looker
from accounts.models import Copy, Look, SchemeManager
from ledger import Actor
from web import copies
from web.scheme.access import for_manager


@require_safe
@for_manager
def listed(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    return copies.listed(request, _looking(manager))


@require_http_methods(["GET", "HEAD", "POST"])
@for_manager
def copy(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    return copies.opened(request, _looking(manager), pk)


@require_safe
@for_manager
def download(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    return copies.download(_looking(manager), pk)


def _looking(manager: SchemeManager) -> copies.Looking:
    def note(copy: Copy) -> None:
        looker = Looker(Look.Role.MANAGER, manager.user_id, f"scheme:{copy.scheme_id}")
        looking.note(looker, Look.What.DOCUMENT, [(copy.learner_id, f"copy:{copy.pk}")])

    return copies.Looking(
        among=showing.for_scheme(manager),
        user=manager.user,
        actor=lambda learner: Actor.user(manager.user_id, on_behalf_of=f"learner:{learner}"),
        note=note,
        face="scheme",
    )

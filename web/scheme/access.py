"""Who may see a scheme's pages: those who manage it, looked up in this one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from accounts import looking
from accounts.looking import Looker
from accounts.models import Look, RuleProposal, Scheme, SchemeManager
from accounts.proposing import schemes_of
from ledger import Actor
from vouchers.models import Case
from web.unsent import signed_in

View = Callable[..., HttpResponse]


def for_manager(view: Callable[Concatenate[HttpRequest, SchemeManager, ...], HttpResponse]) -> View:
    """Call the view with the manager who is signed in; for anybody else there is no such page."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        manager = SchemeManager.objects.select_related("user").filter(user=request.user.pk).first()
        if manager is None:
            raise Http404
        return view(request, manager, *args, **kwargs)

    return guarded


def for_scheme(view: Callable[Concatenate[HttpRequest, SchemeManager, Scheme, ...], HttpResponse]) -> View:
    """Call the view with a scheme that this manager runs; another one does not exist for them."""

    @for_manager
    @wraps(view)
    def guarded(request: HttpRequest, manager: SchemeManager, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        scheme = schemes_of(manager).filter(slug=slug).first()
        if scheme is None:
            raise Http404
        return view(request, manager, scheme, *args, **kwargs)

    return guarded


def proposal_of(scheme: Scheme, pk: UUID) -> RuleProposal:
    """A proposal for this scheme. Raises Http404."""
    found = scheme.rule_proposals.select_related("proposed_by", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def looked_at(manager: SchemeManager, case: Case) -> None:
    """Keep that this manager looked at a learner's case, for the learner to read."""
    looker = Looker(Look.Role.MANAGER, manager.user_id, f"scheme:{case.scheme_id}")
    looking.note(looker, Look.What.CASE, [(case.learner_id, case.subject)])


def acting(manager: SchemeManager) -> Actor:
    """The manager as the ledger's events name them."""
    return Actor.user(manager.user_id)

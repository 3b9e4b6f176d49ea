"""Who may use the desk: a signed-in adviser, looked up in this one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from accounts import looking
from accounts.looking import Looker
from accounts.models import Learner, Look
from brokerage.models import Adviser, Request
from brokerage.talking.reading import with_whom
from config.refusals import Refusal
from ledger import Actor
from web.unsent import signed_in

View = Callable[..., HttpResponse]


def for_adviser(view: Callable[Concatenate[HttpRequest, Adviser, ...], HttpResponse]) -> View:
    """Call the view with the adviser who is signed in; for anybody else there is no such page."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        adviser = Adviser.objects.select_related("user", "organisation").filter(user=request.user.pk).first()
        if adviser is None:
            raise Http404
        request.leads_advisers = adviser.leads  # type: ignore[attr-defined]
        return view(request, adviser, *args, **kwargs)

    return guarded


def for_lead(view: Callable[Concatenate[HttpRequest, Adviser, ...], HttpResponse]) -> View:
    """Call the view with the adviser who is signed in, if they lead their organisation; else there is no such page."""

    @for_adviser
    @wraps(view)
    def guarded(request: HttpRequest, adviser: Adviser, *args: Any, **kwargs: Any) -> HttpResponse:
        if not adviser.leads:
            raise Http404
        return view(request, adviser, *args, **kwargs)

    return guarded


def looker(adviser: Adviser) -> Looker:
    return Looker(Look.Role.ADVISER, adviser.user_id, f"organisation:{adviser.organisation_id}")


def looked_at(adviser: Adviser, asked: Request) -> None:
    """Keep that this adviser looked at a learner's request, for the learner to read."""
    looking.note(looker(adviser), Look.What.REQUEST, [(asked.learner_id, asked.subject)])


def learner_of(adviser: Adviser, pk: UUID) -> Learner:
    """The learner, if their guidance record is this adviser's to read; not mine looks like does not exist."""
    found = with_whom(adviser).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def looked_at_record(adviser: Adviser, learner: UUID) -> None:
    """Keep that this adviser looked at a learner's guidance record, for the learner to read."""
    looking.note(looker(adviser), Look.What.REQUEST, [(learner, f"learner:{learner}")])


def refuse(refusal: Refusal, form: forms.Form | None = None) -> None:
    """Say what is the matter beside the form; not theirs looks like does not exist."""
    if refusal.status == 404:
        raise Http404 from refusal
    if form is not None:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def acting(adviser: Adviser, learner: object | None = None) -> Actor:
    """The adviser as the ledger's events name them."""
    return Actor.user(
        adviser.user_id,
        acting_for=f"organisation:{adviser.organisation_id}",
        on_behalf_of=f"learner:{learner}" if learner else "",
    )

"""Who may use the learner's pages: a signed-in learner, looked up in this one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import Learner
from ledger import Actor

View = Callable[..., HttpResponse]


def for_learner(view: Callable[Concatenate[HttpRequest, Learner, ...], HttpResponse]) -> View:
    """Call the view with the learner who is signed in; for anybody else there is no such page."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        learner = Learner.objects.select_related("user").filter(user=request.user.pk).first()
        if learner is None:
            raise Http404
        return view(request, learner, *args, **kwargs)

    return guarded


def shown_to_be_them(view: View) -> View:
    """Before the view acts on a POST, the learner gives their password or second factor again, in this session."""
    return cast(View, reauthentication_required(allow_get=True)(view))


def acting(learner: Learner) -> Actor:
    """The learner in their own session, as the ledger's events name them."""
    assert learner.user_id is not None  # somebody is signed in
    return Actor.user(learner.user_id)

"""Who may use the learner's pages, what counts as their own hand, and how they are told no: each in this one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, cast

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

import ledger
from accounts import looking
from accounts.looking import Looker
from accounts.models import Learner, Look
from brokerage import representing
from brokerage.assisting import assisting
from brokerage.assisting.errors import AssistanceOver
from brokerage.assisting.models import Act, Assistance, AssistedAct
from brokerage.models import Representative
from config.refusals import Refusal
from ledger import Actor
from vouchers.models import Factor
from web.desk import access as desk
from web.unsent import signed_in

View = Callable[..., HttpResponse]
# Time enough to look at what was done, on a desk where the next person waits.
AFTER_A_PRINTED_CODE = dt.timedelta(minutes=15)
_FACTORS = {
    Authenticator.Type.WEBAUTHN: Factor.PASSKEY,
    Authenticator.Type.TOTP: Factor.TOTP,
    Authenticator.Type.RECOVERY_CODES: Factor.ONE_TIME_CODE,
}


ACTS_FOR, ASSISTS, LOOKED = "acts_for", "assists", "acts_for_looked"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose pages somebody sees: their own, those of a learner for whom they act, as `by`, or those that they work as
    the learner's adviser, in `assistance`."""

    learner: Learner
    by: Representative | None = None
    assistance: Assistance | None = None

    @property
    def actor(self) -> Actor:
        """Whoever sits there, as the ledger's events name them."""
        if self.assistance is not None:
            return desk.acting(self.assistance.adviser, self.learner.pk)
        return acting(self.learner, self.by)

    def marked(self, act: Act, about: str) -> AbstractContextManager[AssistedAct | None]:
        """What an adviser does in the block for the learner is kept as theirs, or not done at all; of what the learner
        does there is nothing to keep."""
        return nullcontext() if self.assistance is None else assisting.marked(self.assistance, act, about)


def for_learner(view: Callable[Concatenate[HttpRequest, Learner, ...], HttpResponse]) -> View:
    """Call the view with the learner who is signed in; for anybody else there is no such page.

    What only a learner may do: whoever acts for somebody at the moment is told so, and nothing is done.
    """

    @wraps(view)
    def alone(request: HttpRequest, whose: Whose, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, whose.learner, *args, **kwargs)

    return _for(alone, representatives=False, advisers=False)


def for_learner_or_adviser(view: Callable[Concatenate[HttpRequest, Whose, ...], HttpResponse]) -> View:
    """Call the view with the learner who is signed in, or with the one whose pages their adviser works now."""
    return _for(view, representatives=False, advisers=True)


def for_learner_or_representative(view: Callable[Concatenate[HttpRequest, Whose, ...], HttpResponse]) -> View:
    """Call the view with the learner who is signed in, or with the one for whom they act at the moment."""
    return _for(view, representatives=True, advisers=False)


def for_whoever_is_there(view: Callable[Concatenate[HttpRequest, Whose, ...], HttpResponse]) -> View:
    """Call the view with the learner who is signed in, with their representative, or with the adviser who helps."""
    return _for(view, representatives=True, advisers=True)


def _for(view: Callable[..., HttpResponse], *, representatives: bool, advisers: bool) -> View:
    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        whose = _whose(request)
        if isinstance(whose, HttpResponse):
            return whose
        if (whose.by and not representatives) or (whose.assistance and not advisers):
            return _their_own(request, whose.learner)
        return view(request, whose, *args, **kwargs)

    return guarded


def _their_own(request: HttpRequest, learner: Learner) -> HttpResponse:
    messages.error(request, _("Only {name} does this themselves.").format(name=learner.given_name))
    return redirect("learner:home")


def _whose(request: HttpRequest) -> Whose | HttpResponse:
    """Looked up at each request: what has ended is over in every session, and no click goes to the wrong account."""
    if ACTS_FOR in request.session:
        acting_ones = Representative.objects.acting().select_related("learner__user", "user")
        found = acting_ones.filter(pk=request.session[ACTS_FOR], user=request.user.pk).first()
        if found is None:
            end_acting(request)
            messages.error(request, _("You do not act for anybody any more. Nothing was done."))
            return redirect("learner:acting-for")
        assert request.user.is_authenticated  # signed_in saw to it
        if refusal := representing.may_represent(request.user.pk):
            end_acting(request)
            messages.error(request, str(refusal))
            return redirect("learner:acting-for")
        _keep_that_they_looked(request, Looker(Look.Role.REPRESENTATIVE, found.user_id, ""), found.learner)
        request.acting_for = found.learner  # type: ignore[attr-defined]
        return Whose(found.learner, by=found)
    if ASSISTS in request.session:
        return _assisted(request)
    learner = Learner.objects.select_related("user").filter(user=request.user.pk).first()
    if learner is None:
        raise Http404
    return Whose(learner)


def _assisted(request: HttpRequest) -> Whose | HttpResponse:
    """The pages that an adviser works, while it goes on."""
    assert request.user.is_authenticated  # signed_in saw to it
    found = assisting.going_on(request.session[ASSISTS], user=request.user.pk)
    if found is None:
        end_acting(request)
        messages.error(request, str(AssistanceOver()))
        return redirect("desk:desk")
    _keep_that_they_looked(request, desk.looker(found.adviser), found.learner)
    request.acting_for, request.assistance = found.learner, found  # type: ignore[attr-defined]
    return Whose(found.learner, assistance=found)


def _keep_that_they_looked(request: HttpRequest, looker: Looker, learner: Learner) -> None:
    """Once a day and session, whichever page they open."""
    looked = [str(learner.pk), ledger.today().isoformat()]
    if request.session.get(LOOKED) != looked:
        looking.note(looker, Look.What.ACCOUNT, [(learner.pk, learner.subject)])
        request.session[LOOKED] = looked


def start_acting(request: HttpRequest, representative: Representative) -> None:
    """The pages of this session are those of the learner, until it is stopped."""
    end_acting(request)
    request.session[ACTS_FOR] = str(representative.pk)


def start_assisting(request: HttpRequest, assistance: Assistance) -> None:
    """The pages of this adviser's session are those of the learner, until it is stopped or its hour is over."""
    end_acting(request)
    request.session[ASSISTS] = str(assistance.pk)


def end_acting(request: HttpRequest) -> None:
    for key in (ACTS_FOR, ASSISTS, LOOKED):
        request.session.pop(key, None)


def shown_to_be_them(view: View) -> View:
    """Before the view acts on a POST, the learner shows again that it is them, in this session.

    With a passkey, a code from an app or one from paper, or their password where they have nothing else. Somebody who
    has nothing yet, because another service signed them in, is asked for a passkey or a password first.
    """
    return _shown(view, allow_get=True)


def shown_to_be_them_first(view: View) -> View:
    """The same, before the page is seen: where what they have filled in would be lost on the way."""
    return _shown(view, allow_get=False)


def _shown(view: View, *, allow_get: bool) -> View:
    again = cast(View, reauthentication_required(allow_get=allow_get)(_a_printed_code_is_for_one_act(view)))

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not (user.has_usable_password() or is_mfa_enabled(user)):
            messages.warning(request, _("Add a passkey or set a password first: what moves money needs your own."))
            return redirect("mfa_index")
        return again(request, *args, **kwargs)

    # What they sent is answered under the address where they show it: a form that comes back says where it goes.
    guarded.asks_to_be_shown = True  # type: ignore[attr-defined]
    return guarded


def _a_printed_code_is_for_one_act(view: View) -> View:
    """Whoever uses one is likely to sit at somebody else's machine: nothing more is done there without another code,
    and soon nobody is signed in there any more."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        asked_again = response.status_code >= 400  # the same act, with what was wrong put right
        if request.method == "POST" and not asked_again and factor_shown(request) == Factor.ONE_TIME_CODE:
            for shown in request.session[AUTHENTICATION_METHODS_SESSION_KEY]:
                shown.pop("reauthenticated", None)
            request.session.set_expiry(AFTER_A_PRINTED_CODE)
        return response

    return once


def factor_shown(request: HttpRequest) -> Factor:
    """What the learner last showed that it is them with, in this session, by allauth's own record."""
    shown = [record for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    last = shown[-1] if shown else {}
    if last.get("method") != "mfa":
        return Factor.PASSWORD
    return _FACTORS[Authenticator.Type(last["type"])]


def acting(learner: Learner, by: Representative | None = None) -> Actor:
    """The learner in their own session, or whoever acts for them, as the ledger's events name them."""
    if by is not None:
        assert by.user_id is not None  # somebody is signed in
        return Actor.user(by.user_id, on_behalf_of=learner.subject)
    assert learner.user_id is not None  # somebody is signed in
    return Actor.user(learner.user_id)


def refuse(request: HttpRequest, refusal: Refusal, form: forms.Form | None = None) -> None:
    """Tell the learner no: what is the matter and what to do, beside the form they filled in, or on the next page.

    Not theirs looks like does not exist.
    """
    if refusal.status == 404:
        raise Http404 from refusal
    if form is None:
        messages.error(request, str(refusal))
    else:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))

"""What somebody was writing when their session ended, kept until they are back, and filled in again.

Sessions end in the middle of things: signed out in another tab, after a printed code, on another device. What is sent
then goes nowhere, and must be neither lost nor shown to whoever signs in next at that computer. So a cookie says who
was signed in last; what they sent is kept, sealed, in the session that the browser has until somebody signs in; and a
page fills it in again for the same person alone. Nothing is ever sent for them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from api.sealing import CannotUnseal, seal, unseal

View = Callable[..., HttpResponse]
KEY, COOKIE = "unsent", "writer"
# As with what is filled in on the way to an account: whoever comes back later begins anew.
KEPT_FOR = dt.timedelta(hours=1)
# Characters. More than the longest form takes, and no way to fill the database.
MOST = 100_000
NEVER = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code", "credential"}


def writers_cookie(get_response: View) -> View:
    """Middleware: the browser remembers who was signed in last, until it is closed. Needs the person."""

    def answer(request: HttpRequest) -> HttpResponse:
        writer = str(request.user.pk) if request.user.is_authenticated else ""
        response = get_response(request)
        if writer and writer != _writer(request):
            response.set_signed_cookie(
                COOKIE,
                writer,
                salt=KEY,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite=settings.SESSION_COOKIE_SAMESITE,
            )
        return response

    return answer


def signed_in(view: View) -> View:
    """Before the view is called, somebody has signed in. What they sent without is kept, and nothing is done."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        _keep(request)
        messages.warning(request, _("You were signed out, and nothing was sent or done. Sign in to go on."))
        return redirect_to_login(_page_of_form(request))

    guarded.keeps_what_was_sent = True  # type: ignore[attr-defined]
    return guarded


def written(request: HttpRequest, to: str = "", about: str = "") -> QueryDict | None:
    """What a form is filled with: what was sent, were it nothing at all; else what this person was sending when their
    session ended, with a word that it is not sent yet; else None.

    `to` is where it was being sent, this page's address unless it is another; `about` is what its field `for` must say,
    where the page can be for one or the other. A form that is filled in on GET is as valid as any: the view asks for
    the method before it acts.
    """
    if request.method == "POST":
        request.session.pop(KEY, None)
        return request.POST
    if KEY not in request.session:
        return None
    kept = _kept(request)
    if kept is None:
        del request.session[KEY]
        return None
    if kept["to"] != (to or request.path) or about not in kept["fields"].get("for", [about]):
        return None
    messages.info(request, _("This is what you wrote. It is not sent yet."))
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    return fields


def form_grown_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Instead of a form's answer where its token is not this session's, as after signing in again in another tab: the
    form once more, filled in. Where the form may be another site's, or the browser takes no cookies, a page says so."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if not ours or settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return render(request, "403_csrf.html", status=403)
    # What a stranger tells is kept nowhere.
    if request.resolver_match and hasattr(request.resolver_match.func, "keeps_what_was_sent"):
        _keep(request)
    messages.warning(request, _("This page was open for too long, and nothing was sent or done. Please try again."))
    return redirect(_page_of_form(request))


def _keep(request: HttpRequest) -> None:
    fields = {name: values for name, values in request.POST.lists() if name not in NEVER}
    kept = {"whose": _writer(request), "to": request.path, "fields": fields, "at": timezone.now().isoformat()}
    text = json.dumps(kept)
    if kept["whose"] and len(text) <= MOST:
        request.session[KEY] = seal(text)


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for the person who is signed in."""
    try:
        kept: dict[str, Any] = json.loads(unseal(request.session[KEY]))
    except CannotUnseal:
        return None
    fresh = timezone.now() - dt.datetime.fromisoformat(kept["at"]) < KEPT_FOR
    return kept if fresh and kept["whose"] == str(request.user.pk) else None


def _writer(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(COOKIE, "", salt=KEY))


def _page_of_form(request: HttpRequest) -> str:
    """Where the form was, by the browser's word; without it, where it was sent to."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return request.get_full_path()
    return urlsplit(page)._replace(scheme="", netloc="").geturl()

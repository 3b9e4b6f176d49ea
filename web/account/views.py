"""Signing in, where it differs from allauth's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from json import JSONDecodeError

import structlog
from allauth.account.internal.decorators import login_not_required
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import authenticated_user
from allauth.core.ratelimit import consume_or_429
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from requests import RequestException

from web.account import printed

log = structlog.get_logger(__name__)


class PasskeySignInView(LoginWebAuthnView):  # type: ignore[misc]
    """Leads to the page that was wanted, as signing in with a password does."""

    def form_valid(self, form: LoginWebAuthnForm) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        signed_in: HttpResponse = flows.perform_passwordless_login(self.request, authenticator, login)
        return signed_in


def _told_if_it_fails(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Allauth takes much of what a provider answers on trust; one that is down or answers nonsense is no error of ours,
    and whoever wanted to sign in goes on another way."""

    @wraps(view)
    def told(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (RequestException, OAuth2Error, JSONDecodeError, KeyError, AttributeError, TypeError) as error:
            log.warning("identity_provider_failed", provider=provider_id, error=repr(error))
            return render(request, "socialaccount/authentication_error.html", status=502)

    return told


to_provider = login_not_required(_told_if_it_fails(openid_connect.login))
from_provider = login_not_required(_told_if_it_fails(openid_connect.callback))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lost_codes(request: HttpRequest) -> HttpResponse:
    """The sheet is lost: whoever has an app or a passkey prints a new one, and anybody else gets a link by e-mail."""
    user = authenticated_user(request)
    lost = printed.sheet(user)
    if lost is None:
        return redirect("mfa_generate_recovery_codes")
    if request.method == "POST":
        limited: HttpResponse | None = consume_or_429(request, action="reset_password", key=user.email)
        if limited is not None:
            return limited
        printed.send_link(request, user, lost)
        messages.success(request, _("We have sent you an e-mail. Open the link in it, and you can go on."))
        return redirect("mfa_index")
    return render(request, "mfa/recovery_codes/lost.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lost_codes_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in that e-mail: a press, and the codes of the lost sheet cannot be used any more."""
    user = authenticated_user(request)
    lost = printed.lost_by_link(user, token)
    if lost is not None and request.method == "POST":
        printed.throw_away(user, lost)
        messages.success(request, _("The codes of your old sheet cannot be used any more."))
        return redirect("mfa_index")
    return render(request, "mfa/recovery_codes/lost_link.html", {"lost": lost}, status=200 if lost else 404)

"""Signing in, where it differs from allauth's pages."""

from __future__ import annotations

from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import HttpResponse


class PasskeySignInView(LoginWebAuthnView):  # type: ignore[misc]
    """Leads to the page that was wanted, as signing in with a password does."""

    def form_valid(self, form: LoginWebAuthnForm) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        signed_in: HttpResponse = flows.perform_passwordless_login(self.request, authenticator, login)
        return signed_in

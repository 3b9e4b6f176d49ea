"""Signing in through somebody else who knows who people are, such as a national identity provider."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people import HOSTILE

# What a page takes from a provider, by what OpenID Connect calls it.
CLAIMS = {"given_name": "given_name", "family_name": "family_name", "birthdate": "date_of_birth"}


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A provider's word makes a new account, and never opens one that is there: its owner connects it themselves, in
    their own session, where both know them by the same address."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "connected_other": gettext_lazy("Another account here is connected with it already. Nothing changed."),
        "no_password": gettext_lazy("Set a password first, or you could not sign in any more."),
        "no_verified_email": gettext_lazy("Show first that your e-mail address is yours."),
    }

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        told = " ".join(filter(None, (data.get("first_name"), data.get("last_name")))) or data.get("name") or ""
        user.name = HOSTILE.sub("", str(told))[:160]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody connects it: the provider and we have to know them by the same address, and to have seen it."""
        for address in sociallogin.email_addresses:
            # Some providers say so in words, and "false" would count as true.
            address.verified = str(address.verified).lower() == "true"
        if sociallogin.state.get("process") != AuthProcess.CONNECT or sociallogin.is_existing:
            return
        told = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
        ours = EmailAddress.objects.filter(user=request.user.pk, verified=True).values_list("email", flat=True)
        if not told & {email.lower() for email in ours}:
            messages.error(
                request,
                _("They know you by another e-mail address than we do, so it was not connected. Nothing changed."),
            )
            raise ImmediateHttpResponse(redirect("mfa_index"))


def claims(user: User) -> dict[str, str]:
    """What the providers that this person signs in with say of them, to be looked at and corrected by them."""
    found: dict[str, str] = {}
    for account in SocialAccount.objects.filter(user=user).order_by("pk"):
        said = account.get_provider_account().get_user_data() or {}
        found |= {ours: str(said[theirs]) for theirs, ours in CLAIMS.items() if said.get(theirs)}
    return found

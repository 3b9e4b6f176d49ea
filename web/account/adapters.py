"""How signing in works here, where it differs from what allauth does by itself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from accounts.models import User
from api.sealing import seal, unseal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Those that the user has, what is safest and quickest first: the first is the one that is asked for."""
        words = {
            "mfa_reauthenticate:webauthn": _("Use your passkey"),
            "mfa_reauthenticate": _("Use a code from your app, or a printed one"),
            "reauthenticate": _("Use your password"),
        }
        found = {method["id"]: method for method in super().get_reauthentication_methods(user)}
        return [found[name] | {"description": said} for name, said in words.items() if name in found]


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed in the database, and a passkey is called what people would call it."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        there = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey {number}").format(number=there + 1)

    def _get_site_name(self) -> str:
        return "Waymark"

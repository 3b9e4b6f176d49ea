"""How signing in works here, where it differs from what allauth does by itself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from api.sealing import seal, unseal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Those that the user has, what is safest and quickest first: the first is the one that is asked for.

        The password is only for whoever has nothing else: somebody who looked on while it was typed, on a machine of
        theirs perhaps, can do nothing with it then.
        """
        words = {
            "mfa_reauthenticate:webauthn": _("Use your passkey"),
            "mfa_reauthenticate": _("Use a code from your app, or a printed one")
            if is_mfa_enabled(user, [Authenticator.Type.TOTP])
            else _("Use a printed code"),
        }
        found = {method["id"]: method for method in super().get_reauthentication_methods(user)}
        safest = [found[name] | {"description": said} for name, said in words.items() if name in found]
        return safest or list(found.values())


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed in the database, and a passkey is called what people would call it."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or it has been used already."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        there = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey {number}").format(number=there + 1)

    def _get_site_name(self) -> str:
        return "Waymark"

"""What is filled in about signing in, where it differs from allauth's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


class SignInWithPasskeyForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        return _taken_apart(super().clean_credential)


class SecondStepWithPasskeyForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        return _taken_apart(super().clean_credential)


class ShowPasskeyForm(webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        return _taken_apart(super().clean_credential)


class AddPasskeyForm(webauthn.SignupWebAuthnForm):  # type: ignore[misc]
    """A passkey, which knows whose it is and asks for a finger, a face or a PIN: no key without either."""

    name = forms.CharField(
        label=_("What do you want to call it?"),
        help_text=_("For instance the telephone or computer that it is on. You see the name when you look after them."),
        max_length=60,
        required=False,
    )

    def clean(self) -> dict[str, object]:
        # What the form's parent asks of a credential that signs in by itself.
        self.cleaned_data["passwordless"] = True
        return _taken_apart(super().clean)


def _taken_apart(clean: Callable[[], T]) -> T:
    """Whatever is wrong with what a browser sends, and however the libraries that take it apart say so, it is not
    taken: a signature that is not theirs, a key that is missing, bytes that are none."""
    try:
        return clean()
    except ValidationError:
        raise
    except Exception as error:
        raise get_adapter().validation_error("incorrect_code") from error

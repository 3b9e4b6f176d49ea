"""What is filled in about signing in, where it differs from allauth's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

T = TypeVar("T")


class SignInForm(LoginForm):  # type: ignore[misc]
    """No word twice: the page has a link for a password that is forgotten, and the labels say what goes where."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me signed in on this computer or phone")
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)


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
        help_text=_("For instance the phone or computer that it is on. You see the name when you look after them."),
        max_length=60,
        required=False,
    )

    def clean(self) -> dict[str, object]:
        # What the form's parent asks of a credential that signs in by itself.
        self.cleaned_data["passwordless"] = True
        return _taken_apart(super().clean)


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"), max_length=60)


class CodeForm(ReauthenticateForm):  # type: ignore[misc]
    """A code from the app or from the sheet, whichever somebody has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_mfa_enabled(self.user, [Authenticator.Type.TOTP]):
            _asks_for_code(self, _("Code"), _("The code is from your app, or one of those that you have printed."))
        else:
            _asks_for_code(
                self, _("A code from your sheet"), _("Take one that you have not used yet, and cross it out.")
            )


class SecondStepCodeForm(AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_for_code(self, _("Code"), _("The code is from your app, or one of those that you have printed."))


class SetUpAppForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_for_code(self, _("The code that your app shows"))


class PrintCodesForm(GenerateRecoveryCodesForm):  # type: ignore[misc]
    """Codes on paper are for whoever wants them, without an app or a passkey beside them too."""

    clean = forms.Form.clean


def _asks_for_code(form: forms.Form, label: StrOrPromise, help_text: StrOrPromise = "") -> None:
    code = form.fields["code"]
    code.label, code.help_text = label, help_text
    code.widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"}
    )


def _taken_apart(clean: Callable[[], T]) -> T:
    """Whatever is wrong with what a browser sends, and however the libraries that take it apart say so, it is not
    taken: a signature that is not theirs, a key that is missing, bytes that are none."""
    try:
        return clean()
    except ValidationError:
        raise
    except Exception as error:
        raise get_adapter().validation_error("incorrect_code") from error

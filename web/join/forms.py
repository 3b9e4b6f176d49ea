"""What somebody is asked who signs up, a form a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import ledger
from accounts.circumstances import Residence
from accounts.models import User
from accounts.people import EMAIL_MOST, HOSTILE, NAME_MOST, POSTCODE_MOST
from web.days import DayField, DayWidget
from web.forms import choose

OLDEST_YEARS = 130


class Page(forms.Form):
    """One page's question. `given` is what it says, as the session and the page keep it: text, numbers, lists."""

    use_required_attribute = False
    heading: Any

    @property
    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    @classmethod
    def again(cls, answers: dict[str, Any]) -> dict[str, Any]:
        """What the form shows of answers given before."""
        return answers


class NameForm(Page):
    heading = _("What is your name?")
    given_name = forms.CharField(
        label=_("First name"),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
        error_messages={"required": _("Give your first name.")},
    )
    family_name = forms.CharField(
        label=_("Last name"),
        help_text=_("As it is on an official document, such as a passport."),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "family-name", "spellcheck": "false"}),
        error_messages={"required": _("Give your last name.")},
    )

    def clean_given_name(self) -> str:
        return _one_line(self.cleaned_data["given_name"])

    def clean_family_name(self) -> str:
        return _one_line(self.cleaned_data["family_name"])


class BirthForm(Page):
    heading = _("When were you born?")
    date_of_birth = DayField(
        label=_("Your date of birth"),
        help_text=_("For example 27 3 1985"),
        widget=DayWidget(autocomplete="bday"),
        error_messages={
            "required": _("Give your date of birth."),
            "incomplete": _("Your date of birth needs a day, a month and a year."),
            "invalid": _("Your date of birth is not a real day. Write it in numbers, such as 27 3 1985."),
        },
    )

    def clean_date_of_birth(self) -> dt.date:
        born: dt.date = self.cleaned_data["date_of_birth"]
        today = ledger.today()
        if born >= today:
            raise ValidationError(gettext("Your date of birth is in the past. Look at the year again."))
        if born.year < today.year - OLDEST_YEARS:
            raise ValidationError(gettext("That is very long ago. Look at the year again."))
        return born

    @property
    def given(self) -> dict[str, Any]:
        return {"date_of_birth": self.cleaned_data["date_of_birth"].isoformat()}

    @classmethod
    def again(cls, answers: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"date_of_birth": dt.date.fromisoformat(answers.get("date_of_birth", ""))}
        except ValueError:  # nothing yet, or what an identity provider calls a day
            return {}


class HomeForm(Page):
    heading = _("Where do you live?")
    residence = forms.ChoiceField(
        label=_("The country you live in"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where you live."), "invalid_choice": _("Choose one of the list.")},
    )
    postcode = forms.CharField(
        label=_("Your postcode"),
        help_text=_("We show you courses near it. You can leave it out."),
        required=False,
        max_length=POSTCODE_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, places: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "residence", [(code, capfirst(Residence(code).label)) for code in places])

    def clean_postcode(self) -> str:
        return _one_line(self.cleaned_data["postcode"]).upper()


class EmailForm(Page):
    heading = _("What is your e-mail address?")
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it, and we write to it when something happens to your money."),
        max_length=EMAIL_MOST,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Give your e-mail address."),
            "invalid": _("An e-mail address looks like name@example.org."),
        },
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class PasswordForm(Page):
    heading = _("Choose a password")
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. Three words that do not belong together are easy to keep in mind."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )

    def clean_password(self) -> str:
        """Its hash: what was typed is kept nowhere."""
        typed = self.cleaned_data["password"]
        validate_password(typed, User())
        return make_password(typed)


def _one_line(text: str) -> str:
    if HOSTILE.search(text):
        raise ValidationError(gettext("Write it on one line, without special characters."))
    return " ".join(text.split())

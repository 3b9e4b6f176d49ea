"""What an organisation's staff, or those who apply for one, fill in."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from providers.correcting import NUMBERS, Correction, Place
from providers.details import COUNTRIES, Details
from providers.models import Provider, Role, Venue
from providers.registering import Application
from web.forms import choose

WORDS = {
    Role.ADMINISTRATOR: _("Administrator: the organisation, its staff and its keys"),
    Role.COURSES: _("Courses: courses, dates and feeds"),
    Role.DELIVERY: _("Delivery: vouchers and attendance"),
    Role.MONEY: _("Money: payments and the bank account"),
}


class NumbersForm(forms.Form):
    """Numbers under which an organisation is registered. Their check digits are the domain's to judge."""

    ukprn = forms.CharField(
        label=_("UKPRN"), help_text=_("UK provider reference number: eight digits."), required=False, max_length=40
    )
    siret = forms.CharField(
        label=_("SIRET"), help_text=_("For a French establishment: fourteen digits."), required=False, max_length=40
    )
    vat = forms.CharField(
        label=_("VAT number"),
        help_text=_("With the letters of its country, such as GB 980 7806 84."),
        required=False,
        max_length=40,
    )


class DetailsForm(NumbersForm):
    """What an organisation says of itself. A number that stands is not asked for again."""

    website = forms.CharField(label=_("Website"), required=False, max_length=1000)
    contact_name = forms.CharField(label=_("Whom to ask for"), max_length=200)
    contact_email = forms.CharField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    contact_telephone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    street = forms.CharField(label=_("Street"), required=False, max_length=300)
    town = forms.CharField(label=_("Town"), required=False, max_length=100)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=20)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: Any, provider: Provider | None = None, **kwargs: Any) -> None:
        if provider is not None:
            kwargs["initial"] = {name: getattr(provider, name) for name in self.base_fields if hasattr(provider, name)}
        super().__init__(*args, **kwargs)
        names = Locale.parse(to_locale(get_language() or "en")).territories
        choose(self, "country", [("", ""), *sorted(((c, names[c]) for c in COUNTRIES), key=lambda one: one[1])])
        for number in NUMBERS:
            if provider is not None and getattr(provider, number):
                del self.fields[number]

    @property
    def details(self) -> Details:
        said = self.cleaned_data
        return Details(
            contact_name=said["contact_name"],
            contact_email=said["contact_email"],
            contact_telephone=said["contact_telephone"],
            street=said["street"],
            town=said["town"],
            postcode=said["postcode"],
            country=said["country"],
        )

    @property
    def correction(self) -> Correction:
        numbers = {number: self.cleaned_data.get(number, "") for number in NUMBERS}
        return Correction(details=self.details, website=self.cleaned_data["website"], **numbers)


class ApplicationForm(DetailsForm):
    """An organisation that wants to be a provider."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=300)
    field_order = ["name"]

    @property
    def application(self) -> Application:
        said = self.cleaned_data
        return Application(
            name=said["name"],
            ukprn=said["ukprn"],
            siret=said["siret"],
            vat=said["vat"],
            website=said["website"],
            details=self.details,
        )


class VenueForm(forms.Form):
    """A place where courses are taught."""

    name = forms.CharField(
        label=_("Name"), help_text=_("Such as a building or a campus."), required=False, max_length=300
    )
    street = forms.CharField(label=_("Street"), required=False, max_length=300)
    town = forms.CharField(label=_("Town"), required=False, max_length=100)
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=20)

    @classmethod
    def of(cls, venue: Venue) -> VenueForm:
        return cls(initial={name: getattr(venue, name) for name in cls.base_fields})

    @property
    def place(self) -> Place:
        return Place(**self.cleaned_data)


class BankAccountForm(forms.Form):
    """A bank account to be paid to."""

    holder = forms.CharField(
        label=_("Account holder"), help_text=_("The name as the bank has it."), max_length=140, strip=True
    )
    iban = forms.CharField(
        label=_("IBAN"),
        help_text=_("Such as GB29 NWBK 6016 1331 9268 19. It is on a statement of the bank."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    bic = forms.CharField(label=_("BIC"), required=False, max_length=20)


class RolesForm(forms.Form):
    """What somebody may do for their organisation."""

    roles = forms.MultipleChoiceField(
        label=_("What they may do"),
        choices=list(WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )


class InvitationForm(RolesForm):
    """Somebody who is asked to work for the organisation."""

    email = forms.CharField(label=_("Their e-mail address"), max_length=254, widget=forms.EmailInput)
    field_order = ["email", "roles"]

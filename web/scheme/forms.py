"""What a manager fills in beside the rules: from when they count, what a scheme is called, a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import scheme_files
from accounts.models import Scheme
from config.refusals import Refusal


class FromForm(forms.Form):
    """From when rules count, and where they come from."""

    valid_from = forms.DateField(
        label=_("These rules count from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say from which day these rules count."), "invalid": _("Enter a day.")},
    )
    source = forms.CharField(
        label=_("Where this is decided or published"),
        help_text=_("Such as a letter of the funder, or a law. It is kept with the rules."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SchemeForm(forms.Form):
    """What a new scheme is called, and whose money it is."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.CharField(
        label=_("Short name"), help_text=_("Small letters, digits and hyphens, as in an address."), max_length=60
    )
    funder_name = forms.CharField(label=_("Funder"), max_length=160)
    currency = forms.CharField(label=_("Currency"), help_text=_("Such as GBP or EUR."), min_length=3, max_length=3)
    funding = forms.ChoiceField(label=_("Money"), choices=Scheme.Funding.choices, widget=forms.RadioSelect)
    source = forms.CharField(
        label=_("Where this is decided or published"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("A scheme's file"),
        help_text=_("Its rules are put into the form below; nothing is changed yet."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> dict[str, Any]:
        """The file as data. A refusal of the file is said beside the field."""
        upload = self.cleaned_data["file"]
        try:
            data = scheme_files.from_bytes(upload.read(scheme_files.LARGEST_FILE * 4 + 1))
            scheme_files.read_file(data)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return data

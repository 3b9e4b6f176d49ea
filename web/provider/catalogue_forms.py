"""What a provider fills in about a course, its dates, and its feeds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.money import major, minor
from config.refusals import Refusal
from providers.feeds.formats import MOST_BYTES, Format
from providers.listings import CourseListing, ExtraListing, Price, RunListing, VenueListing
from providers.models import Course, CourseRun, Every
from providers.publishing import is_currency, new_identifier
from providers.sources import Wanted

Pricing = CourseRun.Pricing
_DAY = {"type": "date"}


class CourseForm(forms.Form):
    """A course. Whoever has no identifiers of their own is given one."""

    title = forms.CharField(
        label=_("Title"),
        max_length=500,
        error_messages={"required": _("Say what the course is called.")},
    )
    summary = forms.CharField(
        label=_("In a few sentences"),
        help_text=_("What a learner reads first."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    description = forms.CharField(
        label=_("All there is to say"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    keywords = forms.CharField(
        label=_("Words to find it by"), help_text=_("Such as its subjects."), max_length=2_000, required=False
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[
            ("", _("None")),
            (0, _("Entry level")),
            *((n, format_lazy(_("Level {number}"), number=n)) for n in range(1, 9)),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    qualification = forms.CharField(label=_("Qualification at the end"), max_length=300, required=False)
    url = forms.CharField(
        label=_("Its page on your own website"),
        help_text=_("It begins with https://"),
        max_length=1_000,
        required=False,
    )
    identifier = forms.CharField(max_length=200, widget=forms.HiddenInput)

    @classmethod
    def about(cls, course: Course | None) -> dict[str, Any]:
        """What the form begins with."""
        if course is None:
            return {"identifier": new_identifier()}
        return {name: getattr(course, name) for name in cls.base_fields}

    def listing(self) -> CourseListing:
        return CourseListing(**self.cleaned_data)


class RunForm(forms.Form):
    """Dates of a course, with their price and place."""

    starts_on = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"required": _("Say on which day it starts."), "invalid": _("Enter a day.")},
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"required": _("Say on which day it ends."), "invalid": _("Enter a day.")},
    )
    apply_until = forms.DateField(
        label=_("Last day to join"),
        help_text=_("Left empty, it is the day before the first."),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a day.")},
    )
    pricing = forms.ChoiceField(
        label=_("Price"), choices=Pricing.choices, widget=forms.RadioSelect, initial=Pricing.PRICED
    )
    price = forms.DecimalField(
        label=_("Amount"),
        help_text=_("Where it has a price, such as 120.00. Learners pay nothing on top of it."),
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal(1_000_000),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Write an amount in numbers, such as 120.00.")},
    )
    currency = forms.CharField(
        label=_("Currency"), help_text=_("Such as GBP or EUR."), min_length=3, max_length=3, initial="GBP"
    )
    price_note = forms.CharField(
        label=_("A note on the price"),
        help_text=_("Learners read it beside the price."),
        max_length=1_000,
        required=False,
    )
    mode = forms.ChoiceField(label=_("How it is taught"), choices=CourseRun.Mode.choices)
    pattern = forms.ChoiceField(
        label=_("When it is taught"), choices=[("", _("Not said")), *CourseRun.Pattern.choices], required=False
    )
    attendance_text = forms.CharField(
        label=_("When, in your own words"),
        help_text=_("Such as Mondays, 18:30 to 20:30."),
        max_length=500,
        required=False,
    )
    venue_name = forms.CharField(label=_("Place"), max_length=300, required=False)
    street = forms.CharField(label=_("Street"), max_length=300, required=False)
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    places = forms.IntegerField(
        label=_("Places"), min_value=0, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    hours = forms.IntegerField(
        label=_("Hours taught"), min_value=1, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    identifier = forms.CharField(max_length=200, widget=forms.HiddenInput)

    @classmethod
    def about(cls, run: CourseRun | None) -> dict[str, Any]:
        """What the form begins with."""
        if run is None:
            return {"identifier": new_identifier()}
        initial = {name: getattr(run, name) for name in cls.base_fields if hasattr(run, name)}
        if run.price_minor:
            initial["price"] = major(run.price_minor, run.currency)
        if run.venue is not None:
            initial |= {"venue_name": run.venue.name, "street": run.venue.street, "town": run.venue.town}
            initial["postcode"] = run.venue.postcode
        return initial

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not is_currency(currency):
            raise forms.ValidationError(_("This is not a currency that we know."))
        return currency

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("pricing") == Pricing.PRICED and told.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("Say what it costs."))
        price, currency = told.get("price"), told.get("currency")
        if price is not None and currency and major(minor(price, currency), currency) != price:
            self.add_error("price", _("There is no coin as small as that."))
        return told

    def listing(self, course: str, extras: tuple[ExtraListing, ...]) -> RunListing:
        """The run as it is told here; what comes with it stays as it is."""
        told = dict(self.cleaned_data)
        pricing, price, currency, note = (told.pop(name) for name in ("pricing", "price", "currency", "price_note"))
        amount = minor(price, currency) if pricing == Pricing.PRICED else 0 if pricing == Pricing.FREE else None
        place = VenueListing(*(told.pop(name) for name in ("venue_name", "street", "town", "postcode")))
        return RunListing(
            course=course,
            price=Price.on_request(note, currency) if amount is None else Price.of(amount, currency, note),
            venue=None if place == VenueListing() else place,
            mode=CourseRun.Mode(told.pop("mode")),
            extras=extras,
            **told,
        )


class FeedForm(forms.Form):
    """A feed as a file."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("XCRI-CAP, LHEO, schema.org in JSON-LD, or a CSV table. We find out which it is."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    whole = forms.BooleanField(
        label=_("Take it whole or not at all"),
        help_text=_("Unless you tick this, what can be taken is taken, and you see what could not be."),
        required=False,
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large. A feed has 32 megabytes at the most."))
        return upload


class SourceForm(forms.Form):
    """An address from which a feed is fetched."""

    url = forms.CharField(
        label=_("The feed's address"),
        help_text=_("It begins with https://"),
        max_length=1_000,
        error_messages={"required": _("Give the address.")},
    )
    every_hours = forms.TypedChoiceField(
        label=_("How often we look"), choices=Every.choices, coerce=int, initial=Every.DAY
    )
    format = forms.ChoiceField(
        label=_("Format"), choices=[("", _("Find out by itself")), *Format.choices], required=False
    )
    whole = forms.BooleanField(label=_("Take a feed whole or not at all"), required=False)

    def wanted(self) -> Wanted:
        told = self.cleaned_data
        format = Format(told["format"]) if told["format"] else None
        return Wanted(told["url"].strip(), told["every_hours"], format, told["whole"])


def say(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = "price" if refusal.field == "price_minor" else refusal.field
    shown = field in form.fields and not form.fields[str(field)].widget.is_hidden
    form.add_error(field if shown else None, str(refusal))

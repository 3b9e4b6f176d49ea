"""What a manager fills in about courses that wait, and about accreditations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal
from config.uploads import MOST_BYTES
from providers.accreditation import EndReason
from providers.categories import by_broad_field
from providers.evidencing import Address, Document
from providers.vetting import MOST_WORDS, Decision, Reason, Ruling
from providers.vetting_queue import Why
from web.forms import choose
from web.scheme.vetting_rows import Row, category_words

ORDERS = [("oldest", _("Longest wait first")), ("dearest", _("Dearest first"))]


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter a day.")},
    )


def issuer_field(*, required: bool) -> forms.CharField:
    """With those of earlier accreditations to choose from: the page has them as `<datalist id="issuers">`."""
    return forms.CharField(
        label=_("Who accredits it"),
        max_length=200,
        required=required,
        widget=forms.TextInput(attrs={"list": "issuers", "autocomplete": "off"}),
        error_messages={"required": _("Say who accredits it.")},
    )


class FilterForm(forms.Form):
    """What narrows the queue. It comes by GET, and whatever cannot be read narrows nothing."""

    all_optional = True
    q = forms.CharField(label=_("Course or provider"), max_length=200, required=False)
    why = forms.ChoiceField(
        label=_("Why it waits"),
        required=False,
        choices=[("", _("Any reason")), *Why.choices, ("asked", _("Waits for the provider's answer"))],
    )
    order = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)


class RulingForm(forms.Form):
    """A decision about one course, or one for several of a provider's, of which each keeps a category of its own."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        choices=[
            (Decision.ACCEPTED, _("Accept: it may be sold at this price")),
            (Decision.ASKED, _("Ask the provider something first")),
            (Decision.DECLINED, _("Decline: it may not be sold")),
        ],
        error_messages={"required": _("Choose what you decide."), "invalid_choice": _("Choose one of those shown.")},
    )
    issuer = issuer_field(required=False)
    valid_until = day_field(_("Accredited until"), help_text=_("The last day. Leave it empty for one without end."))
    reason = forms.ChoiceField(
        label=_("Why not, or not yet?"),
        help_text=_("Needed unless you accept it."),
        required=False,
        choices=[("", _("Choose a reason")), *Reason.choices],
    )
    note = forms.CharField(
        label=_("In your words, to the provider"),
        help_text=_("A question needs them. The provider reads this."),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        fields = by_broad_field()
        for row in rows:
            alone = len(rows) == 1
            name = category_name_of(row.course.pk)
            self.fields[name] = forms.ChoiceField(
                label=_("What it is about") if alone else row.course.title,
                help_text=_suggested(row),
                required=False,
                initial=row.course.category or (row.suggestions[0].category if row.suggestions and not alone else ""),
            )
            choose(self, name, [("", gettext("Choose what it is about")), *fields])
        self.fields["issuer"].help_text = (
            _("Leave it empty to keep the accreditation that it has.")
            if all(row.is_accredited for row in rows)
            else _("Needed when you accept it.")
        )
        self.order_fields(["decision", *(category_name_of(row.course.pk) for row in rows)])

    def rulings(self, seen: dict[UUID, str]) -> list[Ruling]:
        """What was decided, once the form is valid; `seen` is what was on the page of each course."""
        said = self.cleaned_data
        return [
            Ruling(
                course=row.course.pk,
                seen=seen.get(row.course.pk, ""),
                decision=Decision(said["decision"]),
                category=said[category_name_of(row.course.pk)],
                issuer=said["issuer"],
                valid_until=said["valid_until"],
                reason=said["reason"],
                note=said["note"],
            )
            for row in self.rows
        ]

    def say(self, refusal: Refusal, course: UUID) -> None:
        """Show a refusal at the field that it is about."""
        field = category_name_of(course) if refusal.field == "category" else refusal.field
        self.add_error(field if field in self.fields else None, str(refusal))


class EvidenceForm(forms.Form):
    """A document or an address that shows that an accreditation is true."""

    document = forms.FileField(
        label=_("Certificate or letter"),
        help_text=_("A PDF, JPEG or PNG file of up to 10 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"empty": _("This file is empty.")},
    )
    url = forms.CharField(
        label=_("Or the address of the page where the issuer says it"),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    @property
    def shown(self) -> list[Document | Address]:
        """What was given, once it is valid. No more is read than what is taken at most."""
        given: list[Document | Address] = []
        if upload := self.cleaned_data["document"]:
            given.append(Document(upload.name, upload.read(MOST_BYTES + 1)))
        if url := self.cleaned_data["url"]:
            given.append(Address(url))
        return given

    def say(self, refusal: Refusal) -> None:
        """Show a refusal at the field that it is about."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class AccreditationForm(EvidenceForm):
    issuer = issuer_field(required=True)
    scope = forms.CharField(label=_("For what"), help_text=_("Such as adult learning."), max_length=200, required=False)
    reference = forms.CharField(label=_("Its number there"), max_length=200, required=False)
    valid_from = day_field(_("First day"), required=True)
    valid_until = day_field(_("Last day"), help_text=_("Leave it empty for one without end."))

    field_order = ("issuer", "scope", "reference", "valid_from", "valid_until", "document", "url")


class EndForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When does it end?"),
        widget=forms.RadioSelect,
        choices=[("now", _("At once: from now on it counts for nothing")), ("day", _("After a last day"))],
        error_messages={"required": _("Choose when it ends.")},
    )
    last_day = day_field(_("Last day"), help_text=_("Unless it ends at once."))
    reason = forms.ChoiceField(
        label=_("Why?"),
        help_text=_("The provider reads it."),
        choices=[
            ("", _("Choose a reason")),
            *(each for each in EndReason.choices if each[0] != EndReason.DECLINED),
        ],
        error_messages={"required": _("Choose a reason.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "day" and not data.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Choose a day."))
        return data

    def say(self, refusal: Refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def category_name_of(course: UUID) -> str:
    """The name of the field for a course's category."""
    return f"category-{course}"


def _suggested(row: Row) -> str:
    """What the course is probably about, as a hint and no more."""
    if not row.suggestions:
        return gettext("No course that is categorised already is like it.")
    said = "; ".join(category_words(each) for each in row.suggestions)
    return gettext("By its words it could be: {suggestions}. You decide.").format(suggestions=said)

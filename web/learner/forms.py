"""What a learner fills in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner, LearningAccount
from brokerage.requesting import Quote
from config.money import in_words, major, minor
from providers.models import RunExtra
from vouchers.cases import CaseAbout
from vouchers.feedback import MOST_CHARACTERS
from vouchers.models import Voucher
from web.forms import choose


class ExtrasForm(forms.Form):
    """What can be had with a run, to be ticked. Its fields' ids are its own: the form beside it carries the same."""

    extras = forms.MultipleChoiceField(
        label=_("What you need with it"),
        help_text=_("Money that is set apart for such things pays for them; what it does not, you pay yourself."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *, offered: Sequence[RunExtra], wanted: Sequence[RunExtra], currency: str) -> None:
        super().__init__(auto_id="with_%s", initial={"extras": [str(extra.pk) for extra in wanted]})
        says = _("{what}: {title}, {price}")
        choose(
            self,
            "extras",
            [
                (
                    str(extra.pk),
                    str(says).format(
                        what=extra.get_earmark_display(), title=extra.title, price=in_words(extra.price_minor, currency)
                    ),
                )
                for extra in offered
            ],
        )


class AskForm(forms.Form):
    """What goes with a request; where the rules ask it, what the learner gets for the course from elsewhere.

    `extras` are those of `offered` that the price beside the form was worked out with.
    """

    extras = forms.TypedMultipleChoiceField(
        required=False,
        coerce=UUID,
        widget=forms.MultipleHiddenInput,
        error_messages={
            "invalid_choice": _("Something that you chose cannot be had with this course any more. Look again.")
        },
    )
    other_aid = forms.DecimalField(
        label=_("Do you get money from elsewhere for this course? How much?"),
        help_text=_("For instance a grant, or from your employer. Your account pays less then. Leave it empty if not."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Give the amount in figures, such as 120.50.")},
    )
    note = forms.CharField(
        label=_("Is there anything your adviser should know?"),
        help_text=_("For instance what you want to do with the course, or what could get in the way."),
        required=False,
        max_length=2000,
        # Kept as it is typed while the price beside it is worked out anew.
        widget=forms.Textarea(attrs={"rows": 3, "hx-preserve": "true"}),
    )

    def __init__(self, *args: Any, offered: Sequence[RunExtra], priced: Quote | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "extras", [(str(extra.pk), extra.title) for extra in offered])
        if priced is None or not priced.rule_version.parsed.price.reduced_by_other_aid:
            del self.fields["other_aid"]
        self.priced = priced

    def clean_other_aid(self) -> Decimal | None:
        amount, priced = self.cleaned_data["other_aid"], self.priced
        if amount is None or priced is None:
            return None
        price_minor, currency = priced.split.course_minor, priced.run.currency
        if not 0 <= amount <= major(price_minor, currency):
            price = in_words(price_minor, currency)
            raise forms.ValidationError(
                _("Give an amount from nothing to the whole price, %(price)s."), params={"price": price}
            )
        if amount != major(minor(amount, currency), currency):
            raise forms.ValidationError(_("Give the amount in whole pennies, such as 120.50."))
        return cast(Decimal, amount)

    @property
    def other_aid_minor(self) -> int:
        """What was said, once it is valid, in minor units of the course's currency."""
        amount = self.cleaned_data.get("other_aid")
        return minor(amount, self.priced.run.currency) if amount and self.priced else 0


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What is not right?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a few words what is not right.")},
    )


class AppealForm(forms.Form):
    reason = forms.CharField(
        label=_("Why should another adviser look at it again?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a few words why.")},
    )


class FeedbackForm(forms.Form):
    recommends = forms.TypedChoiceField(
        label=_("Would you recommend this course to a friend?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    words = forms.CharField(
        label=_("Why?"),
        help_text=_("What would you have liked to know before? Name nobody, neither yourself nor a teacher."),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ComplaintForm(forms.Form):
    """What it is about, which of the learner's vouchers, and the words; the account where there are several."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(each.value, each.label) for each in CaseAbout if each != CaseAbout.ACCOUNT],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what it is about.")},
    )
    voucher = forms.TypedChoiceField(
        label=_("Which course?"),
        help_text=_("For a complaint about a voucher or a course provider."),
        required=False,
        coerce=UUID,
        empty_value=None,
    )
    account = forms.TypedChoiceField(label=_("Which learning account?"), required=False, coerce=UUID, empty_value=None)
    words = forms.CharField(
        label=_("What happened?"),
        help_text=_("Say it in your own words. For a voucher or a course provider, the provider reads it, too."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say in a few words what happened.")},
    )

    def __init__(self, *args: Any, learner: Learner, accounts: Sequence[LearningAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bought = Voucher.objects.of_learner(learner).select_related("run__course__provider")
        names = [(str(each.pk), f"{each.run.course.title}, {each.run.course.provider.name}") for each in bought]
        choose(self, "voucher", [("", _("Choose a course")), *names])
        choose(self, "account", [(str(each.pk), each.scheme.name) for each in accounts])
        if len(accounts) < 2:
            del self.fields["account"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("about") in (CaseAbout.VOUCHER, CaseAbout.PROVIDER) and not said.get("voucher"):
            self.add_error("voucher", _("Choose the course that it is about."))
        if said.get("about"):
            said["about"] = CaseAbout(said["about"])
        return said

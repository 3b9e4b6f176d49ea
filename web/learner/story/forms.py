"""What a learner fills in about themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from brokerage.progress.models import Part
from brokerage.progress.sharing import MOST_DAYS
from providers.evidencing import MOST_BYTES
from web.days import DayField


class VersionedForm(forms.Form):
    """A form that knows which version of what it changes its reader has seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WordsForm(VersionedForm):
    text = forms.CharField(
        label=_("About you, in your own words"),
        help_text=_("For instance what you do, what you are good at, and what you would like to do next."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class GoalForm(forms.Form):
    title = forms.CharField(
        label=_("What do you want to reach?"),
        help_text=_("Such as: work as a bookkeeper."),
        max_length=160,
        error_messages={"required": _("Say in a few words what you want to reach.")},
    )
    why = forms.CharField(
        label=_("Why does it matter to you?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    by = DayField(label=_("By when?"), required=False)


class ChangeGoalForm(VersionedForm, GoalForm):
    pass


class StepForm(forms.Form):
    title = forms.CharField(
        label=_("A step towards it"),
        help_text=_("Something you can do and then tick off."),
        max_length=160,
        error_messages={"required": _("Say in a few words what the step is.")},
    )


class SkillForm(forms.Form):
    name = forms.CharField(
        label=_("What can you do?"),
        help_text=_("Such as: keep the books of a small business."),
        max_length=120,
        error_messages={"required": _("Say in a few words what you can do.")},
    )
    shown_by = forms.CharField(
        label=_("How have you shown it?"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ChangeSkillForm(VersionedForm, SkillForm):
    pass


class PieceForm(forms.Form):
    title = forms.CharField(
        label=_("What is it?"),
        max_length=160,
        error_messages={"required": _("Say in a few words what it is.")},
    )
    document = forms.FileField(
        label=_("Your file"),
        help_text=_("A PDF, JPEG or PNG file of up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    @property
    def content(self) -> bytes:
        """What was uploaded, once it is valid; no more of it is read than shows that it is too much."""
        return bytes(self.cleaned_data["document"].read(MOST_BYTES + 1))


class ShareForm(forms.Form):
    label = forms.CharField(
        label=_("Whom is it for?"),
        help_text=_("Only you see this. Such as: the bakery on High Street."),
        max_length=120,
        error_messages={"required": _("Say whom it is for, so that you know later.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("What may they see?"),
        choices=Part.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part of your story.")},
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        choices=[(7, _("A week")), (30, _("30 days")), (MOST_DAYS, _("90 days"))],
        initial=30,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose for how long the link works.")},
    )

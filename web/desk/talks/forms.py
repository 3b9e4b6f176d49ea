"""What an adviser fills in about talks: quickly, while somebody is on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from brokerage.models import Channel, Request
from brokerage.talking.models import BOOKABLE, Topic
from brokerage.talking.offering import WEEKS_AHEAD
from brokerage.talking.tiers import How, Need
from web.days import DayField
from web.forms import choose

MINUTES = {"invalid": _("Give the minutes as a whole number, such as 20.")}


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class OfferForm(forms.Form):
    day = DayField(label=_("On which day?"), error_messages={"required": _("Say on which day.")})
    begins = forms.TimeField(label=_("From"), widget=_time(), error_messages={"required": _("Say from when.")})
    ends = forms.TimeField(label=_("Until"), widget=_time(), error_messages={"required": _("Say until when.")})
    minutes = forms.IntegerField(
        label=_("How many minutes is a talk?"), min_value=1, max_value=120, initial=30, error_messages=MINUTES
    )
    weeks = forms.IntegerField(
        label=_("For how many weeks?"),
        help_text=_("1 is that day alone; 4 is that day and the same day of the three weeks after."),
        min_value=1,
        max_value=WEEKS_AHEAD,
        initial=1,
        error_messages={"invalid": _("Give the weeks as a whole number, such as 4.")},
    )
    channels = forms.MultipleChoiceField(
        label=_("How can they talk with you?"),
        choices=[(each.value, each.label) for each in BOOKABLE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one way.")},
    )
    place = forms.CharField(
        label=_("Where do you meet in person?"),
        help_text=_("The learner reads it, such as: Room 2, Foryd Library, Stryd Fawr."),
        required=False,
        max_length=200,
    )
    link = forms.URLField(
        label=_("What is the link of the video?"),
        required=False,
        max_length=300,
        assume_scheme="https",
        error_messages={"invalid": _("Give a link that begins with https://.")},
    )
    for_intensive = forms.BooleanField(
        label=_("Only for learners who chose a lot of help: up to 120 minutes, others up to 45"), required=False
    )


class KeptForm(forms.Form):
    """A talk that was arranged, and took place."""

    minutes = forms.IntegerField(label=_("For how many minutes?"), min_value=1, max_value=480, error_messages=MINUTES)
    note = forms.CharField(
        label=_("What did you talk about?"),
        help_text=_("The learner can read this."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what you talked about.")},
    )


class CallForm(forms.Form):
    """A talk that is going on. All is one line or one press, so that Enter saves from anywhere."""

    note = forms.CharField(
        label=_("What is it about?"),
        help_text=_("The learner can read this. Enter saves."),
        max_length=4000,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": _("Write down what you talked about.")},
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480, initial=10, error_messages=MINUTES)
    channel = forms.ChoiceField(
        label=_("How?"),
        choices=[(each.value, each.label) for each in (Channel.HELPLINE, Channel.DROP_IN, *BOOKABLE)],
        initial=Channel.HELPLINE,
        widget=forms.RadioSelect,
    )
    request = forms.TypedChoiceField(
        label=_("About a request that waits?"), required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, *args: Any, requests: Sequence[Request] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "request", [("", _("No")), *((str(each.pk), each.run.course.title) for each in requests)])
        if not requests:
            del self.fields["request"]


class FindForm(forms.Form):
    q = forms.CharField(label=_("Part of their name"), max_length=80, required=False)
    all_optional = True


class CallerForm(forms.Form):
    email = forms.EmailField(
        label=_("The e-mail address that they sign in with"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Ask for their e-mail address."),
            "invalid": _("Give an e-mail address such as name@example.org."),
        },
    )
    born = DayField(label=_("Their date of birth"), error_messages={"required": _("Ask for their date of birth.")})


class UnnamedForm(forms.Form):
    channel = forms.ChoiceField(
        label=_("How?"),
        choices=[(each.value, each.label) for each in (Channel.HELPLINE, Channel.DROP_IN)],
        initial=Channel.HELPLINE,
        widget=forms.RadioSelect,
    )
    topic = forms.ChoiceField(
        label=_("What was it about?"),
        choices=Topic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it was about.")},
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("In your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a few words.")},
    )


class NeedsForm(forms.Form):
    """Each question with how the learner finds it, and anything else they said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for need in Need:
            self.fields[need.value] = forms.ChoiceField(
                label=need.label,
                choices=How.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what the learner said.")},
            )
        self.fields["words"] = forms.CharField(
            label=_("Anything else they said"),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def answers(self) -> dict[Need, How]:
        """Once they are valid."""
        return {need: How(self.cleaned_data[need.value]) for need in Need}

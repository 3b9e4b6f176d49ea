"""What a learner fills in to talk with an adviser."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from brokerage.models import Request
from brokerage.talking.models import BOOKABLE, Channel, Slot, Tier
from web.forms import choose

GIVES = {
    Tier.SELF_SERVICE: _(
        "On my own: I look around and choose myself. My adviser answers when I ask. A talk lasts up to 45 minutes."
    ),
    Tier.ASSISTED: _(
        "With help: my adviser helps me at the steps where I want it, such as choosing or filling something in. "
        "A talk lasts up to 45 minutes."
    ),
    Tier.INTENSIVE: _(
        "With a lot of help: my adviser goes through each step with me. I can book longer talks, of up to 2 hours."
    ),
}


class TimeForm(forms.Form):
    """One of the times that are free."""

    slot = forms.TypedChoiceField(
        label=_("When would you like to talk?"),
        coerce=UUID,
        error_messages={
            "required": _("Choose a time."),
            "invalid_choice": _("This time has just been taken. Choose another one."),
        },
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = groupby(slots, key=lambda slot: localtime(slot.starts_at).date())
        offers = [(date_format(day, "l j F"), [(str(slot.pk), in_words(slot)) for slot in each]) for day, each in days]
        choose(self, "slot", [("", _("Choose a time")), *offers])


class BookingForm(TimeForm):
    channel = forms.ChoiceField(
        label=_("How would you like to talk?"),
        choices=[(each.value, each.label) for each in BOOKABLE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you would like to talk.")},
    )
    about = forms.CharField(
        label=_("What would you like to talk about?"),
        help_text=_("Your adviser reads it before you talk."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, slots=slots, **kwargs)
        offered = {channel for slot in slots for channel in slot.channels}
        choose(self, "channel", [(each.value, each.label) for each in BOOKABLE if each in offered])


class CallBackForm(forms.Form):
    telephone = forms.CharField(
        label=_("On which number do we ring you?"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": _("Give a telephone number.")},
    )
    good_times = forms.CharField(
        label=_("When is a good time?"),
        help_text=_("Such as: mornings, or after 5 on weekdays."),
        required=False,
        max_length=200,
    )
    language = forms.ChoiceField(
        label=_("In which language?"), choices=lambda: settings.LANGUAGES, widget=forms.RadioSelect
    )
    request = forms.TypedChoiceField(
        label=_("Is it about something you asked for?"), required=False, coerce=UUID, empty_value=None
    )
    about = forms.CharField(
        label=_("What is it about?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, requests: Sequence[Request], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        choose(self, "request", [("", _("No")), *((str(each.pk), each.run.course.title) for each in requests)])
        if not requests:
            del self.fields["request"]


class TierForm(forms.Form):
    tier = forms.TypedChoiceField(
        label=_("How much help would you like?"),
        choices=list(GIVES.items()),
        coerce=Tier,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=_("What would you like to say to it?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a few words.")},
    )


def in_words(slot: Slot) -> str:
    """10:00 to 10:30, Rhys Morgan: Phone, Video. The day stands above it."""
    begins, ends = localtime(slot.starts_at), localtime(slot.ends_at)
    return gettext("{begins} to {ends}, {name}: {ways}").format(
        begins=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}",
        name=slot.adviser.user.name,
        ways=", ".join(str(Channel(each).label) for each in slot.channels),
    )

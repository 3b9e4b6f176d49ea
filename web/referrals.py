"""The answer to a referral, as whoever gives it fills it in: an adviser on the desk, or an outside service by its
link."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from brokerage.referring.models import Helps


class AnswerForm(forms.Form):
    said = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Helps.CAN_HELP, _("We can help")),
            (Helps.CANNOT, _("We cannot help")),
            (Helps.CAME, _("They came to us")),
            (Helps.DID_NOT_COME, _("They did not come to us")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you answer.")},
    )
    words = forms.CharField(
        label=_("In your words"),
        help_text=_("With what and when you can help, or why you cannot. The learner and their adviser read it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

"""What a provider's staff fill in about vouchers and attendance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vouchers.models import CancelReason


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")


class DayForm(forms.Form):
    """On which day something happened; today unless somebody says otherwise."""

    occurred_on = forms.DateField(
        label=_("On which day"),
        widget=_day_input(),
        error_messages={"required": _("Say on which day it happened."), "invalid": _("Enter a day.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: dt.date) -> None:
        super().__init__(data, initial={"occurred_on": today})


class SessionForm(forms.Form):
    """Which session a register is of."""

    day = forms.DateField(
        label=_("Session on"),
        widget=_day_input(),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter a day.")},
    )


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=CancelReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why, so that the learner knows.")},
    )

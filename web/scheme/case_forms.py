"""What a mediator fills in: a question, a decision, and who bears what was paid."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vouchers.cases import Side
from vouchers.models import Case
from web.forms import choose


class AskForm(forms.Form):
    who = forms.ChoiceField(
        label=_("Whom do you ask?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whom you ask.")},
    )
    question = forms.CharField(
        label=_("What do you need to know?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write your question.")},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = [Side.LEARNER, Side.PROVIDER] if case.provider_id else [Side.LEARNER]
        choose(self, "who", [(side.value, side.label) for side in sides])


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Was the learner right?"),
        choices=[("upheld", _("Yes: uphold it")), ("not_upheld", _("No: do not uphold it"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the learner was right.")},
    )
    reasons = forms.CharField(
        label=_("Your reasons"),
        help_text=_("The learner reads them. So does the provider, unless somebody else may have used the account."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Give your reasons.")},
    )


class RecoveryForm(forms.Form):
    who_bears = forms.ChoiceField(
        label=_("Who bears what the provider was paid?"),
        choices=[
            ("provider", _("The provider: it comes off its next payouts")),
            ("scheme", _("The scheme: the provider acted in good faith")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who bears it.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )

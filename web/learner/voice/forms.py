"""What a learner fills in to say how their scheme should work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Scheme
from brokerage.voice.models import Choice
from web.forms import choose


class WordsForm(forms.Form):
    title = forms.CharField(
        label=_("In a few words"),
        max_length=120,
        error_messages={"required": _("Say in a few words what you propose.")},
    )
    what = forms.CharField(
        label=_("What should change?"),
        help_text=_("Name nobody, neither yourself nor anybody else."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what should change.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why.")},
    )


class ProposeForm(WordsForm):
    """With the scheme, where the learner is in more than one."""

    scheme = forms.TypedChoiceField(
        label=_("In which scheme?"),
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a scheme.")},
    )

    field_order = ["scheme"]

    def __init__(self, *args: Any, schemes: Sequence[Scheme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "scheme", [(str(each.pk), each.name) for each in schemes])
        if len(schemes) == 1:
            del self.fields["scheme"]


class VoteForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("What do you think of it?"),
        choices=Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )


class CommentForm(forms.Form):
    words = forms.CharField(
        label=_("Say something about it"),
        help_text=_("Name nobody, neither yourself nor anybody else."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you want to say.")},
    )

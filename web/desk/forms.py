"""What an adviser fills in: a conversation, and an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Criterion, Document
from brokerage.deciding import ANSWERS
from brokerage.models import Channel, Outcome, Policy, ReasonCode, Request
from providers.models import CourseRun
from web.copies import document_words
from web.desk.proofs import Row
from web.forms import choose

ANSWER_WORDS = {
    Outcome.APPROVE: _("Approve"),
    Outcome.ADVISE_OTHERWISE: _("Advise otherwise: the learner may still choose it"),
    Outcome.DECLINE: _("Decline: the learner may appeal to another adviser"),
}


class ConsultationForm(forms.Form):
    channel = forms.ChoiceField(label=_("How did you talk?"), choices=Channel.choices, widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("For how many minutes?"),
        min_value=1,
        max_value=480,
        error_messages={"invalid": _("Give the minutes as a whole number, such as 20.")},
    )
    note = forms.CharField(
        label=_("What did you talk about?"),
        help_text=_("The learner can read this."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what you talked about.")},
    )


class DecisionForm(forms.Form):
    """The answers that the request's policy allows, and the reasons that go to the learner."""

    outcome = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer."), "invalid_choice": _("Choose one of the answers shown.")},
    )
    reason_codes = forms.MultipleChoiceField(
        label=_("Why?"),
        help_text=_("Needed unless you approve."),
        choices=ReasonCode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons = forms.CharField(
        label=_("In your words, to the learner"),
        help_text=_("Needed unless you approve."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    alternatives = forms.MultipleChoiceField(
        label=_("What they might take instead"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, asked: Request, offers: list[CourseRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = ANSWERS[Policy(asked.policy)]
        choose(self, "outcome", [(answer.value, ANSWER_WORDS[answer]) for answer in answers])
        self.offers = {str(run.pk): run for run in offers}
        choose(self, "alternatives", [(key, _offer(run)) for key, run in self.offers.items()])
        if not offers:
            del self.fields["alternatives"]

    def clean_alternatives(self) -> list[CourseRun]:
        return [self.offers[key] for key in self.cleaned_data["alternatives"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") and data["outcome"] != Outcome.APPROVE:
            if not data.get("reason_codes"):
                self.add_error("reason_codes", _("Choose at least one reason."))
            if not (data.get("reasons") or "").strip():
                self.add_error("reasons", _("Say why, in words for the learner."))
        return data


class EvidenceForm(forms.Form):
    """What the adviser has seen: of what the scheme wants proof of, each with the documents that it takes."""

    seen = forms.ChoiceField(
        label=_("I have seen …"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you have seen."), "invalid_choice": _("Choose one of the list.")},
    )

    def __init__(self, *args: Any, rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = [
            (f"{row.criterion}:{document}", f"{row.words}: {document_words(document)}")
            for row in rows
            if row.may_record
            for document in row.documents
        ]
        choose(self, "seen", self.offers)

    @property
    def said(self) -> tuple[Criterion, Document]:
        """The criterion and the document, once they are valid."""
        criterion, _colon, document = self.cleaned_data["seen"].partition(":")
        return Criterion(criterion), Document(document)


def _offer(run: CourseRun) -> str:
    return gettext("{course}, {provider}, from {day:%d %B}").format(
        course=run.course.title, provider=run.course.provider.name, day=run.starts_on
    )

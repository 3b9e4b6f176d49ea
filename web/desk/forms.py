"""What an adviser fills in: a conversation, and an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Criterion, Document
from brokerage.deciding import answers_to
from brokerage.models import Channel, Decision, Outcome, ReasonCode, Request
from providers.models import CourseRun, RunExtra
from web.copies import document_words
from web.desk.case import Offer
from web.desk.proofs import Row
from web.desk.talks.forms import KeptForm
from web.forms import choose
from web.templatetags.waymark import money, short_day

ANSWER_WORDS = {
    Outcome.APPROVE: _("Approve it as it is"),
    Outcome.ADVISE_OTHERWISE: _("Advise otherwise: the learner may still choose it"),
    Outcome.DECLINE: _("Decline: the learner may appeal to another adviser"),
}


class ConsultationForm(KeptForm):
    """A talk that was not arranged."""

    channel = forms.ChoiceField(label=_("How did you talk?"), choices=Channel.choices, widget=forms.RadioSelect)
    field_order = ("channel", "minutes", "note")


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

    def __init__(
        self, *args: Any, asked: Request, decisions: Sequence[Decision], offers: Sequence[Offer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        answers = [answer for answer in answers_to(asked) if answer != Outcome.APPROVE_CHANGED]
        choose(self, "outcome", [(answer.value, _words(answer, asked, decisions)) for answer in answers])
        self.offers = {str(offer.run.pk): offer.run for offer in offers}
        choose(self, "alternatives", [(str(offer.run.pk), offer_words(offer)) for offer in offers])
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


class ReasonsForm(forms.Form):
    """Why something else is approved than what was asked for."""

    reason_codes = forms.MultipleChoiceField(
        label=_("Why the change?"),
        choices=ReasonCode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    reasons = forms.CharField(
        label=_("In your words, to the learner"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why, in words for the learner.")},
    )


class InsteadForm(forms.Form):
    """Which course and what with it: chosen by address, so that its price is worked out before anything is sent."""

    run = forms.ChoiceField(label=_("Which course?"), widget=forms.RadioSelect)
    extra = forms.MultipleChoiceField(
        label=_("What comes with it"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self, *args: Any, runs: Sequence[tuple[str, str]], extras: Sequence[RunExtra], currency: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "run", runs)
        choose(
            self, "extra", [(str(extra.pk), f"{extra.title}, {money(extra.price_minor, currency)}") for extra in extras]
        )
        if not extras:
            del self.fields["extra"]


def offer_words(offer: Offer) -> str:
    """A run that could be taken instead: what, where, when, how far and for how much."""
    run = offer.run
    words = gettext("{course}, {provider}, from {day}, {price}").format(
        course=run.course.title,
        provider=run.course.provider.name,
        day=short_day(run.starts_on),
        price=money(run.price_minor, run.currency),
    )
    if offer.miles is None:
        return words
    return ngettext("{offer}, {miles} mile away", "{offer}, {miles} miles away", offer.miles).format(
        offer=words, miles=offer.miles
    )


def _words(answer: Outcome, asked: Request, decisions: Sequence[Decision]) -> Any:
    """An answer with what it leads to; there is one appeal."""
    if answer != Outcome.DECLINE or not asked.appeal_reason:
        return ANSWER_WORDS[answer]
    if any(decision.outcome == Outcome.DECLINE for decision in decisions):
        return _("Decline: it stays declined, and there is no other appeal")
    return _("Decline: what was approved with a change stands, and the learner may buy that")

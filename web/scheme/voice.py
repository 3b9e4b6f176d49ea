"""What learners of a scheme propose and say: read before it is shown, answered in time; and "you said, we did"."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.models import Scheme, SchemeManager
from brokerage.voice import commenting, proposing, said_and_done
from brokerage.voice.models import Comment, Proposal, ProposalOutcome, SaidAndDone
from brokerage.voice.voting import ENOUGH
from config.refusals import Refusal
from vouchers.moderated import HeldBack
from web.forms import choose
from web.scheme.access import acting, for_scheme
from web.unsent import written
from web.voice import WHY_HELD_BACK, rows

SHOW = "show"
USUAL = dt.timedelta(days=28)
# What a manager keeps in sight; the public page has all of them.
RECENT = 20


def _day(label: Any, missing: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": gettext_lazy("Enter a day.")},
    )


class ShowForm(forms.Form):
    closes_on = _day(gettext_lazy("People can vote until"), gettext_lazy("Say until when people can vote."))


class HoldBackForm(forms.Form):
    verdict = forms.ChoiceField(choices=[(SHOW, ""), *HeldBack.choices])


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("What does the scheme do?"),
        choices=ProposalOutcome.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what the scheme does.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Everybody reads it, and it stays as you write it."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )
    rule_proposal = forms.TypedChoiceField(
        label=gettext_lazy("The change of the rules that follows from it"),
        help_text=gettext_lazy("An answer changes no rule. A second person approves a change as they do any other."),
        required=False,
        coerce=UUID,
        empty_value=None,
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        changes = [
            (str(each.pk), _("Rules from {day}").format(day=f"{each.valid_from:%d.%m.%Y}"))
            for each in scheme.rule_proposals.all()[:RECENT]
        ]
        choose(self, "rule_proposal", [("", _("None")), *changes])


class SaidForm(forms.Form):
    said = forms.CharField(
        label=gettext_lazy("You said"),
        help_text=gettext_lazy("What learners told you, without anybody’s name."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what learners said.")},
    )
    done = forms.CharField(
        label=gettext_lazy("We did"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write what was done.")},
    )
    done_on = _day(gettext_lazy("When was it done?"), gettext_lazy("Say when it was done."))
    proposal = forms.TypedChoiceField(
        label=gettext_lazy("About a proposal"), required=False, coerce=UUID, empty_value=None
    )
    course = forms.TypedChoiceField(
        label=gettext_lazy("About what was said of a course"), required=False, coerce=UUID, empty_value=None
    )
    organisation = forms.TypedChoiceField(
        label=gettext_lazy("About what was said of a guidance organisation"),
        required=False,
        coerce=UUID,
        empty_value=None,
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposals = Proposal.objects.shown().filter(scheme=scheme).values_list("pk", "title")
        courses = said_and_done.courses_spoken_of(scheme).values_list("pk", "title")
        organisations = said_and_done.organisations_spoken_of(scheme).values_list("pk", "name")
        for name, found in {"proposal": proposals, "course": courses, "organisation": organisations}.items():
            choose(self, name, [("", _("None")), *((str(pk), title) for pk, title in found)])


@require_safe
@for_scheme
def voice(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """What waits for somebody first: to be read, then to be answered. A fixed number of queries."""
    today = ledger.today()
    shown = Proposal.objects.filter(scheme=scheme).select_related("outcome", "scheme")
    context = {
        "scheme": scheme,
        "to_read": proposing.to_look_at(scheme, manager),
        "comments": commenting.to_look_at(scheme, manager),
        "to_answer": rows(list(shown.to_answer(today).order_by("closes_on", "id")), today),
        "open": rows(list(shown.open(today).order_by("closes_on", "id")), today),
        "answered": rows(list(shown.filter(outcome__isnull=False)[:RECENT]), today),
        "entries": said_and_done.with_earlier(said_and_done.standing(scheme)[:RECENT]),
        "reasons": WHY_HELD_BACK.items(),
        "show": SHOW,
    }
    return render(request, "scheme/voice/voice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_scheme
def proposal(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Read it and show it until a day; or, once the vote is over, answer it."""
    found = _of(scheme, pk)
    today = ledger.today()
    waits = found.state == Proposal.State.WAITING
    over = found in Proposal.objects.to_answer(today).filter(scheme=scheme)
    form: forms.Form | None = None
    if waits:
        form = ShowForm(written(request), initial={"closes_on": today + USUAL})
    elif over:
        form = AnswerForm(written(request), scheme=scheme)
    if request.method == "POST" and form is not None and form.is_valid():
        do = proposing.show if waits else proposing.answer
        try:
            do(pk, **form.cleaned_data, by=manager, actor=acting(manager))
        except Refusal as refusal:
            _refuse(request, refusal, form)
        else:
            messages.success(request, _("It is shown.") if waits else _("Your answer is published."))
            return redirect("scheme:voice", slug=scheme.slug)
    context = {
        "scheme": scheme,
        "proposal": found,
        "row": rows([found], today)[0],
        "form": form,
        "waits": waits,
        "over": over,
        "comments": found.comments.filter(state=Comment.State.SHOWN),
        "reasons": WHY_HELD_BACK.items(),
        "enough": ENOUGH,
    }
    return render(request, "scheme/voice/proposal.html", context, status=422 if form and form.errors else 200)


@require_POST
@for_scheme
def hold_back(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    _of(scheme, pk)
    form = HoldBackForm(request.POST)
    if not form.is_valid() or form.cleaned_data["verdict"] == SHOW:
        messages.error(request, _("Say why it is not shown."))
        return redirect("scheme:voice-proposal", slug=scheme.slug, pk=pk)
    try:
        proposing.hold_back(pk, reason=HeldBack(form.cleaned_data["verdict"]), by=manager, actor=acting(manager))
    except Refusal as refusal:
        _refuse(request, refusal)
    else:
        messages.success(request, _("It is not shown, and whoever wrote it is told why."))
    return redirect("scheme:voice", slug=scheme.slug)


@require_POST
@for_scheme
def comment(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Show a comment, or hold it back for a reason."""
    if not Comment.objects.filter(pk=pk, proposal__scheme=scheme).exists():
        raise Http404
    form = HoldBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether it is shown."))
        return redirect("scheme:voice", slug=scheme.slug)
    verdict = form.cleaned_data["verdict"]
    held_back = None if verdict == SHOW else HeldBack(verdict)
    try:
        commenting.look_at(pk, held_back=held_back, by=manager, actor=acting(manager))
    except Refusal as refusal:
        _refuse(request, refusal)
    else:
        messages.success(request, _("It is not shown.") if held_back else _("It is shown."))
    return redirect("scheme:voice", slug=scheme.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_scheme
def say(request: HttpRequest, manager: SchemeManager, scheme: Scheme, corrects: UUID | None = None) -> HttpResponse:
    """Write what was heard and done, or what is right instead of an earlier entry."""
    initial: dict[str, Any] = {"done_on": ledger.today()}
    if corrects is not None:
        earlier = SaidAndDone.objects.filter(scheme=scheme, pk=corrects, correction=None).first()
        if earlier is None:
            raise Http404
        initial = {
            "said": earlier.said,
            "done": earlier.done,
            "done_on": earlier.done_on,
            "proposal": earlier.proposal_id,
            "course": earlier.course_id,
            "organisation": earlier.organisation_id,
        }
    form = SaidForm(written(request), initial=initial, scheme=scheme)
    if request.method == "POST" and form.is_valid():
        try:
            said_and_done.say(scheme, **form.cleaned_data, corrects=corrects, by=manager, actor=acting(manager))
        except Refusal as refusal:
            _refuse(request, refusal, form)
        else:
            messages.success(request, _("Everybody can read it now."))
            return redirect("scheme:voice", slug=scheme.slug)
    context = {"scheme": scheme, "form": form, "corrects": corrects}
    return render(request, "scheme/voice/say.html", context, status=422 if form.errors else 200)


def _of(scheme: Scheme, pk: UUID) -> Proposal:
    found = Proposal.objects.filter(scheme=scheme, pk=pk).select_related("outcome", "scheme").first()
    if found is None:
        raise Http404
    return found


def _refuse(request: HttpRequest, refusal: Refusal, form: forms.Form | None = None) -> None:
    """Say what is the matter beside its field, or on the next page; not theirs looks like does not exist."""
    if refusal.status == 404:
        raise Http404 from refusal
    if form is None:
        messages.error(request, str(refusal))
    else:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))

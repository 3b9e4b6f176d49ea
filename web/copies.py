"""The documents that learners sent in, as whoever looks at them sees them: an adviser, or a scheme's own staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import ledger
from accounts import showing
from accounts.circumstances import Criterion, Document
from accounts.models import Copy, User
from config.refusals import Refusal, Sentence
from ledger import Actor
from web.evidence import attached
from web.forms import choose, posted

A_PAGE = 20
NOT_GOOD = "no"
# The labels of criteria and documents speak to the learner; where one of them says "your", others read this.
_CRITERIA = {Criterion.RESIDENCE: gettext_lazy("Where they live")}
_DOCUMENTS = {
    Document.UTILITY_BILL: gettext_lazy("a bill with their address"),
    Document.BENEFIT_LETTER: gettext_lazy("a letter about it"),
}


def criterion_words(code: str) -> Sentence:
    return _CRITERIA.get(Criterion(code), Criterion(code).label)


def document_words(code: str) -> Sentence:
    return _DOCUMENTS.get(Document(code), Document(code).label)


class CopyForm(forms.Form):
    """What whoever looks at a copy says of it: which document it is and that it proves it, or that it does not."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What have you seen?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say what you have seen."),
            "invalid_choice": gettext_lazy("Choose one of the list."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("If it is not good enough: why?"),
        help_text=gettext_lazy("The learner reads this. Such as: the date cannot be read."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, documents: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proves = _("It is {document}, and proves it")
        taken = [(code, proves.format(document=document_words(code))) for code in documents]
        choose(self, "verdict", [*taken, (NOT_GOOD, _("It is not good enough"))])


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks: what they have to decide about, how the ledger names them, and where their pages are.

    `note` keeps that they looked, for the learner to read.
    """

    among: QuerySet[Copy]
    user: User
    actor: Callable[[UUID], Actor]
    note: Callable[[Copy], None]
    face: str


def listed(request: HttpRequest, who: Looking) -> HttpResponse:
    """What waits, the oldest first. A fixed number of queries."""
    page = Paginator(who.among.select_related("learner", "scheme"), A_PAGE).get_page(request.GET.get("page"))
    rows = [(copy, criterion_words(copy.criterion), copy.sent_at + showing.WAITS) for copy in page]
    return render(request, "desk/copies/list.html", {"page": page, "rows": rows, "at": f"{who.face}:copy"})


def opened(request: HttpRequest, who: Looking, pk: UUID) -> HttpResponse:
    """One copy, and what is said of it; then the next."""
    copy = get_object_or_404(who.among.select_related("learner", "scheme"), pk=pk)
    form = CopyForm(posted(request), documents=_taken(copy))
    if form.is_valid():
        verdict, reason = form.cleaned_data["verdict"], form.cleaned_data["reason"]
        actor = who.actor(copy.learner_id)
        try:
            if verdict == NOT_GOOD:
                showing.turn_down(pk, reason, among=who.among, by=who.user, actor=actor)
            else:
                showing.accept(pk, Document(verdict), among=who.among, by=who.user, actor=actor)
        except Refusal as refusal:
            if refusal.status == 404:
                raise Http404 from refusal
            form.add_error("reason" if refusal.field == "reason" else None, str(refusal))
        else:
            messages.success(request, _("It is written down, the learner is told, and the file is deleted."))
            return redirect(f"{who.face}:copies")
    context = {
        "copy": copy,
        "form": form,
        "criterion": criterion_words(copy.criterion),
        "document": document_words(copy.document),
        "by": copy.sent_at + showing.WAITS,
        "list": f"{who.face}:copies",
        "file": f"{who.face}:copy-file",
    }
    return render(request, "desk/copies/copy.html", context, status=422 if form.errors else 200)


def download(who: Looking, pk: UUID) -> HttpResponse:
    """The file itself, which the learner can read was looked at."""
    copy = get_object_or_404(who.among, pk=pk)
    who.note(copy)
    return attached(copy.file, copy.media_type, copy.file_name)


def _taken(copy: Copy) -> Sequence[str]:
    """What proves it, as the scheme has it now; what was sent, where it wants no proof of it any more."""
    try:
        return showing.wanted(copy.learner, copy.scheme, copy.criterion, ledger.today()).documents
    except Refusal:
        return [copy.document]

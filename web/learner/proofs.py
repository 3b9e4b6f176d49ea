"""What a learner still has to show, so that everything counts that their schemes would give them; and sending it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts import showing
from accounts.circumstances import Criterion, Document
from accounts.models import Copy, Evidence, Learner, Scheme
from accounts.proving import still_needed
from accounts.rules import Proof
from accounts.schemes import current_rules
from config.refusals import Refusal, Sentence
from web.evidence import attached
from web.learner.access import acting, for_learner, refuse
from web.learner.forms import CopyForm
from web.unsent import written


@dataclass(slots=True)
class ToShow:
    """What one scheme wants to see, in a sentence, whether an adviser looks at it or the scheme itself, and what the
    learner sent in for it, if anything."""

    scheme: Scheme
    sentence: str
    proof: Proof
    copy: Copy | None = None

    @property
    def to_adviser(self) -> bool:
        return self.proof.checked_by == "adviser"

    @property
    def criterion(self) -> Sentence:
        return Criterion(self.proof.criterion).label


def to_show(learner: Learner, schemes: Sequence[Scheme], on: dt.date) -> list[ToShow]:
    """What these schemes, in which the learner has an account, still want proof of. One query a scheme that wants any,
    one for the rules, and where anything is wanted, one for what was sent in."""
    found: list[ToShow] = []
    for version in current_rules({scheme.pk for scheme in schemes}, on).values():
        rules = version.parsed
        # Each scheme by itself: a document that another one takes proves nothing here.
        proven = Evidence.objects.proven([learner.pk], [rules])
        found += [
            ToShow(version.scheme, sentence, proof)
            for sentence, proof in still_needed(learner.circumstances(proven.get(learner.pk)), rules, on)
        ]
    if found:
        sent = {(each.scheme_id, each.criterion): each for each in Copy.objects.filter(learner=learner)}
        for each in found:
            each.copy = sent.get((each.scheme.pk, each.proof.criterion))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def show(request: HttpRequest, learner: Learner, pk: UUID, criterion: str) -> HttpResponse:
    """Send a copy of a document in, or read what became of the one that was sent."""
    scheme = get_object_or_404(Scheme, pk=pk)
    try:
        proof = showing.wanted(learner, scheme, criterion, ledger.today())
    except Refusal as refusal:
        raise Http404 from refusal
    form = CopyForm(written(request), request.FILES or None, documents=proof.documents)
    if request.method == "POST" and form.is_valid():
        try:
            showing.show(
                form.content,
                Document(form.cleaned_data["document"]),
                criterion=criterion,
                scheme=scheme,
                learner=learner,
                actor=acting(learner),
            )
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Your document is sent. We tell you when somebody has looked at it."))
            return redirect("learner:proof", pk=pk, criterion=criterion)
    copy = Copy.objects.filter(learner=learner, scheme=scheme, criterion=criterion).first()
    context = {
        "form": form,
        "scheme": scheme,
        "criterion": Criterion(criterion).label,
        "to_adviser": proof.checked_by == "adviser",
        "copy": copy,
        "look_by": copy and copy.sent_at + showing.WAITS,
        "days": showing.WAITS.days,
    }
    return render(request, "learner/proof.html", context, status=422 if form.errors else 200)


@require_safe
@for_learner
def download(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    copy = get_object_or_404(Copy.objects.waiting(), learner=learner, pk=pk)
    return attached(copy.file, copy.media_type, copy.file_name)


@require_POST
@for_learner
def take_back(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    copy = get_object_or_404(Copy, learner=learner, pk=pk)
    try:
        showing.take_back(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("Your document is deleted. Nobody looks at it any more."))
    return redirect("learner:proof", pk=copy.scheme_id, criterion=copy.criterion)

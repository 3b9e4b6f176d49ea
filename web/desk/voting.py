"""A learner who votes through their adviser: on the telephone, or on paper."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner
from brokerage.models import Adviser
from brokerage.voice import proposing, voting
from brokerage.voice.models import Choice, Proposal, Vote
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, learner_of, refuse
from web.unsent import written


class VoteForm(forms.Form):
    choice = forms.ChoiceField(
        label=gettext_lazy("What do they say?"),
        choices=Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the learner says.")},
    )


@require_safe
@for_adviser
def votes(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """What this learner can vote on now, and whether they have; never how."""
    learner = learner_of(adviser, pk)
    found = list(proposing.readable(learner).open(ledger.today()).order_by("closes_on", "id"))
    cast = dict(Vote.objects.filter(learner=learner, proposal__in=found).values_list("proposal", "through"))
    rows = [(each, each.pk in cast, each.pk in cast and cast[each.pk] is None) for each in found]
    return render(request, "desk/votes.html", {"learner": learner, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def vote(request: HttpRequest, adviser: Adviser, pk: UUID, proposal: UUID) -> HttpResponse:
    """Read it to them, and enter what they say."""
    learner = learner_of(adviser, pk)
    found = _open(learner, proposal)
    form = VoteForm(written(request))
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data["choice"]
        try:
            voting.vote_through(proposal, choice, learner=pk, by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("The vote is in. The learner is told by letter, and can change it."))
            return redirect("desk:votes", pk=pk)
    context = {"learner": learner, "proposal": found, "form": form}
    return render(request, "desk/vote.html", context, status=422 if form.errors else 200)


def _open(learner: Learner, pk: UUID) -> Proposal:
    found = proposing.readable(learner).shown().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

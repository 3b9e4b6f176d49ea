"""A learner proposes how their scheme works, talks about what others propose, and votes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner
from brokerage.voice import commenting, proposing, voting
from brokerage.voice.errors import VoteOver
from brokerage.voice.models import Comment, Proposal, Vote
from brokerage.voice.voting import ENOUGH
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.voice.forms import CommentForm, ProposeForm, VoteForm, WordsForm
from web.unsent import written
from web.voice import WHY_HELD_BACK, rows

A_PAGE = 20


@require_safe
@for_learner
def proposals(request: HttpRequest, learner: Learner) -> HttpResponse:
    """What can be voted on, what the learner proposed, and what became of earlier ones. A fixed number of queries."""
    today = ledger.today()
    page = Paginator(proposing.readable(learner), A_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    voted = set(Vote.objects.filter(learner=learner, proposal__in=found).values_list("proposal", flat=True))
    context = {
        "page": page,
        "rows": [(row, row.proposal.pk in voted, row.proposal.learner_id == learner.pk) for row in rows(found, today)],
        "schemes": proposing.schemes_of(learner),
    }
    return render(request, "learner/voice/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def propose(request: HttpRequest, learner: Learner) -> HttpResponse:
    schemes = list(proposing.schemes_of(learner))
    if not schemes:
        return redirect("learner:voice:proposals")
    form = ProposeForm(written(request), schemes=schemes)
    if request.method == "POST" and form.is_valid():
        said = {"scheme": schemes[0].pk} | form.cleaned_data
        try:
            made = proposing.propose(said.pop("scheme"), **said, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. A person at the scheme reads it before others do."))
            return redirect("learner:voice:proposal", pk=made.pk)
    return render(request, "learner/voice/propose.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def change(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """In other words, while nobody else reads it."""
    found = _mine(learner, pk)
    if found.learner_id != learner.pk or found.state == Proposal.State.SHOWN:
        return redirect("learner:voice:proposal", pk=pk)
    form = WordsForm(written(request), initial={"title": found.title, "what": found.what, "why": found.why})
    if request.method == "POST" and form.is_valid():
        try:
            proposing.change(pk, **form.cleaned_data, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. A person at the scheme reads it before others do."))
            return redirect("learner:voice:proposal", pk=pk)
    context = {"form": form, "proposal": found, "why_held_back": WHY_HELD_BACK.get(found.held_back)}
    return render(request, "learner/voice/propose.html", context, status=422 if form.errors else 200)


@require_safe
@for_learner
def proposal(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    return _page(request, learner, _mine(learner, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def vote(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One vote; until the end it can be another."""
    found = _mine(learner, pk)
    form = VoteForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            voting.vote(pk, form.cleaned_data["choice"], learner=learner, actor=acting(learner))
        except VoteOver as refusal:
            refuse(request, refusal)
            return redirect("learner:voice:proposal", pk=pk)
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Your vote is in. You can change it until the vote ends."))
            return redirect("learner:voice:proposal", pk=pk)
    return _page(request, learner, found, vote_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def comment(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    found = _mine(learner, pk)
    form = CommentForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            commenting.comment(pk, form.cleaned_data["words"], learner=learner, actor=acting(learner))
        except VoteOver as refusal:
            refuse(request, refusal)
            return redirect("learner:voice:proposal", pk=pk)
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. A person at the scheme reads it before others do."))
            return redirect("learner:voice:proposal", pk=pk)
    return _page(request, learner, found, comment_form=form)


def _mine(learner: Learner, pk: UUID) -> Proposal:
    found = proposing.readable(learner).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    learner: Learner,
    found: Proposal,
    vote_form: VoteForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    """A proposal with what is said of it, the learner's own vote and comments, and the forms for another."""
    cast = Vote.objects.filter(proposal=found, learner=learner).select_related("through__user").first()
    if vote_form is None:
        here = reverse("learner:voice:vote", args=[found.pk])
        vote_form = VoteForm(written(request, here), initial={"choice": cast.choice if cast else None})
    if comment_form is None:
        comment_form = CommentForm(written(request, reverse("learner:voice:comment", args=[found.pk])))
    own = found.comments.filter(learner=learner).exclude(state=Comment.State.SHOWN)
    context = {
        "row": rows([found], ledger.today())[0],
        "proposal": found,
        "mine": found.learner_id == learner.pk,
        "cast": cast,
        "vote_form": vote_form,
        "comment_form": comment_form,
        "comments": found.comments.filter(state=Comment.State.SHOWN),
        "own_comments": [(each, WHY_HELD_BACK.get(each.held_back)) for each in own],
        "enough": ENOUGH,
    }
    wrong = vote_form.errors or comment_form.errors
    return render(request, "learner/voice/proposal.html", context, status=422 if wrong else 200)

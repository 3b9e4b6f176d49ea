"""A learner wishes that their adviser puts in a word, in a case of theirs or in an appeal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Learner
from brokerage.advocacy import speaking
from brokerage.advocacy.models import GoodWord
from brokerage.models import Request
from config.refusals import Refusal
from vouchers.cases import Case
from web.learner.access import acting, for_learner, refuse


def good_word_in(about: Case | Request, *, open_for_one: bool) -> dict[str, Any]:
    """For a page's template: the word that was wished for, and who could be asked where none was."""
    there = about.good_words.filter(taken_back_at=None).select_related("adviser__user").first()
    return {"good_word": there, "speaker": speaking.who_speaks(about) if open_for_one and there is None else None}


@require_POST
@for_learner
def in_case(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        _asked(request, speaking.wish_in_case(pk, learner=learner, actor=acting(learner)))
    except Refusal as refusal:
        refuse(request, refusal)
    return redirect("learner:case", pk=pk)


@require_POST
@for_learner
def in_appeal(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        _asked(request, speaking.wish_in_appeal(pk, learner=learner, actor=acting(learner)))
    except Refusal as refusal:
        refuse(request, refusal)
    return redirect("learner:request", pk=pk)


@require_POST
@for_learner
def take_back(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    try:
        word = speaking.take_back(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("learner:home")
    messages.success(request, _("They are not asked any more."))
    if word.case_id:
        return redirect("learner:case", pk=word.case_id)
    return redirect("learner:request", pk=word.request_id)


def _asked(request: HttpRequest, word: GoodWord) -> None:
    messages.success(request, _("{name} is asked, and gets a letter.").format(name=word.adviser.user.name))

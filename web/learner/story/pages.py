"""The story itself, the learner's own words, their skills, and taking something away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner
from brokerage.progress import evidencing, writing
from brokerage.progress.models import Goal, Piece, Skill, Step, Words
from brokerage.progress.reading import story_of
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.story.filling import fill_in
from web.learner.story.forms import ChangeSkillForm, SkillForm, WordsForm
from web.unsent import written

STORY = "learner:story:story"


@require_safe
@for_learner
def story(request: HttpRequest, learner: Learner) -> HttpResponse:
    """All of it, as only the learner sees it. A fixed number of queries."""
    context = {
        "story": story_of(learner, shown_to_others=False),
        "shares": learner.shares.open(ledger.now()).count(),
        "mine": True,
    }
    return render(request, "learner/story/story.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def words(request: HttpRequest, learner: Learner) -> HttpResponse:
    def latest() -> tuple[int, dict[str, str]]:
        kept = Words.objects.filter(learner=learner).first()
        return (kept.version, {_("Kept now"): kept.text}) if kept else (0, {})

    kept = Words.objects.filter(learner=learner).first()
    initial = {"text": kept.text, "version": kept.version} if kept else {"version": 0}
    return fill_in(
        request,
        WordsForm(written(request), initial=initial),
        lambda said: writing.tell(said["text"], said["version"], learner=learner, actor=acting(learner)),
        heading=_("About you"),
        done=_("Your words are kept."),
        back=reverse(STORY),
        latest=latest,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def new_skill(request: HttpRequest, learner: Learner) -> HttpResponse:
    return fill_in(
        request,
        SkillForm(written(request)),
        lambda said: writing.add_skill(**said, learner=learner, actor=acting(learner)),
        heading=_("Something you can do"),
        done=_("It is in your story."),
        back=reverse(STORY),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def skill(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    found = get_object_or_404(learner.skills, pk=pk)

    def latest() -> tuple[int, dict[str, str]]:
        kept = get_object_or_404(learner.skills, pk=pk)
        return kept.version, {_("Kept now"): kept.name, _("How you have shown it"): kept.shown_by}

    initial = {"name": found.name, "shown_by": found.shown_by, "version": found.version}
    return fill_in(
        request,
        ChangeSkillForm(written(request), initial=initial),
        lambda said: writing.change_skill(pk, **said, learner=learner, actor=acting(learner)),
        heading=_("Something you can do"),
        done=_("It is changed."),
        back=reverse(STORY),
        latest=latest,
        remove=reverse("learner:story:remove", args=["skill", pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def remove(request: HttpRequest, learner: Learner, kind: str, pk: UUID) -> HttpResponse:
    """What goes away first, then the button. What is gone already is not taken away twice."""
    kinds: dict[str, Any] = {"goal": Goal, "step": Step, "skill": Skill, "file": Piece}
    if kind not in kinds:
        raise Http404
    whose = {"goal__learner": learner} if kind == "step" else {"learner": learner}
    found = get_object_or_404(kinds[kind]._default_manager.filter(**whose), pk=pk)
    back = reverse("learner:story:goal", args=[found.goal_id]) if isinstance(found, Step) else reverse(STORY)
    if request.method == "POST":
        try:
            if kind == "file":
                evidencing.let_go(pk, learner=learner, actor=acting(learner))
            else:
                writing.remove(kinds[kind], pk, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            messages.success(request, _("It is gone from your story."))
        return redirect(back)
    name = found.name if isinstance(found, Skill) else found.title
    return render(request, "learner/story/remove.html", {"name": name, "back": back, "kind": kind})

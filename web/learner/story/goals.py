"""A learner's goals, and the steps towards each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Learner
from brokerage.progress import writing
from config.locales import day
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.story.filling import fill_in
from web.learner.story.forms import ChangeGoalForm, GoalForm, StepForm
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def new(request: HttpRequest, learner: Learner) -> HttpResponse:
    return fill_in(
        request,
        GoalForm(written(request)),
        lambda said: writing.add_goal(**said, learner=learner, actor=acting(learner)),
        heading=_("A goal of yours"),
        done=_("Your goal is in your story. Open it to add steps."),
        back=reverse("learner:story:story"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def goal(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """A goal and its steps, with room for one more."""
    found = get_object_or_404(learner.goals.select_related("plan").prefetch_related("steps"), pk=pk)
    form = StepForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            writing.add_step(pk, form.cleaned_data["title"], learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            return redirect("learner:story:goal", pk=pk)
    context = {"goal": found, "form": form}
    return render(request, "learner/story/goal.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def change(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    found = get_object_or_404(learner.goals, pk=pk)

    def latest() -> tuple[int, dict[str, str]]:
        kept = get_object_or_404(learner.goals, pk=pk)
        by = day(kept.by) if kept.by else ""
        return kept.version, {_("Kept now"): kept.title, _("Why it matters"): kept.why, _("By when"): by}

    initial = {"title": found.title, "why": found.why, "by": found.by, "version": found.version}
    return fill_in(
        request,
        ChangeGoalForm(written(request), initial=initial),
        lambda said: writing.change_goal(pk, **said, learner=learner, actor=acting(learner)),
        heading=_("A goal of yours"),
        done=_("Your goal is changed."),
        back=reverse("learner:story:goal", args=[pk]),
        latest=latest,
        remove=reverse("learner:story:remove", args=["goal", pk]),
    )


@require_POST
@for_learner
def reach(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    reached = request.POST.get("done") == "yes"
    try:
        writing.reach(pk, reached, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        if reached:
            messages.success(request, _("Well done. You have reached it."))
    return redirect("learner:story:goal", pk=pk)


@require_POST
@for_learner
def tick(request: HttpRequest, learner: Learner, pk: UUID, step: UUID) -> HttpResponse:
    try:
        writing.tick(step, request.POST.get("done") == "yes", learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    return redirect("learner:story:goal", pk=pk)

"""Plans on the desk: what a learner plans together with their advisers, written in by both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Learner
from brokerage.careers.reading import figures_for
from brokerage.models import Adviser
from brokerage.planning import planning
from brokerage.planning.models import Plan
from config.refusals import Refusal, Sentence
from web.desk.access import acting, for_adviser, learner_of, looked_at_record, refuse
from web.plans import OptionForm, PlanStepForm, aim_form, press
from web.unsent import written


class BeginForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What do they want to reach?"),
        help_text=gettext_lazy("In their words. It is in their story from now on, and theirs to change or take away."),
        max_length=160,
        error_messages={"required": gettext_lazy("Say in a few words what they want to reach.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def begin(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    learner = learner_of(adviser, pk)
    form = BeginForm(written(request))
    if request.method == "POST" and form.is_valid():
        actor = acting(adviser, pk)
        try:
            begun = planning.begin_for(pk, form.cleaned_data["title"], by=adviser, actor=actor)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            return redirect("desk:plan", pk=pk, goal=begun.goal_id)
    context = {"learner": learner, "form": form, "heading": _("Begin a plan"), "back": None}
    return render(request, "desk/plan_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def plan(request: HttpRequest, adviser: Adviser, pk: UUID, goal: UUID) -> HttpResponse:
    """All of the plan, with room for one more step. A fixed number of queries."""
    learner, found = _mine(adviser, pk, goal)
    looked_at_record(adviser, pk)
    form = PlanStepForm(written(request), runs=planning.wished_runs(learner))
    actor = acting(adviser, pk)
    try:
        if request.method == "POST" and press(request, goal, by=adviser, actor=actor):
            return redirect("desk:plan", pk=pk, goal=goal)
        if request.method == "POST" and form.is_valid():
            planning.add_step(goal, form.step, by=adviser, actor=actor)
            return redirect("desk:plan", pk=pk, goal=goal)
    except Refusal as refusal:
        refuse(refusal, form)
    context = {
        "learner": learner,
        "plan": found,
        "form": form,
        "courses": planning.courses_of(found.goal),
        "known": figures_for(found.occupation, learner.residence),
    }
    return render(request, "desk/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def aim(request: HttpRequest, adviser: Adviser, pk: UUID, goal: UUID) -> HttpResponse:
    learner, found = _mine(adviser, pk, goal)
    form = aim_form(written(request), found)
    actor = acting(adviser, pk)

    def do(said: dict[str, Any]) -> object:
        return planning.aim(goal, said["version"], form.aim, by=adviser, actor=actor)

    return _fill_in(request, form, do, _("What they are aiming for"), learner, found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def option(request: HttpRequest, adviser: Adviser, pk: UUID, goal: UUID) -> HttpResponse:
    learner, found = _mine(adviser, pk, goal)
    actor = acting(adviser, pk)

    def do(said: dict[str, Any]) -> object:
        return planning.consider(goal, **said, by=adviser, actor=actor)

    form = OptionForm(written(request), runs=planning.wished_runs(learner))
    return _fill_in(request, form, do, _("Something to consider"), learner, found)


def _fill_in(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], object],
    heading: Sentence,
    learner: Learner,
    found: Plan,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("It is in the plan."))
            return redirect("desk:plan", pk=learner.pk, goal=found.goal_id)
    context = {"learner": learner, "form": form, "heading": heading, "back": found}
    return render(request, "desk/plan_form.html", context, status=422 if form.errors else 200)


def _mine(adviser: Adviser, pk: UUID, goal: UUID) -> tuple[Learner, Plan]:
    """What a learner does not plan with their advisers does not exist for these."""
    learner = learner_of(adviser, pk)
    plans = planning.plans_for(adviser).filter(goal=goal, goal__learner=learner)
    found = plans.prefetch_related("goal__steps__run__course", "goal__options__run__course").first()
    if found is None:
        raise Http404
    return learner, found

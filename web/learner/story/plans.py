"""A goal that the learner plans with their advisers: the plan, its options, and asking for its courses at once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Learner, LearningAccount
from brokerage.careers import occupations
from brokerage.careers.rating import invitation
from brokerage.careers.reading import figures_for
from brokerage.models import Request
from brokerage.planning import planning
from brokerage.planning.models import Plan
from brokerage.requesting import quote
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse
from web.learner.story.filling import fill_in
from web.plans import OptionForm, PlanStepForm, aim_form, press
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def plan(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """All of the plan, with room for one more step. A fixed number of queries."""
    found, actor = mine(learner, pk), acting(learner)
    form = PlanStepForm(written(request), runs=planning.wished_runs(learner))
    try:
        if request.method == "POST" and press(request, pk, by=learner, actor=actor):
            return redirect("learner:story:plan", pk=pk)
        if request.method == "POST" and form.is_valid():
            planning.add_step(pk, form.step, by=learner, actor=actor)
            return redirect("learner:story:plan", pk=pk)
    except Refusal as refusal:
        refuse(request, refusal, form)
    context = {
        "plan": found,
        "form": form,
        "mine": True,
        "courses": planning.courses_of(found.goal),
        "known": figures_for(found.occupation, learner.residence),
        "invitation": invitation(found, list(found.goal.ratings.all())),
    }
    return render(request, "learner/story/plan.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner
def together(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Begin to plan a goal with advisers, or plan it alone again."""
    alone = request.POST.get("with") == "nobody"
    try:
        (planning.end if alone else planning.begin)(pk, learner=learner, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
    if alone:
        messages.success(request, _("Advisers do not see this plan any more. Nothing of it is lost."))
        return redirect("learner:story:goal", pk=pk)
    return redirect("learner:story:plan", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def aim(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    form = aim_form(written(request), mine(learner, pk))

    def latest() -> tuple[int, dict[str, str]]:
        kept = mine(learner, pk)
        work = f"{kept.work} {occupations.in_words(kept.occupation)}"
        return kept.version, {_("Kept now"): kept.learning, _("In work"): work}

    return fill_in(
        request,
        form,
        lambda said: planning.aim(pk, said["version"], form.aim, by=learner, actor=acting(learner)),
        heading=_("What you are aiming for"),
        done=_("It is in your plan."),
        back=reverse("learner:story:plan", args=[pk]),
        latest=latest,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def option(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    mine(learner, pk)
    return fill_in(
        request,
        OptionForm(written(request), runs=planning.wished_runs(learner)),
        lambda said: planning.consider(pk, **said, by=learner, actor=acting(learner)),
        heading=_("Something to consider"),
        done=_("It is in your plan."),
        back=reverse("learner:story:plan", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def ask(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """What each course of the plan would cost, and one press that asks for all of them."""
    found = mine(learner, pk)
    accounts = list(LearningAccount.objects.filter(learner=learner).select_related("scheme", "learner").order_by("id"))
    chosen = request.POST.get("account") or request.GET.get("account", "")
    account = next((each for each in accounts if str(each.pk) == chosen), accounts[0] if accounts else None)
    if account is None:
        return redirect("learner:open")
    if request.method == "POST":
        try:
            answers = planning.ask_for(pk, account, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            made = sum(isinstance(answer, Request) for _run, answer in answers)
            for run, answer in answers:
                if isinstance(answer, Refusal):
                    messages.error(request, f"{run.course.title}: {answer}")
            if made:
                said = ngettext("You have asked for {count} course.", "You have asked for {count} courses.", made)
                messages.success(request, said.format(count=made))
        return redirect("learner:story:plan", pk=pk)
    runs = planning.courses_of(found.goal)
    quotes = quote(account, runs)
    context = {
        "plan": found,
        "account": account,
        "others": [each for each in accounts if each != account],
        "rows": [(run, quotes.get(run.pk)) for run in runs],
    }
    return render(request, "learner/story/plan_ask.html", context)


def mine(learner: Learner, goal: UUID) -> Plan:
    """The learner's plan; not mine looks like does not exist."""
    plans = planning.plans_for(learner).filter(goal=goal)
    found = plans.prefetch_related("goal__steps__run__course", "goal__options__run__course", "goal__ratings").first()
    if found is None:
        raise Http404
    return found

"""How well a learner finds their way, as they see it: eight questions at the beginning of a plan and again later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Learner
from brokerage.careers.models import CareerSkill, Level, SelfRating
from brokerage.careers.rating import rate
from config.refusals import Refusal, Sentence
from web.learner.access import acting, for_learner, refuse
from web.learner.story.plans import mine
from web.unsent import written


class RatingForm(forms.Form):
    share = forms.BooleanField(
        label=gettext_lazy("Put these answers on my guidance record too, for advisers who help me to read"),
        help_text=gettext_lazy("You need not. What is on the record stays on it."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for skill in CareerSkill:
            self.fields[skill.value] = forms.TypedChoiceField(
                label=skill.label,
                coerce=int,
                choices=Level.choices,
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
                error_messages={"required": gettext_lazy("Say for each of the eight how well you do.")},
            )
        self.order_fields(CareerSkill.values)

    @property
    def levels(self) -> dict[CareerSkill, Level]:
        return {skill: Level(self.cleaned_data[skill.value]) for skill in CareerSkill}


@dataclass(frozen=True, slots=True)
class Answered:
    """What a learner answered to a question at first and last, and how that differs."""

    skill: Sentence
    first: Sentence
    last: Sentence
    change: Sentence


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def skills(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    plan = mine(learner, pk)
    form = RatingForm(written(request))
    if request.method == "POST" and form.is_valid():
        share = form.cleaned_data["share"]
        try:
            rate(pk, form.levels, share=share, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            on_record = _("Your answers are kept, and on your guidance record.")
            messages.success(request, on_record if share else _("Your answers are kept, for you alone."))
            return redirect("learner:story:career-skills", pk=pk)
    ratings = list(plan.goal.ratings.all())
    context = {"plan": plan, "form": form, "ratings": ratings, "rows": _rows(ratings)}
    return render(request, "learner/story/career_skills.html", context, status=422 if form.errors else 200)


def _rows(ratings: Sequence[SelfRating]) -> list[Answered]:
    if not ratings:
        return []
    first, last = ratings[0].levels, ratings[-1].levels
    return [
        Answered(skill.label, first[skill].label, last[skill].label, _change(last[skill] - first[skill]))
        for skill in CareerSkill
    ]


def _change(levels: int) -> str:
    if levels > 0:
        return _("better")
    return _("less well") if levels else _("the same")

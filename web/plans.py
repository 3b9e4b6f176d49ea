"""A plan as its two writers fill it in: the learner on their pages, the adviser on the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from brokerage.careers import occupations
from brokerage.models import Adviser
from brokerage.planning import planning
from brokerage.planning.errors import PlanNotFound
from brokerage.planning.models import Plan
from brokerage.planning.planning import Aim, NewStep
from brokerage.progress.models import Who
from ledger import Actor
from providers.models import CourseRun
from web.days import DayField
from web.forms import choose
from web.templatetags.waymark import money, short_day


class PlanStepForm(forms.Form):
    title = forms.CharField(
        label=_("A step towards it"),
        max_length=160,
        error_messages={"required": _("Say in a few words what the step is.")},
    )
    who = forms.ChoiceField(label=_("Who does it?"), choices=Who.choices, initial=Who.LEARNER, widget=forms.RadioSelect)
    by = DayField(label=_("By when?"), required=False)
    run = forms.TypedChoiceField(label=_("Is it a course?"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, runs: Sequence[CourseRun] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_run(self, _("No"), runs)

    @property
    def step(self) -> NewStep:
        said = self.cleaned_data
        return NewStep(said["title"], Who(said["who"]), said["by"], said.get("run"))


class OccupationInput(forms.TextInput):
    """A title or a code of ISCO-08, with all of them to choose from, which browsers narrow to what is typed."""

    template_name = "forms/occupation.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, {**(attrs or {}), "list": "occupations", "autocomplete": "off"})
        return context | {"occupations": occupations.occupations()}


class AimForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    learning = forms.CharField(
        label=_("In learning: what is there to be learned?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    work = forms.CharField(
        label=_("In work: what work is it for?"),
        help_text=_("Such as: bookkeeper in a small business."),
        required=False,
        max_length=160,
    )
    occupation = forms.CharField(
        label=_("Which occupation is that, if you can find it?"),
        help_text=_("Type a word of its title, or its code in the international list ISCO-08. The list is in English."),
        required=False,
        max_length=120,
        widget=OccupationInput,
    )

    @property
    def aim(self) -> Aim:
        said = self.cleaned_data
        return Aim(said["learning"], said["work"], said["occupation"])


class OptionForm(forms.Form):
    run = forms.TypedChoiceField(label=_("Is it a course?"), required=False, coerce=UUID, empty_value=None)
    title = forms.CharField(label=_("If not: what is it?"), required=False, max_length=160)
    reasons = forms.CharField(
        label=_("What speaks for it, and what against it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what speaks for it or against it.")},
    )

    def __init__(self, *args: Any, runs: Sequence[CourseRun] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_run(self, _("No"), runs)


def choose_run(form: forms.Form, nothing: Any, runs: Sequence[CourseRun]) -> None:
    """Which of these courses; there is nothing to choose where there are none."""
    choose(form, "run", [("", nothing), *((str(run.pk), run_words(run)) for run in runs)])
    if not runs:
        del form.fields["run"]


def run_words(run: CourseRun) -> str:
    facts = [run.course.title, run.course.provider.name, short_day(run.starts_on), money(run.price_minor, run.currency)]
    return ", ".join(filter(None, facts))


def press(request: HttpRequest, goal: UUID, *, by: Learner | Adviser, actor: Actor) -> bool:
    """Do what a button of the plan says, if one was pressed: tick a step, take an option or leave it."""
    for name, do in _PRESSES.items():
        if name in request.POST:
            item, _colon, yes = request.POST[name].partition(":")
            do(goal, _id(item), yes == "yes", by=by, actor=actor)
            return True
    return False


def aim_form(data: Any, plan: Plan) -> AimForm:
    kept = {name: getattr(plan, name) for name in ("version", "learning", "work")}
    return AimForm(data, initial={**kept, "occupation": occupations.in_words(plan.occupation)})


def _id(item: str) -> UUID:
    try:
        return UUID(item)
    except ValueError:
        raise PlanNotFound() from None


_PRESSES: dict[str, Callable[..., object]] = {"step": planning.tick, "option": planning.settle}

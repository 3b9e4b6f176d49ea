"""Asking a provider for something on a learner's behalf: put into words here, sent once the learner says yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

import ledger
from brokerage.advocacy import advocating
from brokerage.advocacy.models import Wanted
from brokerage.models import Adviser, Interest
from brokerage.planning.planning import wished_runs
from config.refusals import Refusal
from providers.models import CourseRun
from web.desk.access import acting, for_adviser, learner_of, refuse
from web.forms import choose
from web.plans import run_words
from web.unsent import written


class AdvocacyForm(forms.Form):
    run = forms.ChoiceField(
        label=gettext_lazy("About which course?"),
        help_text=gettext_lazy("Those that the learner has asked for or saved."),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a course.")},
    )
    wanted = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"),
        choices=Wanted.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you ask for.")},
    )
    words = forms.CharField(
        label=gettext_lazy("What do you write to the provider?"),
        help_text=gettext_lazy(
            "The learner reads it first, and nothing is sent before they say yes. Do not name them: they choose "
            "whether their name goes with it."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )

    def __init__(self, *args: Any, runs: Sequence[CourseRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "run", [(str(run.pk), run_words(run)) for run in runs])


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def ask(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    learner = learner_of(adviser, pk)
    runs = wished_runs(learner)
    form = AdvocacyForm(written(request), runs=runs, initial={"run": request.GET.get("run", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        run, wanted, actor = UUID(said["run"]), Wanted(said["wanted"]), acting(adviser, pk)
        try:
            advocating.propose(pk, run, wanted, said["words"], by=adviser, actor=actor)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("The learner is asked whether it may be sent."))
            return redirect("desk:record", pk=pk)
    context = {"learner": learner, "form": form, "runs": runs, "interests": _warning(adviser, runs)}
    return render(request, "desk/advocacy.html", context, status=422 if form.errors else 200)


def _warning(adviser: Adviser, runs: Sequence[CourseRun]) -> QuerySet[Interest]:
    """What the adviser has to do with these providers, where it does not keep them from asking. One query."""
    mine = Interest.objects.filter(adviser=adviser).warning(ledger.now())
    return mine.filter(provider__in=[run.course.provider_id for run in runs]).select_related("provider")

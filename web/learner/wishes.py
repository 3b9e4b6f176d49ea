"""What a learner looked for in vain, for providers to see that somebody wants it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from brokerage import wishing
from brokerage.assisting.models import Act
from brokerage.pooling import answering
from config.refusals import Refusal
from providers.categories import by_broad_field
from providers.models import CourseRun
from web.learner.access import Whose, for_learner_or_adviser, refuse
from web.unsent import written

OFFERS = 10


class WishForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What would you like to learn?"),
        help_text=gettext_lazy("In your own words, for yourself: nobody else sees them."),
        required=False,
        max_length=200,
    )
    category = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=lambda: [("", gettext_lazy("Choose what comes nearest")), *by_broad_field()],
        error_messages={
            "required": gettext_lazy("Choose what it is about."),
            "invalid_choice": gettext_lazy("Choose what it is about."),
        },
    )
    town = forms.CharField(
        label=gettext_lazy("In which town?"),
        help_text=gettext_lazy("Leave it empty if you would learn anywhere, or online."),
        required=False,
        max_length=100,
    )
    pattern = forms.ChoiceField(
        label=gettext_lazy("When could you come?"),
        required=False,
        choices=[("", gettext_lazy("At any time")), *CourseRun.Pattern.choices],
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How would you learn?"),
        required=False,
        choices=[("", gettext_lazy("In any way")), *CourseRun.Mode.choices],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner_or_adviser
def wishes(request: HttpRequest, whose: Whose) -> HttpResponse:
    """The learner's wishes, and a form for another, filled with what a search did not find."""
    form = WishForm(written(request), initial={name: request.GET.get(name, "")[:200] for name in WishForm.base_fields})
    if request.method == "POST" and form.is_valid() and _made(request, whose, form):
        return redirect("learner:wishes")
    context = {
        "form": form,
        "wishes": wishing.standing(whose.learner, ledger.now()),
        "enough": wishing.ENOUGH,
        "days": wishing.COUNTS_FOR.days,
        "offers": answering.offers_to(whose.learner).select_related("run__course__provider")[:OFFERS],
    }
    return render(request, "learner/wishes.html", context, status=422 if form.errors else 200)


@require_POST
@for_learner_or_adviser
def take_back(request: HttpRequest, whose: Whose, pk: UUID) -> HttpResponse:
    try:
        with whose.marked(Act.TOOK_BACK, f"wish:{pk}"):
            wishing.take_back(pk, learner=whose.learner, actor=whose.actor)
    except Refusal as refusal:
        refuse(request, refusal)
    else:
        messages.success(request, _("You have taken it back."))
    return redirect("learner:wishes")


def _made(request: HttpRequest, whose: Whose, form: WishForm) -> bool:
    try:
        with whose.marked(Act.WISHED, whose.learner.subject):
            wishing.wish(learner=whose.learner, **form.cleaned_data, actor=whose.actor)
    except Refusal as refusal:
        refuse(request, refusal, form)
        return False
    messages.success(request, _("Thank you. Providers see that one more learner wishes for this."))
    return True

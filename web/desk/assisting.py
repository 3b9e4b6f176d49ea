"""Beginning to work a learner's pages with them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from brokerage.assisting import assisting
from brokerage.assisting.models import Together
from brokerage.models import Adviser
from config.refusals import Refusal
from web.desk.access import acting, for_adviser, learner_of, refuse
from web.learner.access import start_assisting
from web.unsent import written


class BeginForm(forms.Form):
    together = forms.ChoiceField(
        label=_("How are you in touch with them now?"),
        choices=Together.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you are in touch. It is done only while you talk.")},
    )
    asked = forms.BooleanField(
        label=_("They have asked me to work their pages, and know that what I do is shown to them"),
        error_messages={"required": _("Ask them first. Without their wish, leave their pages to them.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def begin(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """From here on, the learner's pages in this session are those of this learner, for an hour at most."""
    learner = learner_of(adviser, pk)
    form = BeginForm(written(request))
    if request.method == "POST" and form.is_valid():
        together = Together(form.cleaned_data["together"])
        try:
            begun = assisting.begin(pk, together, by=adviser, actor=acting(adviser, pk))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            start_assisting(request, begun)
            return redirect("learner:home")
    context = {"learner": learner, "form": form}
    return render(request, "desk/assist.html", context, status=422 if form.errors else 200)

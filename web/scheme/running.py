"""Running a scheme: where its money is, and pausing, opening again and closing it."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import closing
from accounts.models import BudgetWarning, Scheme, SchemeManager, Waiting
from config.refusals import Refusal
from vouchers import budget
from vouchers.budget import Figures
from web.scheme.access import acting, for_scheme
from web.scheme.saying import lasts


@dataclass(frozen=True, slots=True)
class Standing:
    """A scheme's money as its manager sees it."""

    figures: Figures
    lasts: str
    warnings: list[BudgetWarning]
    waiting: int


def standing(scheme: Scheme) -> Standing:
    """A fixed number of queries."""
    now = budget.figures([scheme])[scheme.pk]
    return Standing(
        figures=now,
        lasts=lasts(budget.runway(scheme, now)),
        warnings=list(scheme.budget_warnings.all()[:3]),
        waiting=Waiting.objects.filter(learning_account__scheme=scheme, ended_at=None).count(),
    )


class CloseForm(forms.Form):
    spend_until = forms.DateField(
        label=gettext_lazy("Learners may spend what they hold until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Say until when learners may spend what they hold."),
            "invalid": gettext_lazy("Enter a day."),
        },
    )


@require_http_methods(["GET", "POST"])
@for_scheme
def state(request: HttpRequest, manager: SchemeManager, scheme: Scheme, wanted: str) -> HttpResponse:
    """Pause a scheme, open it again, or close it, after saying what that does."""
    if wanted not in ("pause", "reopen", "close"):
        raise Http404
    form = CloseForm(request.POST or None) if wanted == "close" else None
    refused = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _do(scheme, wanted, form, manager)
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, _("Done."))
            return redirect("scheme:scheme", slug=scheme.slug)
    context = {"scheme": scheme, "wanted": wanted, "form": form, "refused": refused}
    status = refused.status if refused else 422 if form is not None and form.errors else 200
    return render(request, "scheme/state.html", context, status=status)


def _do(scheme: Scheme, wanted: str, form: CloseForm | None, manager: SchemeManager) -> None:
    actor = acting(manager)
    if form is not None:
        closing.close(scheme, spend_until=form.cleaned_data["spend_until"], actor=actor)
    elif wanted == "pause":
        closing.pause(scheme, actor=actor)
    else:
        closing.reopen(scheme, actor=actor)

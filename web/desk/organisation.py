"""What whoever leads a guidance organisation looks after: how it is reached, its mark, and its advisers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from brokerage.models import WAITING, Adviser, GuidanceOrganisation, Request
from brokerage.organisations import appointing, marking
from brokerage.organisations.marking import Details
from config.refusals import Refusal
from web.desk.access import acting, for_lead
from web.desk.away import AwayForm, coming, went
from web.forms import choose
from web.unsent import written

DAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]
MOST_LEARNERS = 5000


class DetailsForm(forms.Form):
    telephone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=40)
    first_day = forms.TypedChoiceField(label=gettext_lazy("Open from"), choices=DAYS, coerce=int)
    last_day = forms.TypedChoiceField(label=gettext_lazy("to"), choices=DAYS, coerce=int)
    opens_at = forms.TimeField(
        label=gettext_lazy("Opens at"),
        help_text=gettext_lazy("Such as 09:00"),
        required=False,
        widget=forms.TimeInput(format="%H:%M"),
    )
    closes_at = forms.TimeField(
        label=gettext_lazy("Closes at"),
        help_text=gettext_lazy("Such as 17:00"),
        required=False,
        widget=forms.TimeInput(format="%H:%M"),
    )
    night_telephone = forms.CharField(
        label=gettext_lazy("Telephone when it is closed"),
        help_text=gettext_lazy("Leave it empty where nobody is there. Learners see it."),
        required=False,
        max_length=40,
    )
    caseload_limit = forms.IntegerField(
        label=gettext_lazy("Learners for each adviser, at most"),
        help_text=gettext_lazy("Leave it empty for no limit. A lower one takes nobody away."),
        required=False,
        min_value=0,
        max_value=MOST_LEARNERS,
    )


class AdviserForm(forms.Form):
    cover = forms.ChoiceField(label=gettext_lazy("Who covers when they are away"), required=False)
    caseload_limit = forms.IntegerField(
        label=gettext_lazy("Learners, at most"),
        help_text=gettext_lazy("Leave it empty for the organisation's own limit."),
        required=False,
        min_value=0,
        max_value=MOST_LEARNERS,
    )

    def __init__(self, *args: Any, colleagues: list[Adviser], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(each.pk): each for each in colleagues}
        names = [(key, each.user.name) for key, each in self.colleagues.items()]
        choose(self, "cover", [("", _("Nobody in particular")), *names])


@require_http_methods(["GET", "HEAD", "POST"])
@for_lead
def organisation(request: HttpRequest, lead: Adviser) -> HttpResponse:
    """The organisation on one page, its advisers by name. A fixed number of queries."""
    organisation = lead.organisation
    form = DetailsForm(written(request), initial=_initial(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            marking.change_details(organisation, Details(**form.cleaned_data), actor=acting(lead))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("It is changed, and learners see it."))
            return redirect("desk:organisation")
    today = ledger.today()
    advisers = [
        (each, has, each.caseload_limit if each.caseload_limit is not None else organisation.caseload_limit)
        for each, has in _advisers(organisation)
    ]
    marks = list(organisation.marks.select_related("withdrawal"))
    context = {
        "organisation": organisation,
        "advisers": advisers,
        "full": bool(advisers) and all(most is not None and has >= most for _each, has, most in advisers),
        "unnamed": _unnamed(organisation),
        "marks": [(mark, mark.holds(today)) for mark in marks],
        "holds": any(mark.holds(today) for mark in marks),
        "form": form,
    }
    return render(request, "desk/organisation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lead
def one(request: HttpRequest, lead: Adviser, pk: UUID) -> HttpResponse:
    """One adviser: who covers, how many learners, and days away."""
    people = Adviser.objects.filter(organisation=lead.organisation).select_related("user", "stand_in__user")
    found = people.filter(pk=pk).first()
    if found is None:
        raise Http404
    is_away = "from_day_day" in request.POST
    filled = written(request)
    form = AdviserForm(
        None if is_away else filled,
        colleagues=list(people.exclude(pk=pk).order_by("user__name")),
        initial={"cover": str(found.cover_id or ""), "caseload_limit": found.caseload_limit},
    )
    away_form = AwayForm(filled if is_away else None)
    if request.method == "POST":
        if is_away and away_form.is_valid() and went(request, lead, found, away_form):
            return redirect("desk:organisation-adviser", pk=pk)
        if not is_away and form.is_valid() and _arranged(request, lead, found, form):
            return redirect("desk:organisation-adviser", pk=pk)
    context = {"found": found, "form": form, "away_form": away_form, "days": coming(found)}
    invalid = form.errors or away_form.errors
    return render(request, "desk/organisation_adviser.html", context, status=422 if invalid else 200)


def _arranged(request: HttpRequest, lead: Adviser, adviser: Adviser, form: AdviserForm) -> bool:
    said = form.cleaned_data
    try:
        appointing.arrange(
            adviser,
            cover=form.colleagues.get(said["cover"]),
            caseload_limit=said["caseload_limit"],
            actor=acting(lead),
        )
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    messages.success(request, _("It is changed."))
    return True


def _initial(organisation: GuidanceOrganisation) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in Details.__slots__}


def _advisers(organisation: GuidanceOrganisation) -> list[tuple[Adviser, int]]:
    """By name, with how many learners each has: nothing ranks advisers. One query."""
    rows = organisation.advisers.select_related("user", "cover__user", "stand_in__user")
    return [(each, each.learners) for each in rows.annotate(learners=Count("caseload")).order_by("user__name", "id")]


def _unnamed(organisation: GuidanceOrganisation) -> int:
    """How many learners without a named adviser wait here for an answer: nobody had a place for them."""
    waiting = Request.objects.filter(state__in=WAITING, voucher=None, adviser__organisation=organisation)
    return Learner.objects.filter(Q(pk__in=waiting.values("learner")), caseload=None).count()

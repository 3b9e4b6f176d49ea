"""A learner's adviser: how to reach them by day and by night, and having another one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from babel.dates import format_time, get_day_names
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from accounts.schemes import current_rules
from brokerage.hearing.reading import guidance_records
from brokerage.models import Adviser, Caseload, GuidanceOrganisation
from brokerage.organisations import reassigning
from brokerage.organisations.reassigning import Choice
from config import locales
from config.refusals import Refusal
from vouchers.track_records import ENOUGH
from web.forms import choose
from web.learner.access import acting, for_learner, refuse
from web.unsent import written

ANYBODY = "anybody"


class ChangeForm(forms.Form):
    """Advisers of the learner's own organisation by name, other organisations by name, or whoever has time first."""

    to = forms.ChoiceField(
        label=gettext_lazy("Who should it be?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who should be your adviser."),
            "invalid_choice": gettext_lazy("They have no room any more. Choose somebody else."),
        },
    )

    def __init__(self, *args: Any, free: list[Adviser], organisation: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(each.pk): each for each in free if each.organisation_id == organisation}
        self.organisations: dict[str, GuidanceOrganisation] = {
            str(each.organisation_id): each.organisation
            for each in sorted(free, key=lambda each: each.organisation.name)
            if each.organisation_id != organisation
        }
        choices = [(key, each.user.name) for key, each in self.colleagues.items()]
        choices += [(key, _("Somebody at {name}").format(name=each.name)) for key, each in self.organisations.items()]
        choose(self, "to", [*choices, (ANYBODY, _("Whoever has time first"))])

    @property
    def choice(self) -> Choice:
        to = self.cleaned_data["to"]
        return Choice(adviser=self.colleagues.get(to), organisation=self.organisations.get(to))


@dataclass(frozen=True, slots=True)
class Hours:
    """When an organisation can be reached, in words, and whether it can be now."""

    words: str
    is_open: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def adviser(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Who advises the learner, how to reach them, and choosing another. A fixed number of queries."""
    entry = Caseload.objects.filter(learner=learner)
    current = entry.select_related("adviser__user", "adviser__organisation", "adviser__stand_in__user").first()
    organisation = current.adviser.organisation if current else None
    form = ChangeForm(
        written(request),
        free=list(reassigning.may_choose(learner)),
        organisation=organisation.pk if organisation else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            named = reassigning.change_adviser(learner, form.choice, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("{name} is your adviser now.").format(name=named.adviser.user.name))
            return redirect("learner:adviser")
    context = {
        "caseload": current,
        "organisation": organisation,
        "hours": hours(organisation, ledger.now()) if organisation else None,
        "promises": _promises(learner),
        "record": guidance_records([organisation])[organisation.pk] if organisation else None,
        "enough": ENOUGH,
        "form": form,
        "may_change": current is None or reassigning.changes_left(learner) > 0 or bool(form.errors),
        "most": reassigning.MOST_CHANGES,
        "days": reassigning.COUNTED_FOR.days,
    }
    return render(request, "learner/my_adviser.html", context, status=422 if form.errors else 200)


def hours(organisation: GuidanceOrganisation, now: dt.datetime) -> Hours | None:
    """When the organisation is open; None where it does not say. Pure, but for the reader's language."""
    if organisation.opens_at is None or organisation.closes_at is None:
        return None
    here, names = timezone.localtime(now), get_day_names("wide", locale=locales.of_reader())
    words = _("Open: {first} to {last}, {opens} to {closes}").format(
        first=names[organisation.first_day],
        last=names[organisation.last_day],
        opens=format_time(organisation.opens_at, "short", locale=locales.of_reader()),
        closes=format_time(organisation.closes_at, "short", locale=locales.of_reader()),
    )
    on_a_day = organisation.first_day <= here.weekday() <= organisation.last_day
    return Hours(words, on_a_day and organisation.opens_at <= here.time() < organisation.closes_at)


def _promises(learner: Learner) -> list[tuple[str, int]]:
    """In each of the learner's schemes, within how many hours a request is answered."""
    schemes = {account.scheme_id: account.scheme.name for account in learner.learning_accounts.select_related("scheme")}
    rules = current_rules(schemes.keys(), ledger.today()) if schemes else {}
    return [(schemes[pk], version.parsed.adviser.answer_within_hours) for pk, version in rules.items()]

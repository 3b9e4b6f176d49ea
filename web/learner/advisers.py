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
from brokerage.house import changing
from brokerage.house.changing import Choice
from brokerage.models import Adviser, Caseload, GuidanceOrganisation
from config import locales
from config.refusals import Refusal
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

    def __init__(self, *args: Any, free: list[Adviser], house: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(each.pk): each for each in free if each.organisation_id == house}
        self.houses: dict[str, GuidanceOrganisation] = {
            str(each.organisation_id): each.organisation
            for each in sorted(free, key=lambda each: each.organisation.name)
            if each.organisation_id != house
        }
        choices = [(key, each.user.name) for key, each in self.colleagues.items()]
        choices += [(key, _("Somebody at {name}").format(name=each.name)) for key, each in self.houses.items()]
        choose(self, "to", [*choices, (ANYBODY, _("Whoever has time first"))])

    @property
    def choice(self) -> Choice:
        to = self.cleaned_data["to"]
        return Choice(adviser=self.colleagues.get(to), organisation=self.houses.get(to))


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
    house = current.adviser.organisation if current else None
    form = ChangeForm(written(request), free=list(changing.may_choose(learner)), house=house.pk if house else None)
    if request.method == "POST" and form.is_valid():
        try:
            named = changing.change_adviser(learner, form.choice, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("{name} is your adviser now.").format(name=named.adviser.user.name))
            return redirect("learner:adviser")
    context = {
        "caseload": current,
        "house": house,
        "hours": hours(house, ledger.now()) if house else None,
        "promises": _promises(learner),
        "form": form,
        "may_change": current is None or changing.changes_left(learner) > 0 or bool(form.errors),
        "most": changing.MOST_CHANGES,
        "days": changing.COUNTED_FOR.days,
    }
    return render(request, "learner/my_adviser.html", context, status=422 if form.errors else 200)


def hours(house: GuidanceOrganisation, now: dt.datetime) -> Hours | None:
    """When the organisation is open; None where it does not say. Pure, but for the reader's language."""
    if house.opens_at is None or house.closes_at is None:
        return None
    here, names = timezone.localtime(now), get_day_names("wide", locale=locales.of_reader())
    words = _("Open: {first} to {last}, {opens} to {closes}").format(
        first=names[house.first_day],
        last=names[house.last_day],
        opens=format_time(house.opens_at, "short", locale=locales.of_reader()),
        closes=format_time(house.closes_at, "short", locale=locales.of_reader()),
    )
    on_a_day = house.first_day <= here.weekday() <= house.last_day
    return Hours(words, on_a_day and house.opens_at <= here.time() < house.closes_at)


def _promises(learner: Learner) -> list[tuple[str, int]]:
    """In each of the learner's schemes, within how many hours a request is answered."""
    schemes = {account.scheme_id: account.scheme.name for account in learner.learning_accounts.select_related("scheme")}
    rules = current_rules(schemes.keys(), ledger.today()) if schemes else {}
    return [(schemes[pk], version.parsed.adviser.answer_within_hours) for pk, version in rules.items()]

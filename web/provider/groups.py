"""An offer of a provider's to all who wish for the same, cheaper the more of them come."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import ledger
from brokerage import wishing
from brokerage.pooling import offering
from brokerage.pooling.models import GroupOffer
from brokerage.pooling.offering import Step
from config.money import in_words, minor
from config.refusals import Refusal
from providers.models import CourseRun, Role, Staff
from web.forms import choose
from web.provider.access import acting, for_staff
from web.provider.saying import refuse
from web.unsent import written

STEPS = range(1, 5)


class OfferForm(forms.Form):
    """Which course, by when learners answer, and what each pays from how many on."""

    run = forms.ChoiceField(
        label=gettext_lazy("Which of your courses?"),
        error_messages={
            "required": gettext_lazy("Choose a course."),
            "invalid_choice": gettext_lazy("Choose a course of the list."),
        },
    )
    answer_by = forms.DateField(
        label=gettext_lazy("Until which day may learners answer?"),
        help_text=gettext_lazy("Three days from now at the earliest, and before the course begins."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Enter a day.")},
    )

    def __init__(self, *args: Any, runs: list[CourseRun], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.runs = {str(run.pk): run for run in runs}
        choose(self, "run", [(key, _named(run)) for key, run in self.runs.items()])
        for number in STEPS:
            first = number == 1
            self.fields[f"learners_{number}"] = forms.IntegerField(
                label=_("Smallest group") if first else _("Or from so many learners on"),
                required=first,
                min_value=offering.SMALLEST,
                max_value=1_000,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
                error_messages={"required": _("Say how many learners have to come at least.")},
            )
            self.fields[f"price_{number}"] = forms.DecimalField(
                label=_("Each pays"),
                required=first,
                min_value=Decimal("0.01"),
                max_value=Decimal(1_000_000),
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"}),
                error_messages={
                    "required": _("Say what each of them pays."),
                    "invalid": _("Write an amount in numbers, such as 95.00."),
                },
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in STEPS[1:]:
            given = [data.get(f"learners_{number}"), data.get(f"price_{number}")]
            if any(given) and not all(given):
                self.add_error(f"price_{number}", _("Give both the number and the price, or neither."))
        return data

    @property
    def steps(self) -> list[Step]:
        """In minor units of the chosen run's currency."""
        data, currency = self.cleaned_data, self.chosen.currency
        pairs = [(data.get(f"learners_{number}"), data.get(f"price_{number}")) for number in STEPS]
        return [Step(learners, minor(price, currency)) for learners, price in pairs if learners and price]

    @property
    def chosen(self) -> CourseRun:
        return self.runs[self.cleaned_data["run"]]

    @property
    def until(self) -> dt.datetime:
        """The end of the day, where the country's people are."""
        after: dt.date = self.cleaned_data["answer_by"] + dt.timedelta(days=1)
        return timezone.make_aware(dt.datetime.combine(after, dt.time()))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.COURSES)
def offer(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Answer a row of what learners look for: `subject` and `town` in the address are its."""
    category, town = request.GET.get("subject", ""), request.GET.get("town", "")
    row = next((each for each in wishing.demand(ledger.now()) if (each.category, each.town) == (category, town)), None)
    if row is None:
        raise Http404
    runs = CourseRun.objects.on_sale(ledger.today()).filter(course__provider=staff.provider, course__category=category)
    form = OfferForm(written(request), runs=list(runs.select_related("course").order_by("starts_on", "id")))
    if request.method == "POST" and form.is_valid():
        try:
            offering.offer(
                form.chosen.pk,
                form.steps,
                town=town,
                answer_by=form.until,
                by=staff.provider,
                actor=acting(staff),
            )
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Your offer is made. Everybody who wishes for it has been told."))
            return redirect("provider:demand")
    context = {"form": form, "row": row, "smallest": offering.SMALLEST}
    return render(request, "provider/group_offer.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff(Role.COURSES)
def take_back(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    try:
        offering.take_back(pk, by=staff.provider, actor=acting(staff))
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have taken it back. Whoever said that they come has been told."))
    return redirect("provider:demand")


def made_by(staff: Staff) -> list[tuple[GroupOffer, int]]:
    """The provider's offers, the latest first, each with how many come as far as may be told."""
    offers = GroupOffer.objects.of_provider(staff.provider).select_related("run__course").prefetch_related("rungs")[:20]
    return [(found, offering.coming(found)) for found in offers]


def _named(run: CourseRun) -> str:
    return _("{course}, from {day:%d %B}, {price}").format(
        course=run.course.title, day=run.starts_on, price=in_words(run.price_minor or 0, run.currency)
    )

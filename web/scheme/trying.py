"""Trying out: a scheme's rules, or two versions of them, over imagined people. Nothing real is read but the rules."""

from __future__ import annotations

import csv
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.forecasting import forecast
from accounts.models import RuleProposal, RuleVersion, Scheme, SchemeManager
from accounts.simulating import MONTHS, Comparison, Report, compare, run
from accounts.simulating.report import DIMENSIONS
from config import money
from web import pictures
from web.forms import choose
from web.scheme.access import for_scheme
from web.scheme.saying import came_of, lasts
from web.templatetags.waymark import day

# What a person waits for; the command has no such limit.
MOST_LEARNERS, MOST_MONTHS = 20_000, 60


class TryForm(forms.Form):
    """Which rules, beside which, and over whom."""

    rules = forms.ChoiceField(label=_("Rules to try out"))
    against = forms.ChoiceField(label=_("Beside"), required=False)
    learners = forms.IntegerField(
        label=_("Imagined people"),
        min_value=100,
        max_value=MOST_LEARNERS,
        initial=5_000,
        error_messages={"invalid": _("Give a whole number, such as 5000.")},
    )
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=MOST_MONTHS, initial=MONTHS)
    budget = forms.DecimalField(
        label=_("Budget for the whole time"),
        help_text=_("For that many people, not for a country. Empty: nothing limits it but the rules."),
        min_value=Decimal(1),
        max_value=Decimal(10) ** 12,
        decimal_places=2,
        required=False,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        help_text=_("The same number is the same people; another number is other people like them."),
        min_value=0,
        max_value=10**9,
        initial=1,
    )

    def __init__(self, *args: Any, versions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "rules", versions)
        choose(self, "against", [("", gettext("Nothing")), *versions])


@require_GET
@for_scheme
def try_out(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """What would come of rules; an address with what was asked, so that it can be looked at again."""
    every = _every(scheme)
    versions = [(code, label) for code, (label, _version) in every.items()]
    if "rules" not in request.GET:
        proposed = next((code for code, _label in versions if code.startswith("proposal")), "")
        form = TryForm(initial={"rules": proposed or versions[0][0] if versions else ""}, versions=versions)
        return _show(request, scheme, form)
    form = TryForm(request.GET, versions=versions)
    if not form.is_valid():
        return _show(request, scheme, form)
    asked = form.cleaned_data
    label, first = every[asked["rules"]]
    options = {
        "currency": scheme.currency,
        "learners": asked["learners"],
        "seed": asked["seed"],
        "months": asked["months"],
        "budget_minor": None if asked["budget"] is None else money.minor(asked["budget"], scheme.currency),
    }
    if not asked["against"] or asked["against"] == asked["rules"]:
        report = run(first.parsed, **options)
        return _answer(request, scheme, form, [(label, report)])
    other, second = every[asked["against"]]
    comparison = compare(second.parsed, first.parsed, **options)
    named = [(other, comparison.first), (label, comparison.second)]
    return _answer(request, scheme, form, named, comparison)


def _every(scheme: Scheme) -> dict[str, tuple[str, RuleVersion | RuleProposal]]:
    """What can be tried out: the versions there are and those proposed, the newest first, by a code of each."""
    found: dict[str, tuple[str, RuleVersion | RuleProposal]] = {}
    for proposal in scheme.rule_proposals.filter(state=RuleProposal.State.PROPOSED):
        label = gettext("Proposed, from {day}").format(day=day(proposal.valid_from))
        found[f"proposal-{proposal.pk}"] = (label, proposal)
    for version in scheme.rule_versions.order_by("-valid_from", "-number"):
        label = gettext("Version {number}, from {day}").format(number=version.number, day=day(version.valid_from))
        found[f"version-{version.number}"] = (label, version)
    return found


def _answer(
    request: HttpRequest,
    scheme: Scheme,
    form: TryForm,
    named: list[tuple[str, Report]],
    comparison: Comparison | None = None,
) -> HttpResponse:
    if request.GET.get("format") == "csv":
        return _csv(scheme, named)
    report = named[-1][1]
    spend = (
        pictures.spend_side_by_side(named[0][1], report, (named[0][0], named[1][0]))
        if comparison
        else pictures.spend_by_month(report)
    )
    runway = (
        forecast(report.issued_by_month, report.left_minor, today=report.by_month[-1].on)
        if report.left_minor is not None
        else None
    )
    context = {
        "named": named,
        "rows": list(came_of([each for _label, each in named])),
        "report": report,
        "comparison": comparison,
        "pictures": [spend, pictures.reached(report)],
        "lasts": lasts(runway) if runway else "",
        "address": request.GET.urlencode(),
    }
    return _show(request, scheme, form, context)


def _csv(scheme: Scheme, named: list[tuple[str, Report]]) -> HttpResponse:
    """A row for each group of people in each version. Amounts are minor units."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{scheme.slug}-tried-out.csv"'
    rows = [
        {"rules": label, "currency": report.currency, "by": dimension, "group": str(group.label)} | asdict(group.tally)
        for label, report in named
        for dimension in DIMENSIONS
        for group in report.groups(dimension)
    ]
    writer = csv.DictWriter(response, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return response


def _show(request: HttpRequest, scheme: Scheme, form: TryForm, context: dict[str, Any] | None = None) -> HttpResponse:
    shown = {"scheme": scheme, "form": form, "currency": scheme.currency} | (context or {})
    return render(request, "scheme/try.html", shown, status=422 if form.errors else 200)

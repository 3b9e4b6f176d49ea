"""Looking for a course, for those who have an account and those who have not: what they ask, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import ledger
from accounts.models import Learner
from brokerage.affording import affordable
from brokerage.requesting import quote
from brokerage.saving import saved_among
from config.money import in_words, minor
from config.refusals import Sentence
from providers import facets, search
from providers.categories import BROAD_FIELDS, DETAILED_FIELDS
from providers.models import CourseRun
from providers.nearby import KM_A_MILE, Spot, locate
from web.learner.wallet import Wallet

A_PAGE = 12
MOST_COMPARED = 4
"""Side by side: more columns than that are read no more."""
MILES = (3, 5, 10, 20, 40)
FEW = 2
"""So few courses that somebody who wanted another is asked what is missing."""
CHOICES_SHOWN = 12
"""Of a facet; there may be hundreds of towns, and a town can be typed."""

LEVELS: list[tuple[int, Any]] = [
    (0, _("Entry level")),
    *((level, format_lazy(_("Level {number}"), number=level)) for level in range(1, 9)),
]
STARTS = {28: _("In the next 4 weeks"), 91: _("In the next 3 months"), 182: _("In the next 6 months")}
TITLES = {
    "category": _("Subject"),
    "mode": _("How"),
    "pattern": _("When"),
    "starts_within": _("Starts"),
    "level": _("Level"),
    "town": _("Town"),
    "provider": _("Who teaches it"),
}
IN_ORDER = ("level", "starts_within")
"""Facets whose choices have an order of their own; the others' come by how many courses they have."""


class SearchForm(forms.Form):
    all_optional = True

    q = forms.CharField(label=_("What do you want to learn?"), required=False, max_length=200)
    near = forms.CharField(
        label=_("Near"),
        help_text=_("A town or a postcode."),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    within = forms.TypedChoiceField(
        label=_("How far away"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("Any distance")),
            *((miles, format_lazy(_("Up to {miles} miles"), miles=miles)) for miles in MILES),
        ],
    )
    starts_from = forms.DateField(
        label=_("Starting from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Give a day, such as 2026-12-31.")},
    )
    pay_at_most = forms.DecimalField(
        label=_("The most I would pay"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Give the amount in figures, such as 120.50.")},
    )
    afford = forms.BooleanField(label=_("Only what I can afford with my account"), required=False)
    # What is chosen of the facets, kept while the rest of the form changes.
    category = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("", ""), *BROAD_FIELDS.items(), *DETAILED_FIELDS.items()]
    )
    mode = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=[("", ""), *CourseRun.Mode.choices])
    pattern = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("", ""), *CourseRun.Pattern.choices]
    )
    starts_within = forms.TypedChoiceField(
        required=False, widget=forms.HiddenInput, coerce=int, empty_value=None, choices=[("", ""), *STARTS.items()]
    )
    level = forms.TypedChoiceField(
        required=False, widget=forms.HiddenInput, coerce=int, empty_value=None, choices=[("", ""), *LEVELS]
    )
    town = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)
    provider = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict, *, wallet: Wallet | None) -> None:
        super().__init__(asked)
        self.wallet = wallet
        if wallet is None:
            del self.fields["afford"]
            self.fields["pay_at_most"].label = _("The highest price")
        self.spot: Spot | None = None
        self.all_worked_out = True

    def clean_near(self) -> str:
        near = str(self.cleaned_data["near"])
        self.spot = locate(near)
        if near and self.spot is None:
            raise forms.ValidationError(
                _("We do not know where that is. Try a town, or the beginning of a postcode, such as LL18.")
            )
        return near

    def filters(self) -> search.Filters:
        """What of it is right, as a search wants it: what is wrong narrows nothing. Known once the form is cleaned.

        With an account, the most that somebody would pay is what is left of the price after it.
        """
        wanted, wallet = self.cleaned_data, self.wallet
        currency = wallet.currency if wallet else "GBP"
        most = wanted.get("pay_at_most")
        most_minor = None if most is None else minor(most, currency)
        prices = None
        if wallet and most_minor is not None:
            worked_out = affordable(wallet.account, most_minor, wallet.for_courses_minor, ledger.today())
            prices, most_minor, self.all_worked_out = worked_out.prices, None, worked_out.all_worked_out
        if wallet and wanted.get("afford"):
            most_minor = wallet.for_courses_minor
        within = wanted.get("within")
        return search.Filters(
            **{name: wanted[name] for name in facets.NAMES if wanted.get(name) is not None},
            starts_from=wanted.get("starts_from"),
            max_price_minor=most_minor,
            prices=prices,
            currency=currency,
            near=self.spot,
            within_km=within * KM_A_MILE if within and self.spot else None,
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A choice of a facet, or a filter that is on: `address` has it the other way round."""

    label: Sentence
    address: str
    courses: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A facet as it is shown."""

    name: str
    title: Sentence
    links: list[Link] = field(default_factory=list)

    @property
    def chosen(self) -> Link | None:
        return next((link for link in self.links if link.chosen), None)


def answer(request: HttpRequest, *, wallet: Wallet | None, learner: Learner | None = None, **more: Any) -> HttpResponse:
    """The page, or, as somebody types, what of it changes. A fixed number of queries.

    What is wrong in the form is said beside it, and the rest of it is looked for all the same. A `learner` can save
    and compare what is found. `more` is for the template.
    """
    form = SearchForm(request.GET, wallet=wallet)
    form.full_clean()
    filters = form.filters()
    found, page = _page(form.cleaned_data.get("q") or "", filters, request.GET)
    narrowings = [_narrowing(name, found, filters, request.GET) for name in TITLES]
    context = {
        "form": form,
        "found": found,
        "page": page,
        "results": _priced(found.courses, wallet),
        "learner": learner,
        "saved": saved_among(learner, [course.matching_runs[0].pk for course in found.courses]) if learner else set(),
        "most_compared": MOST_COMPARED,
        "few": FEW,
        "wish": _wish(form.cleaned_data),
        "narrowings": [each for each in narrowings if each.links],
        "chips": _chips(form, narrowings, request.GET),
        "as_typed": _with(request.GET, as_typed="on") if found.corrected else "",
        "anywhere": _with(request.GET, within=None),
        "nearest_miles": found.nearest_km and max(1, round(found.nearest_km / KM_A_MILE)),
        "most": search.MOST,
        "wallet": wallet,
        "address": request.path,
        "query": _with(request.GET).removeprefix("?"),
        **more,
    }
    live = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    response = render(request, "search/results.html" if live else "search/page.html", context)
    # A browser that goes back must not take the fragment for the page.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _page(query: str, filters: search.Filters, asked: QueryDict) -> tuple[search.Found, Any]:
    """The page that was asked for, or the last where there are not as many."""
    wanted = asked.get("page", "1")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 1
    number = max(1, min(number, -(-search.MOST // A_PAGE)))
    while True:
        after, as_typed = (number - 1) * A_PAGE, "as_typed" in asked
        found = search.find(query, filters, ledger.today(), after=after, most=A_PAGE, as_typed=as_typed)
        page = Paginator(range(found.total), A_PAGE).get_page(number)
        if page.number == number:
            return found, page
        number = page.number


def _narrowing(name: str, found: search.Found, filters: search.Filters, asked: QueryDict) -> Narrowing:
    value = getattr(filters, name)
    chosen = "" if value is None else str(value).casefold()
    choices = found.facets[name]
    if name == "category":
        chosen = chosen[:2]
    if chosen and not any(choice.value == chosen for choice in choices):
        choices = [facets.Choice(chosen, 0, str(value) if name == "town" else ""), *choices]
    shown = [choice for place, choice in enumerate(choices) if place < CHOICES_SHOWN or choice.value == chosen]
    if name in IN_ORDER:
        shown.sort(key=lambda choice: int(choice.value))
    links = [
        Link(
            _label(name, choice),
            _with(asked, **{name: None if choice.value == chosen else choice.value}),
            choice.courses,
            choice.value == chosen,
        )
        for choice in shown
    ]
    return Narrowing(name, TITLES[name], links)


def _label(name: str, choice: facets.Choice) -> str:
    """A choice in words; a detailed field that was chosen goes by its broad one."""
    words: Mapping[str, Mapping[Any, Any]] = {
        "category": BROAD_FIELDS,
        "mode": dict(CourseRun.Mode.choices),
        "pattern": dict(CourseRun.Pattern.choices),
        "level": {str(level): label for level, label in LEVELS},
        "starts_within": {str(days): label for days, label in STARTS.items()},
        "provider": {"": _("This provider")},
    }
    value = "" if name == "provider" else choice.value
    return choice.label or str(words.get(name, {}).get(value, choice.value))


def _chips(form: SearchForm, narrowings: list[Narrowing], asked: QueryDict) -> list[Link]:
    """What is on, each to be taken away by itself."""
    wanted = form.cleaned_data
    chips = [Link(each.chosen.label, each.chosen.address, chosen=True) for each in narrowings if each.chosen]
    if wanted.get("category") and len(wanted["category"]) == 4:
        chips = [chip for chip in chips if chip.label != str(BROAD_FIELDS[wanted["category"][:2]])]
        chips.append(Link(DETAILED_FIELDS[wanted["category"]], _with(asked, category=None)))
    if form.spot and wanted.get("within"):
        says = gettext("Up to %(miles)d miles from %(place)s") % {"miles": wanted["within"], "place": form.spot.name}
        chips.append(Link(says, _with(asked, within=None)))
    if wanted.get("starts_from"):
        says = gettext("From %s") % date_format(wanted["starts_from"], "j F Y")
        chips.append(Link(says, _with(asked, starts_from=None)))
    if wanted.get("pay_at_most") is not None:
        currency = form.wallet.currency if form.wallet else "GBP"
        most = in_words(minor(wanted["pay_at_most"], currency), currency)
        chips.append(Link(gettext("At most %s") % most, _with(asked, pay_at_most=None)))
    if wanted.get("afford"):
        chips.append(Link(_("What I can afford"), _with(asked, afford=None)))
    return chips


def _with(asked: QueryDict, **changed: str | None) -> str:
    """The address of the same search with this changed, on its first page."""
    kept = asked.copy()
    kept.pop("page", None)
    for name, value in changed.items():
        kept.pop(name, None)
        if value:
            kept[name] = value
    return f"?{kept.urlencode()}"


def _wish(wanted: Mapping[str, Any]) -> str:
    """What was looked for, as the form for a wish takes it."""
    place = wanted.get("town") or wanted.get("near") or ""
    said = {"words": wanted.get("q"), "town": place, "category": wanted.get("category")}
    said |= {name: wanted.get(name) for name in ("mode", "pattern")}
    return urlencode({name: value for name, value in said.items() if value})


def _priced(found: list[Any], wallet: Wallet | None) -> list[tuple[Any, Any, Any, int | None]]:
    """Each course with the first of its runs that fits, what that run would cost the learner, and how many miles
    away it is."""
    firsts = [(course, course.matching_runs[0]) for course in found]
    prices = quote(wallet.account, [run for _course, run in firsts]) if wallet else {}
    return [
        (course, run, prices.get(run.pk), None if run.distance_km is None else round(run.distance_km / KM_A_MILE))
        for course, run in firsts
    ]

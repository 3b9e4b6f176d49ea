"""Changing rules: a form that says what a change would mean before anything is proposed, and stores nothing itself."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import ledger
from accounts import proposing, scheme_files
from accounts.effects import Course, Effect, effect
from accounts.models import RuleVersion, Scheme, SchemeManager
from accounts.rules import Rules, RulesInvalid, parse
from accounts.wording import Change, Section, difference, sentences
from config.refusals import Refusal
from providers.categories import category_name
from providers.models import CourseRun
from web.scheme import rule_form
from web.scheme.access import acting, for_manager, for_scheme
from web.scheme.forms import FileForm, FromForm, SchemeForm

# How many courses on sale the typical price is the median of.
PRICES = 2000


@dataclass(frozen=True, slots=True)
class Preview:
    """What rules say, and for a scheme that has rules already, what is different and for whom."""

    sections: list[Section]
    changes: list[Change]
    effect: Effect | None


@require_http_methods(["GET", "POST"])
@for_scheme
def change(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """The rules of a scheme as a form: add and remove lines, look at what changes, propose it."""
    version = _newest(scheme)
    if version is None:
        raise Http404
    if "file" in request.FILES or request.POST.get("action") == "file":
        return _from_file(request, scheme, version)
    if request.method == "GET":
        tomorrow = ledger.today() + dt.timedelta(days=1)
        form = FromForm(initial={"valid_from": tomorrow})
        return _show_change(request, scheme, version.rules, form)
    form = FromForm(request.POST)
    if (again := _with_other_lines(request, scheme.currency)) is not None:
        return _show_change(request, scheme, again, FromForm(initial=request.POST.dict()))
    try:
        data = rule_form.read(request.POST, scheme.currency)
        rules = parse(data)
        if not form.is_valid():
            return _show_change(request, scheme, data, form, preview=preview_of(scheme, version, rules))
        if request.POST.get("action") == "propose":
            proposal = proposing.propose(scheme, data, by=manager, actor=acting(manager), **form.cleaned_data)
            messages.success(request, _("Your proposal waits for a second person."))
            return redirect("scheme:proposal", slug=scheme.slug, pk=proposal.pk)
    except RulesInvalid as wrong:
        return _show_change(request, scheme, rule_form.typed(request.POST, scheme.currency), form, wrong=wrong)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _show_change(request, scheme, data, form)
    return _show_change(request, scheme, data, form, preview=preview_of(scheme, version, rules))


@require_http_methods(["GET", "POST"])
@for_manager
def new(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """A new scheme, from one that ships with Waymark, which a second person has to approve before it opens."""
    if not manager.sets_up:
        raise Http404
    if request.method == "GET":
        return _start(request)
    currency = request.POST.get("currency", "").upper()
    known = currency if len(currency) == 3 and currency.isalpha() else "GBP"
    if (again := _with_other_lines(request, known)) is not None:
        return _show_new(request, SchemeForm(initial=request.POST.dict()), again, known)
    form = SchemeForm(request.POST)
    try:
        data = rule_form.read(request.POST, known)
        rules = parse(data)
        if not form.is_valid():
            return _show_new(request, form, data, known)
        if request.POST.get("action") == "propose":
            proposal = proposing.propose_scheme(form.cleaned_data | {"rules": data}, by=manager, actor=acting(manager))
            messages.success(request, _("Your scheme waits for a second person. Until then it takes nobody."))
            return redirect("scheme:proposal", slug=proposal.scheme.slug, pk=proposal.pk)
        scheme_files.read_file(form.cleaned_data | {"rules": data})
    except RulesInvalid as wrong:
        typed = rule_form.typed(request.POST, known)
        if wrong.field not in form.fields:
            return _show_new(request, form, typed, known, wrong=wrong)
        form.add_error(wrong.field, rule_form.says(wrong))
        return _show_new(request, form, typed, known)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _show_new(request, form, data, known)
    said = sentences(rules, currency=known, category_name=category_name)
    return _show_new(request, form, data, known, preview=Preview(said, [], None))


def preview_of(scheme: Scheme, was: RuleVersion | None, rules: Rules) -> Preview:
    """What rules say, what is different from those there were, and what they would do to those with an account."""
    said = sentences(rules, currency=scheme.currency, category_name=category_name)
    if was is None:
        return Preview(said, [], None)
    courses = _courses(rules)
    changes = difference(was.parsed, rules, currency=scheme.currency, category_name=category_name)
    return Preview(said, changes, effect(scheme, was.parsed, rules, ledger.today(), courses))


def _courses(rules: Rules) -> list[Course]:
    """A course of the typical price on sale, of no list, and one of each list that the rules have."""
    on_sale = CourseRun.objects.on_sale(ledger.today()).order_by("-starts_on", "id")
    prices = [price for price in on_sale.values_list("price_minor", flat=True)[:PRICES] if price]
    if not prices:
        return []
    typical = int(statistics.median(prices))
    lists = [band.categories[0] for band in rules.price.bands if band.categories]
    return [Course(typical, category) for category in dict.fromkeys(["", *lists])]


def _newest(scheme: Scheme) -> RuleVersion | None:
    """The rules that a change starts from: of those there are, the ones that count last."""
    return scheme.rule_versions.order_by("-valid_from", "-number").first()


def _with_other_lines(request: HttpRequest, currency: str) -> dict[str, Any] | None:
    """The rules as they were typed, with a line more or less, when that is what was pressed."""
    if path := request.POST.get("add"):
        return rule_form.with_item(rule_form.typed(request.POST, currency), path)
    if path := request.POST.get("remove"):
        return rule_form.without_item(rule_form.typed(request.POST, currency), path)
    return None


def _from_file(request: HttpRequest, scheme: Scheme, version: RuleVersion) -> HttpResponse:
    files = FileForm(request.POST, request.FILES)
    form = FromForm(initial={"valid_from": ledger.today() + dt.timedelta(days=1)})
    if not files.is_valid():
        return _show_change(request, scheme, version.rules, form, files=files)
    said = files.cleaned_data["file"]
    if said["currency"] != scheme.currency:
        files.add_error("file", _("Its money is in another currency than this scheme's."))
        return _show_change(request, scheme, version.rules, form, files=files)
    form.initial["source"] = said.get("source", "")
    preview = preview_of(scheme, version, parse(said["rules"]))
    return _show_change(request, scheme, said["rules"], form, preview=preview)


def _show_change(
    request: HttpRequest,
    scheme: Scheme,
    data: dict[str, Any],
    form: FromForm,
    *,
    files: FileForm | None = None,
    preview: Preview | None = None,
    wrong: RulesInvalid | None = None,
) -> HttpResponse:
    sections = rule_form.draw(data, scheme.currency, wrong)
    context = {
        "scheme": scheme,
        "form": form,
        "files": files or FileForm(),
        "sections": sections,
        "wrong": wrong,
        "wrong_at": rule_form.first_error(sections),
        "preview": preview,
        "currency": scheme.currency,
    }
    invalid = wrong or form.errors or (files and files.errors)
    return render(request, "scheme/change.html", context, status=422 if invalid else 200)


def _start(request: HttpRequest) -> HttpResponse:
    """The form filled from a scheme that ships, once one is chosen."""
    slug = request.GET.get("from", "")
    if slug not in scheme_files.presets():
        ready = [scheme_files.preset(each) for each in scheme_files.presets()]
        return render(request, "scheme/start.html", {"presets": ready})
    said = scheme_files.preset(slug)
    form = SchemeForm(
        initial={"funding": "prefunded"} | said | {"slug": "", "name": "", "source": said["source"][:2000]}
    )
    return _show_new(request, form, said["rules"], said["currency"])


def _show_new(
    request: HttpRequest,
    form: SchemeForm,
    data: dict[str, Any],
    currency: str,
    *,
    preview: Preview | None = None,
    wrong: RulesInvalid | None = None,
) -> HttpResponse:
    sections = rule_form.draw(data, currency, wrong)
    context = {
        "form": form,
        "sections": sections,
        "wrong": wrong,
        "wrong_at": rule_form.first_error(sections),
        "preview": preview,
        "currency": currency,
    }
    return render(request, "scheme/new.html", context, status=422 if wrong or form.errors else 200)

"""Finding a course."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

import ledger
from accounts.models import Learner
from brokerage.requesting import quote
from providers import search
from web.learner.access import for_learner
from web.learner.forms import SearchForm
from web.learner.wallet import Wallet, chosen, wallets

A_PAGE = 12


@require_safe
@for_learner
def courses(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Courses that can be joined, with what each would cost this learner. A fixed number of queries a page.

    What is wrong in the form is said beside it, and the rest of it is looked for all the same.
    """
    today = ledger.today()
    found = wallets(learner)
    wallet = chosen(found, request.GET.get("account", ""))
    form = SearchForm(request.GET, towns=search.towns(today), categories=search.categories(today))
    form.full_clean()
    filters = _filters(form.cleaned_data, wallet)
    page = Paginator(search.find(form.cleaned_data.get("q") or "", filters, today), A_PAGE).get_page(
        request.GET.get("page")
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "results": _priced(list(page.object_list), wallet),
        "wallet": wallet,
        "others": [other for other in found if other is not wallet],
        "query": kept.urlencode(),
    }
    live = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    response = render(request, "learner/results.html" if live else "learner/courses.html", context)
    # A browser that goes back must not take the fragment for the page.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _filters(wanted: dict[str, Any], wallet: Wallet | None) -> search.Filters:
    return search.Filters(
        category=wanted.get("category") or "",
        town=wanted.get("town") or "",
        mode=wanted.get("mode") or "",
        pattern=wanted.get("pattern") or "",
        level=wanted.get("level"),
        starts_from=wanted.get("starts_from"),
        max_price_minor=wallet.for_courses_minor if wallet and wanted.get("afford") else None,
        currency=wallet.currency if wallet else "GBP",
    )


def _priced(found: list[Any], wallet: Wallet | None) -> list[tuple[Any, Any, Any]]:
    """Each course with the first of its runs that fits, and what that run would cost the learner."""
    firsts = [(course, course.matching_runs[0]) for course in found if course.matching_runs]
    for course, run in firsts:
        run.course = course
    prices = quote(wallet.account, [run for _course, run in firsts]) if wallet else {}
    return [(course, run, prices.get(run.pk)) for course, run in firsts]

"""Finding a course, and what it costs this learner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner
from accounts.opening import open_to
from brokerage.models import Request
from brokerage.requesting import Draft, quote, submit
from config.refusals import Refusal, only
from providers import search
from providers.models import CourseRun
from providers.peers import price_against_peers
from providers.sale import why_not_on_sale
from web.learner.access import acting, for_learner
from web.learner.forms import AskForm, SearchForm
from web.learner.wallet import chosen, wallets

A_PAGE = 12


@require_safe
@for_learner
def courses(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Courses that can be joined, with what each would cost this learner. A fixed number of queries a page."""
    today = ledger.today()
    wallet = chosen(wallets(learner), request.GET.get("account", ""))
    form = SearchForm(request.GET or None, towns=search.towns(today), categories=search.categories(today))
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    filters = search.Filters(
        category=wanted.get("category") or "",
        town=wanted.get("town") or "",
        mode=wanted.get("mode") or "",
        pattern=wanted.get("pattern") or "",
        level=wanted.get("level"),
        starts_from=wanted.get("starts_from"),
        buyable=bool(wanted.get("afford")),
        max_price_minor=wallet.left_minor if wallet and wanted.get("afford") else None,
    )
    page = Paginator(search.find(wanted.get("q") or "", filters, today), A_PAGE).get_page(request.GET.get("page"))
    found: list[Any] = list(page.object_list)
    runs = [run for course in found for run in course.matching_runs[:1]]
    for course in found:
        for run in course.matching_runs[:1]:
            run.course = course
    prices = quote(wallet.account, runs) if wallet else {}
    results = [(course, run, prices.get(run.pk)) for course in found for run in course.matching_runs[:1]]
    left_out = request.GET.copy()
    left_out.pop("page", None)
    context = {"form": form, "page": page, "results": results, "wallet": wallet, "query": left_out.urlencode()}
    template = "learner/results.html" if request.htmx else "learner/courses.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@for_learner
def course_run(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One run: what it is, what it costs and why, and asking for it."""
    today = ledger.today()
    run = get_object_or_404(CourseRun.objects.select_related("course__provider", "venue"), pk=pk)
    wallet = chosen(wallets(learner), request.GET.get("account", ""))
    refused = why_not_on_sale([run], today).get(run.pk)
    priced = quote(wallet.account, [run]).get(run.pk) if wallet else None
    form = AskForm(request.POST or None)
    if request.method == "POST" and wallet and form.is_valid():
        try:
            asked = only(submit([Draft(wallet.account, run, form.cleaned_data["note"])], actor=acting(learner)))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your request is sent."))
            return redirect("learner:request", pk=asked.pk)
    context = {
        "run": run,
        "others": CourseRun.objects.listed(today)
        .filter(course=run.course_id)
        .exclude(pk=run.pk)
        .select_related("venue")[:6],
        "wallet": wallet,
        "quote": priced,
        "refused": refused,
        "peers": price_against_peers(run, today),
        "asked": Request.objects.of_learner(learner).filter(run=run, voucher=None).exclude(state="withdrawn").first(),
        "open_to": open_to(learner, today) if wallet is None else [],
        "form": form,
    }
    return render(request, "learner/course.html", context, status=422 if form.errors else 200)

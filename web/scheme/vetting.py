"""The vetting queue: which courses wait, one of them with what is needed to decide, and several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

import ledger
from accounts.models import SchemeManager
from config.refusals import Refusal
from providers import accreditation, vetting, vetting_queue
from providers.models import Accreditation, Course, CourseRun, CourseVetting, RunExtra
from providers.peers import alike
from providers.vetting_queue import Why
from web.pictures import Picture, price_among
from web.scheme.access import acting, for_manager
from web.scheme.vetting_forms import FilterForm, RulingForm
from web.scheme.vetting_rows import Row, dearest_first, rows_of

A_PAGE = 50
# Whose price is set beside those of others before the dearest are put first: so many of those that wait longest.
MOST_COMPARED = 300


@require_GET
@for_manager
def queue(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """The courses that somebody has to look at. A fixed number of queries."""
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    waiting = _narrowed(wanted)
    if wanted.get("order") == "dearest":
        found: Any = dearest_first(rows_of(vetting_queue.looks(waiting[:MOST_COMPARED])))
        page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
    else:
        page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
        rows = rows_of(vetting_queue.looks(page.object_list))
    context = {
        "form": form,
        "rows": rows,
        "page": page,
        "others": _others(request, page),
        "total": page.paginator.count,
    }
    return render(request, "scheme/vetting.html", context)


@require_http_methods(["GET", "POST"])
@for_manager
def course(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """One course: what it is, what it costs beside others, who offers it, and a decision."""
    rows = _rows([pk])
    form = RulingForm(request.POST or None, rows=rows)
    refused = None
    if request.method == "POST" and form.is_valid():
        [answer] = _decide(form, request, manager)
        if not isinstance(answer, Refusal):
            messages.success(request, _said([answer]))
            return redirect("scheme:vetting")
        form.say(answer, pk)
        refused = answer
        # What stands there now is what the next decision is made on.
        form.rows = rows = _rows([pk])
    context = {"form": form, "row": rows[0], "facts": _facts(rows[0]), "issuers": accreditation.issuers()}
    return render(request, "scheme/vetting_course.html", context, status=_status(form, refused))


@require_http_methods(["GET", "POST"])
@for_manager
def several(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """One decision about several courses of a provider."""
    sent = request.POST if request.method == "POST" else request.GET
    chosen = [_uuid(each) for each in sent.getlist("course")[:A_PAGE]]
    if not chosen:
        messages.error(request, _("Choose the courses that you want to decide on."))
        return redirect("scheme:vetting")
    rows = _rows(chosen)
    if len({row.course.provider_id for row in rows}) > 1:
        messages.error(request, _("Choose courses of one provider: the same is said to it about all of them."))
        return redirect("scheme:vetting")
    form = RulingForm(request.POST or None, rows=rows)
    refused = None
    if request.method == "POST" and form.is_valid():
        answers = _decide(form, request, manager)
        refusals = [(row, answer) for row, answer in zip(rows, answers, strict=True) if isinstance(answer, Refusal)]
        if decided := [answer for answer in answers if isinstance(answer, CourseVetting)]:
            messages.success(request, _said(decided))
        if not refusals:
            return redirect("scheme:vetting")
        refused = refusals[0][1]
        rows = _rows([row.course.pk for row, _refusal in refusals])
        form = RulingForm(request.POST, rows=rows)
        form.is_valid()
        for row, refusal in {str(refusal): (row, refusal) for row, refusal in refusals}.values():
            form.say(refusal, row.course.pk)
    context = {"form": form, "rows": rows, "provider": rows[0].course.provider, "issuers": accreditation.issuers()}
    return render(request, "scheme/vetting_several.html", context, status=_status(form, refused))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read before a decision about one course."""

    runs: list[CourseRun]
    extras: Sequence[Mapping[str, object]]
    picture: Picture | None
    decisions: list[CourseVetting]
    accreditations: list[Accreditation]
    of_provider: list[Accreditation]


def _facts(row: Row) -> Facts:
    """A fixed number of queries."""
    today, course = ledger.today(), row.course
    runs = CourseRun.objects.open_to_join(today).filter(course=course, withdrawn_at=None).select_related("venue")
    with_it = RunExtra.objects.offered().filter(run__course=course, run__withdrawn_at=None)
    extras = with_it.values("earmark", "title", "run__currency").annotate(most_minor=Max("price_minor"))
    peers = alike(row.offer, today) if row.peers else []
    return Facts(
        runs=list(runs.order_by("starts_on", "id")[:20]),
        extras=list(extras.order_by("earmark", "title")[:20]),
        picture=price_among(peers, row.offer) if peers else None,
        decisions=list(course.vettings.select_related("decided_by", "answered_by")[:10]),
        accreditations=list(course.accreditations.select_related("recorded_by").prefetch_related("evidence")),
        of_provider=list(course.provider.accreditations.select_related("recorded_by").prefetch_related("evidence")),
    )


def _narrowed(wanted: dict[str, Any]) -> QuerySet[Course]:
    today = ledger.today()
    if wanted.get("why") == "asked":
        rows = vetting_queue.with_providers(today)
    else:
        rows = vetting_queue.waiting(today)
        if wanted.get("why"):
            rows = vetting_queue.only_for(rows, Why(wanted["why"]))
    if words := (wanted.get("q") or "").strip():
        rows = rows.filter(Q(title__icontains=words) | Q(provider__name__icontains=words))
    return rows


def _others(request: HttpRequest, page: Page[Any]) -> dict[str, str]:
    """The addresses of the pages before and after this one, under the same filters."""
    found = {}
    for name, there, number in (
        ("before", page.has_previous(), page.number - 1),
        ("after", page.has_next(), page.number + 1),
    ):
        if there:
            query = request.GET.copy()
            query["page"] = str(number)
            found[name] = f"?{query.urlencode()}"
    return found


def _rows(pks: Sequence[UUID]) -> list[Row]:
    """These courses, in this order. Raises Http404 when one is none."""
    found = vetting_queue.look(pks, ledger.today())
    if not all(pk in found for pk in pks):
        raise Http404
    return rows_of([found[pk] for pk in dict.fromkeys(pks)])


def _decide(form: RulingForm, request: HttpRequest, manager: SchemeManager) -> list[CourseVetting | Refusal]:
    seen = {row.course.pk: request.POST.get(f"seen-{row.course.pk}", "") for row in form.rows}
    return vetting.decide(form.rulings(seen), by=manager.user_id, actor=acting(manager))


def _said(decided: Sequence[CourseVetting]) -> str:
    if len(decided) > 1:
        return ngettext("Decided on {count} course.", "Decided on {count} courses.", len(decided)).format(
            count=len(decided)
        )
    [one] = decided
    sentences = {
        CourseVetting.Decision.ACCEPTED: _("“{course}” is accepted."),
        CourseVetting.Decision.ASKED: _("The provider of “{course}” can read your question now."),
        CourseVetting.Decision.DECLINED: _("“{course}” is declined. The provider can read why."),
    }
    return sentences[CourseVetting.Decision(one.decision)].format(course=one.title)


def _status(form: RulingForm, refused: Refusal | None) -> int:
    return refused.status if refused else 422 if form.errors else 200


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None

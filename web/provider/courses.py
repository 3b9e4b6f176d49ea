"""A provider's courses and their dates: what is on sale or why not, and forms to put it right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import ledger
from config.refusals import Refusal
from providers import publishing
from providers.listings import ExtraListing
from providers.models import Course, CourseRun, Role, Staff
from providers.sale import why_not_on_sale
from providers.standing import courses_of, standing_of
from web.provider.access import acting, for_staff
from web.provider.catalogue_forms import CourseForm, RunForm, say

A_PAGE = 20
RUNS_A_PAGE = 20


@require_safe
@for_staff(Role.COURSES)
def courses(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All courses, the last changed first, with how each stands. A fixed number of queries a page."""
    today, words, shown = ledger.today(), request.GET.get("q", "")[:200], request.GET.get("show", "")
    narrowed: dict[str, dict[str, Any]] = {
        "on_sale": {"on_sale": True},
        "not_on_sale": {"on_sale": False, "withdrawn": False},
        "withdrawn": {"withdrawn": True},
    }
    found = courses_of(staff.provider, today, title=words, **narrowed.get(shown, {"withdrawn": False}))
    ordered = found.defer("search", "description", "summary", "keywords").order_by("-published_at", "-id")
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    standing = standing_of(rows, today)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": page,
        "courses": [(course, standing[course.pk]) for course in rows],
        "words": words,
        "shown": shown if shown in narrowed else "",
        "choices": _choices(),
        "query": kept.urlencode(),
    }
    return render(request, "provider/courses.html", context)


@require_safe
@for_staff(Role.COURSES)
def course(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """One course with all its dates, and how each stands. A fixed number of queries a page."""
    return _show(request, _course(staff, pk))


@for_staff(Role.COURSES)
def new_course(request: HttpRequest, staff: Staff) -> HttpResponse:
    return _edit_course(request, staff, None)


@for_staff(Role.COURSES)
def change_course(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    return _edit_course(request, staff, _course(staff, pk))


@for_staff(Role.COURSES)
def new_run(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    return _edit_run(request, staff, _course(staff, pk), None)


@for_staff(Role.COURSES)
def change_run(request: HttpRequest, staff: Staff, pk: UUID, run_pk: UUID) -> HttpResponse:
    found = _course(staff, pk)
    return _edit_run(request, staff, found, _run(found, run_pk))


@require_POST
@for_staff(Role.COURSES)
def withdraw_course(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    found = _course(staff, pk)
    return _withdraw(
        request,
        found,
        lambda: publishing.withdraw_course(staff.provider, found.identifier, actor=acting(staff)),
        _("The course is withdrawn. Vouchers that learners have for it still count."),
    )


@require_POST
@for_staff(Role.COURSES)
def withdraw_run(request: HttpRequest, staff: Staff, pk: UUID, run_pk: UUID) -> HttpResponse:
    found = _course(staff, pk)
    run = _run(found, run_pk)
    return _withdraw(
        request,
        found,
        lambda: publishing.withdraw_run(staff.provider, found.identifier, run.identifier, actor=acting(staff)),
        _("These dates are withdrawn. Vouchers that learners have for them still count."),
    )


def _withdraw(request: HttpRequest, found: Course, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return _show(request, found, refused=refusal)
    messages.success(request, said)
    return redirect("provider:course", pk=found.pk)


def _show(request: HttpRequest, found: Course, *, refused: Refusal | None = None) -> HttpResponse:
    today = ledger.today()
    ordered = found.runs.select_related("venue").prefetch_related("extras").order_by("-starts_on", "-id")
    page = Paginator(ordered, RUNS_A_PAGE).get_page(request.GET.get("page"))
    runs = list(page.object_list)
    why_not = why_not_on_sale(runs, today)
    context = {
        "course": found,
        "standing": standing_of([found], today)[found.pk],
        "page": page,
        "runs": [(run, why_not.get(run.pk)) for run in runs],
        "refused": refused,
    }
    return render(request, "provider/course.html", context, status=refused.status if refused else 200)


def _edit_course(request: HttpRequest, staff: Staff, found: Course | None) -> HttpResponse:
    form = CourseForm(request.POST or None, initial=CourseForm.about(found))
    if request.method == "POST" and form.is_valid():
        listing = form.listing()
        if found is not None:
            listing = replace(listing, identifier=found.identifier)
        try:
            put = publishing.put_course(staff.provider, listing, actor=acting(staff))
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("provider:course", pk=put.row.pk)
    status = 422 if form.errors else 200
    return render(request, "provider/course_form.html", {"form": form, "course": found}, status=status)


def _edit_run(request: HttpRequest, staff: Staff, course: Course, found: CourseRun | None) -> HttpResponse:
    form = RunForm(request.POST or None, initial=RunForm.about(found))
    if request.method == "POST" and form.is_valid():
        listing = form.listing(course.identifier, _extras(found))
        if found is not None:
            listing = replace(listing, identifier=found.identifier)
        try:
            publishing.put_run(staff.provider, listing, actor=acting(staff))
        except Refusal as refusal:
            say(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("provider:course", pk=course.pk)
    status = 422 if form.errors else 200
    return render(request, "provider/run_form.html", {"form": form, "course": course, "run": found}, status=status)


def _extras(run: CourseRun | None) -> tuple[ExtraListing, ...]:
    if run is None:
        return ()
    return tuple(ExtraListing(each.earmark, each.title, each.price_minor) for each in run.extras.offered())


def _course(staff: Staff, pk: UUID) -> Course:
    found = Course.objects.filter(provider=staff.provider_id, pk=pk).defer("search").first()
    if found is None:
        raise Http404
    return found


def _run(course: Course, pk: UUID) -> CourseRun:
    found = course.runs.filter(pk=pk).select_related("venue").first()
    if found is None:
        raise Http404
    return found


def _choices() -> list[tuple[str, str]]:
    return [
        ("", _("All")),
        ("on_sale", _("On sale")),
        ("not_on_sale", _("Not on sale")),
        ("withdrawn", _("Withdrawn")),
    ]

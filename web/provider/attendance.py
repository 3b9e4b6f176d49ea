"""The register: who came to a session of a course, said for all its learners in one post, corrected the same way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Look
from config.refusals import Refusal
from providers.models import CourseRun, Role, Staff
from vouchers import attending
from vouchers.attendance import AttendanceRecord, Attended
from vouchers.attending import Attendance, Rate
from vouchers.models import State, Voucher
from web.provider.access import acting, for_staff, looked_at
from web.provider.voucher_forms import SessionForm

_HERE = (State.STARTED, State.COMPLETED)


@dataclass(slots=True)
class Row:
    """One learner in the register: what is ticked, how often they came so far, and why a tick was refused."""

    voucher: Voucher
    ticked: str
    rate: Rate
    error: str = ""


@require_safe
@for_staff(Role.DELIVERY)
def registers(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The course runs that somebody is on, those that end first first."""
    return render(request, "provider/registers.html", {"runs": _runs(staff).order_by("ends_on", "id")})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.DELIVERY)
def register(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """A session's register. What can be recorded is; what cannot says why beside its learner."""
    run = _run(staff, pk)
    form, day = _session(request, run)
    vouchers = _learners(staff, run)
    said = {voucher.code: request.POST.get(f"attended-{voucher.code}", "") for voucher in vouchers}
    errors: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        lines = [Attendance(code, day, Attended(word)) for code, word in said.items() if word in Attended.values]
        answers = attending.record(lines, by=staff.provider, actor=acting(staff))
        for line, answer in zip(lines, answers, strict=True):
            if isinstance(answer, Refusal):
                errors[line.voucher] = str(answer)
        if done := len(lines) - len(errors):
            words = ngettext("Recorded for {number} learner.", "Recorded for {number} learners.", done)
            messages.success(request, words.format(number=done))
        if not errors:
            return redirect(f"{reverse('provider:register', args=[pk])}?day={day:%Y-%m-%d}")
    looked_at(request, Look.What.ATTENDANCE, vouchers)
    records = _on(vouchers, day)
    rates = attending.rates([voucher.pk for voucher in vouchers])
    rows = [
        Row(
            voucher,
            said[voucher.code] or (records[voucher.pk].attended if voucher.pk in records else ""),
            rates[voucher.pk],
            errors.get(voucher.code, ""),
        )
        for voucher in vouchers
    ]
    context = {"run": run, "form": form, "day": day, "rows": rows, "choices": Attended.choices, "errors": errors}
    return render(request, "provider/register.html", context, status=422 if errors or form.errors else 200)


@require_safe
@for_staff(Role.DELIVERY)
def printed(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """The same on paper, to be ticked by hand in the room."""
    run = _run(staff, pk)
    _form, day = _session(request, run)
    vouchers = _learners(staff, run)
    looked_at(request, Look.What.ATTENDANCE, vouchers)
    return render(request, "provider/register_printed.html", {"run": run, "day": day, "vouchers": vouchers})


def _runs(staff: Staff) -> QuerySet[CourseRun]:
    here = Q(vouchers__provider=staff.provider, vouchers__state__in=_HERE)
    return CourseRun.objects.filter(here).annotate(learners=Count("vouchers", filter=here)).select_related("course")


def _run(staff: Staff, pk: UUID) -> CourseRun:
    """A course run that somebody is on with a voucher made out to this provider."""
    run = _runs(staff).select_related("venue").filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def _learners(staff: Staff, run: CourseRun) -> list[Voucher]:
    found = Voucher.objects.made_out_to(staff.provider).filter(run=run, state__in=_HERE)
    return list(found.select_related("learner").order_by("learner__family_name", "learner__given_name", "id"))


def _session(request: HttpRequest, run: CourseRun) -> tuple[SessionForm, dt.date]:
    """The day that was asked for; unless told, today, or the last day of a run that is over."""
    given = request.POST if request.method == "POST" else request.GET
    usual = min(ledger.today(), run.ends_on)
    form = SessionForm(given if "day" in given else {"day": usual.isoformat()})
    return form, form.cleaned_data["day"] if form.is_valid() else usual


def _on(vouchers: list[Voucher], day: dt.date) -> dict[UUID, AttendanceRecord]:
    found = AttendanceRecord.objects.standing().filter(voucher__in=vouchers, day=day).order_by()
    return {record.voucher_id: record for record in found}

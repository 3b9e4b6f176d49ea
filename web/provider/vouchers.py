"""A provider's vouchers by what is to be done with them, several at once, and the page of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import ledger
from accounts.models import Look
from config.ids import grouped, read_code
from config.refusals import Refusal, only
from providers.models import Role, Staff
from vouchers import delivery, earning, ending, receipts
from vouchers.attending import Rate
from vouchers.delivery import Declaration
from vouchers.ending import CANCELLABLE, Cancellation
from vouchers.models import (
    CancelReason,
    Control,
    Milestone,
    MilestoneState,
    State,
    Voucher,
    VoucherQuerySet,
)
from web.learner.saying import journey, standing
from web.provider import voucher_saying as saying
from web.provider.access import acting, for_staff, looked_at
from web.provider.voucher_forms import CancelForm, DayForm

PAGE = 50

# The lists, in the order of a voucher's life: name, label.
STAGES: dict[str, str | Promise] = {
    "accept": gettext_lazy("To accept"),
    "start": gettext_lazy("To start"),
    "running": gettext_lazy("Running"),
    "redeem": gettext_lazy("To redeem"),
    "closed": gettext_lazy("Closed"),
    "all": gettext_lazy("All"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A voucher that something could not be done with, and why."""

    voucher: Voucher | None
    code: str
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.DELIVERY)
def voucher_list(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The vouchers of one stage; those ticked are accepted, or started on a day, each judged on its own."""
    given = request.POST if request.method == "POST" else request.GET
    stage = given.get("stage", "accept" if not given.get("q") else "all")
    if stage not in STAGES:
        raise Http404
    today = ledger.today()
    form = DayForm(request.POST if stage == "start" and request.method == "POST" else None, today=today)
    refused: list[Refused] = []
    if request.method == "POST" and (stage == "accept" or (stage == "start" and form.is_valid())):
        codes = request.POST.getlist("code")
        day = form.cleaned_data["occurred_on"] if stage == "start" else None
        refused = _do(request, staff, codes, day)
        if not refused:
            return redirect(f"{request.path}?stage={stage}")
    words = "".join(letter for letter in given.get("q", "")[:100] if letter.isprintable()).strip()
    found = _of_stage(Voucher.objects.made_out_to(staff.provider), stage)
    found = found.of_somebody_called(words) if words else found
    found = found.select_related("run__course", "learner", "learning_account__scheme").order_by(*_order(stage))
    page = Paginator(found, PAGE).get_page(given.get("page"))
    looked_at(request, Look.What.VOUCHERS, page)
    context = {
        "stage": stage,
        "stages": STAGES,
        "q": words,
        "page": page,
        "rows": [(voucher, grouped(voucher.code), standing(voucher)) for voucher in page],
        "form": form if stage == "start" else None,
        "refused": refused,
        "ticked": set(request.POST.getlist("code")),
        "now": ledger.now(),
    }
    return render(request, "provider/vouchers.html", context, status=422 if refused or form.errors else 200)


@require_safe
@for_staff(Role.DELIVERY)
def voucher_page(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    return _show(request, mine(staff, code))


@require_POST
@for_staff(Role.DELIVERY)
def accept(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    voucher = mine(staff, code)
    try:
        only(delivery.accept([voucher.code], by=staff.provider, actor=acting(staff)))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have accepted the voucher. The learner is told."))
    return redirect("provider:voucher", code=voucher.code)


@require_POST
@for_staff(Role.DELIVERY)
def declare(request: HttpRequest, staff: Staff, code: str, number: int) -> HttpResponse:
    """Say that a step was reached, and when; the learner is then asked to confirm it."""
    voucher = mine(staff, code)
    form = DayForm(request.POST, today=ledger.today())
    if form.is_valid():
        declaration = Declaration(voucher.code, number, form.cleaned_data["occurred_on"])
        try:
            only(delivery.declare([declaration], by=staff.provider, actor=acting(staff)))
        except Refusal as refusal:
            form.add_error("occurred_on" if refusal.field == "occurred_on" else None, str(refusal))
        else:
            messages.success(request, _("Thank you. The learner is asked to confirm it."))
            return redirect("provider:voucher", code=voucher.code)
    return _show(request, voucher, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.DELIVERY)
def cancel(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """Call a voucher off: what becomes of the money first, then why, then the button."""
    voucher = mine(staff, code)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if voucher.state not in CANCELLABLE:
        return redirect("provider:voucher", code=voucher.code)
    if request.method == "POST" and form.is_valid():
        cancellation = Cancellation(voucher.code, CancelReason(form.cleaned_data["reason"]))
        try:
            only(ending.cancel([cancellation], by=staff.provider, actor=acting(staff)))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The voucher is cancelled. The money is on its way back."))
            return redirect("provider:voucher", code=voucher.code)
    context = {"voucher": voucher, "form": form, "left_minor": _left(voucher)}
    return render(request, "provider/cancel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.DELIVERY)
def decline(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """Not take the learner on: what happens first, then the button."""
    voucher = mine(staff, code)
    if voucher.state != State.ISSUED:
        return redirect("provider:voucher", code=voucher.code)
    if request.method == "POST":
        try:
            only(delivery.decline([voucher.code], by=staff.provider, actor=acting(staff)))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have declined the voucher. The money is on its way back."))
        return redirect("provider:voucher", code=voucher.code)
    return render(request, "provider/decline.html", {"voucher": voucher, "left_minor": _left(voucher)})


@require_safe
@for_staff(Role.DELIVERY)
def receipt(request: HttpRequest, staff: Staff, code: str) -> HttpResponse:
    """The proof of what concerns the provider of a voucher, as a file."""
    voucher = mine(staff, code)
    try:
        content = receipts.of_voucher(voucher.code, by=staff.provider).as_json()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("provider:voucher", code=voucher.code)
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="receipt-{voucher.code}.json"'
    return response


def mine(staff: Staff, code: str) -> Voucher:
    """The voucher if it is made out to this provider; not mine looks like does not exist."""
    found = Voucher.objects.made_out_to(staff.provider).filter(code=read_code(code) or "")
    voucher = found.select_related("run__course", "run__venue", "learner", "learning_account__scheme").first()
    if voucher is None:
        raise Http404
    return voucher


def refusals_of(staff: Staff, codes: Sequence[str], answers: Sequence[Any]) -> list[Refused]:
    """The lines that were refused, with the vouchers they are about where these are ours: at most one query."""
    refused = [(code, answer) for code, answer in zip(codes, answers, strict=True) if isinstance(answer, Refusal)]
    if not refused:
        return []
    known = {code: read for code, _answer in refused if (read := read_code(code))}
    mine = Voucher.objects.made_out_to(staff.provider).filter(code__in=known.values()).select_related("learner")
    by_code = {voucher.code: voucher for voucher in mine.order_by("id")}
    return [Refused(by_code.get(known.get(code, "")), code[:40], str(answer)) for code, answer in refused]


def _do(request: HttpRequest, staff: Staff, codes: Sequence[str], day: dt.date | None) -> list[Refused]:
    """Accept the vouchers, or with a day, start them; a message says how many, and the answer which were refused."""
    if not codes:
        messages.warning(request, _("Tick at least one voucher first."))
        return []
    actor = acting(staff)
    answers: Sequence[Voucher | Milestone | Refusal]
    if day is None:
        answers = delivery.accept(codes, by=staff.provider, actor=actor)
    else:
        answers = delivery.start(codes, occurred_on=day, by=staff.provider, actor=actor)
    refused = refusals_of(staff, codes, answers)
    if done := len(answers) - len(refused):
        said = (
            ngettext("{number} voucher accepted.", "{number} vouchers accepted.", done)
            if day is None
            else ngettext("{number} learner started.", "{number} learners started.", done)
        )
        messages.success(request, said.format(number=done))
    return refused


def _of_stage(vouchers: VoucherQuerySet, stage: str) -> VoucherQuerySet:
    if stage == "redeem":
        return vouchers.with_money_due()
    if stage == "running":
        return vouchers.in_delivery()
    states = {"accept": State.ISSUED, "start": State.ACCEPTED, "closed": State.CLOSED}
    return vouchers.filter(state=states[stage]) if stage in states else vouchers


def _order(stage: str) -> tuple[str, ...]:
    """What has to be done first comes first; what is over, latest first."""
    return {
        "accept": ("accept_by", "id"),
        "start": ("run__starts_on", "id"),
        "running": ("run__ends_on", "id"),
        "redeem": ("expires_at", "id"),
        "closed": ("-closed_at", "-id"),
        "all": ("-issued_at", "-id"),
    }[stage]


def _show(request: HttpRequest, voucher: Voucher, form: DayForm | None = None) -> HttpResponse:
    looked_at(request, Look.What.VOUCHER, [voucher])
    today = ledger.today()
    steps = list(voucher.milestones.order_by("number"))
    redeemed = {made.milestone_id: made for made in voucher.redemptions.live()}
    clear = voucher.control == Control.CLEAR
    in_delivery = voucher.state in (State.STARTED, State.COMPLETED)
    open_to = voucher.state in (State.ACCEPTED, State.STARTED) and clear
    planned = next((one for one in steps if one.state == MilestoneState.PLANNED), None) if open_to else None
    attendance = list(voucher.attendance.standing())
    context = {
        "voucher": voucher,
        "code": grouped(voucher.code),
        "journey": journey(voucher),
        "standing": standing(voucher),
        "next": saying.happens_next(voucher, steps, today),
        "clear": clear,
        "steps": [(one, saying.step(one), redeemed.get(one.pk)) for one in steps],
        "planned": planned if planned is None or planned.number > 1 or voucher.run.starts_on <= today else None,
        "form": form or DayForm(today=today),
        "due_minor": earning.due_now([voucher])[voucher.pk] if in_delivery and clear else 0,
        "paid_minor": sum(made.amount_minor for made in redeemed.values()),
        "left_minor": _left(voucher),
        "extras": voucher.extras.all(),
        "cancellable": voucher.state in CANCELLABLE and clear,
        "asked": voucher.asked.open().first(),
        "attendance": attendance,
        "rate": Rate.of(attendance),
        "now": ledger.now(),
    }
    return render(request, "provider/voucher.html", context, status=422 if form and form.errors else 200)


def _left(voucher: Voucher) -> int:
    return ledger.balances([voucher.account_id])[voucher.account_id]

"""Payouts: a manager prepares what the scheme owes its providers, another approves it, and the bank answers."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Scheme, SchemeManager
from config.refusals import Refusal
from payments.bank_answers import MOST_BYTES
from vouchers.models import PayoutLine
from vouchers.paying import approving, preparing, sending, settling
from vouchers.paying.settling import Heard
from vouchers.payouts import Payout, PayoutRun, PayoutState, RunState
from web.scheme.access import acting, for_scheme

A_PAGE = 20
_PAID = Q(payouts__state__in=[state for state in PayoutState if state != PayoutState.CANCELLED])


class AnswerForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The bank's answer"),
        help_text=gettext_lazy("A file of the kind pain.002, camt.053 or camt.054. The same file twice does no harm."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> bytes:
        return bytes(self.cleaned_data["file"].read(MOST_BYTES + 1))


@require_http_methods(["GET", "POST"])
@for_scheme
def payouts(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """What would be paid now, the runs so far, and what came back; a POST prepares a run."""
    if request.method == "POST":
        try:
            made = preparing.prepare(scheme, by=manager.user, actor=acting(manager))
        except Refusal as refusal:
            return _list(request, scheme, refused=refusal)
        messages.success(request, _("Prepared. Another manager has to approve it now."))
        return redirect("scheme:payout-run", slug=scheme.slug, pk=made.pk)
    return _list(request, scheme)


@require_POST
@for_scheme
def answer(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """Take in what the bank says of payouts."""
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, scheme, form=form)
    try:
        heard = settling.hear(form.cleaned_data["file"], actor=acting(manager), about=scheme)
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return _list(request, scheme, form=form)
    _say(request, heard)
    return redirect("scheme:payouts", slug=scheme.slug)


@require_GET
@for_scheme
def run(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """One run: what it pays to whom, what it leaves out and why, and what can be done with it."""
    return _show(request, manager, scheme, _run_of(scheme, pk))


@require_POST
@for_scheme
def decide(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Approve a run, send it to the bank, or cancel it."""
    found, actor = _run_of(scheme, pk), acting(manager)
    decisions: dict[str, tuple[Callable[[], PayoutRun], str]] = {
        "approve": (
            lambda: approving.approve(pk, by=manager.user, actor=actor),
            _("Approved. It can be sent to the bank now."),
        ),
        "send": (lambda: sending.send(pk, actor=actor), _("Sent to the bank.")),
        "cancel": (
            lambda: approving.cancel(pk, actor=actor),
            _("Cancelled. What it was to pay goes into the next run."),
        ),
    }
    if request.POST.get("answer") not in decisions:
        raise Http404
    act, said = decisions[request.POST["answer"]]
    try:
        decided = act()
    except Refusal as refusal:
        return _show(request, manager, scheme, found, refused=refusal)
    if request.POST["answer"] == "send" and decided.state == RunState.CANCELLED:
        messages.warning(request, _("Nothing of it could be paid any more, so it was cancelled. See below why."))
    else:
        messages.success(request, said)
    return redirect("scheme:payout-run", slug=scheme.slug, pk=pk)


@require_GET
@for_scheme
def file(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """The file for the bank."""
    found = _run_of(scheme, pk)
    try:
        body = sending.file(found)
    except Refusal as refusal:
        return _show(request, manager, scheme, found, refused=refusal)
    headers = {"Content-Disposition": f'attachment; filename="{found.message_id}.xml"'}
    return HttpResponse(body, content_type="application/xml", headers=headers)


def _run_of(scheme: Scheme, pk: UUID) -> PayoutRun:
    found = scheme.payout_runs.select_related("scheme", "prepared_by", "approved_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _list(
    request: HttpRequest, scheme: Scheme, *, refused: Refusal | None = None, form: AnswerForm | None = None
) -> HttpResponse:
    """Twelve queries or fewer, however many runs there are."""
    runs = scheme.payout_runs.select_related("prepared_by", "approved_by").annotate(
        count=Count("payouts", filter=_PAID), total_minor=Sum("payouts__amount_minor", filter=_PAID, default=0)
    )
    returned = Payout.objects.filter(run__scheme=scheme, state=PayoutState.RETURNED).select_related("provider")
    look = preparing.outlook(scheme)
    context = {
        "scheme": scheme,
        "currency": scheme.currency,
        "open_run": scheme.payout_runs.open().first(),
        "look": look,
        "left_out": [(reason.label, amount) for reason, amount in look.left_out.items()],
        "page": Paginator(runs.order_by("-prepared_at", "-pk"), A_PAGE).get_page(request.GET.get("page")),
        "returned": returned.order_by("-ended_at")[:A_PAGE],
        "form": form or AnswerForm(),
        "refused": refused,
    }
    status = refused.status if refused else 422 if form is not None else 200
    return render(request, "scheme/payouts.html", context, status=status)


def _show(
    request: HttpRequest, manager: SchemeManager, scheme: Scheme, found: PayoutRun, *, refused: Refusal | None = None
) -> HttpResponse:
    """Six queries, however much it pays."""
    if refused:
        found.refresh_from_db(fields=["state"])
    paid = list(found.payouts.select_related("provider").order_by("provider__name", "pk"))
    lines = PayoutLine.objects.filter(payout__run=found).exclude(left_out="")
    context = {
        "scheme": scheme,
        "run": found,
        "currency": found.currency,
        "payouts": paid,
        "total_minor": sum(payout.amount_minor for payout in paid if payout.state != PayoutState.CANCELLED),
        "left_out": list(found.left_out.select_related("provider").order_by("provider__name", "pk")),
        "taken_out": list(lines.select_related("payout__provider", "redemption__voucher")),
        "mine": found.prepared_by_id == manager.user_id,
        "steps": _steps(found),
        "refused": refused,
    }
    return render(request, "scheme/payout_run.html", context, status=refused.status if refused else 200)


def _steps(found: PayoutRun) -> list[tuple[str, str]]:
    """The way of a run to the bank, for `journey`."""
    if found.state == RunState.CANCELLED:
        return []
    labels = [_("Prepared"), _("Approved"), _("Sent to the bank"), _("Paid")]
    done = [RunState.PREPARED, RunState.APPROVED, RunState.SENT, RunState.CLOSED].index(RunState(found.state))
    return [
        (label, "done" if place <= done else "now" if place == done + 1 else "later")
        for place, label in enumerate(labels)
    ]


def _say(request: HttpRequest, heard: Heard) -> None:
    """What followed from a bank's answer."""
    settled, returned = len(heard.settled), len(heard.returned)
    if settled:
        messages.success(request, ngettext("{n} payout is paid.", "{n} payouts are paid.", settled).format(n=settled))
    if returned:
        said = ngettext(
            "{n} payout came back. It is owed again, and the next run pays it.",
            "{n} payouts came back. They are owed again, and the next run pays them.",
            returned,
        )
        messages.warning(request, said.format(n=returned))
    for one, problem in heard.problems[:A_PAGE]:
        messages.error(
            request,
            _("Nothing followed from what it says of {reference}: {why}.").format(
                reference=one.reference, why=problem.label
            ),
        )
    if not (settled or returned or heard.problems):
        messages.info(request, _("There is nothing new in this file."))

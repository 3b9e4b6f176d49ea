"""A learner's voucher: paying their share, showing it, and confirming what happened."""

from __future__ import annotations

from uuid import UUID

import segno
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

import ledger
from accounts.models import Learner
from config.ids import grouped
from config.refusals import Refusal, only
from vouchers import confirmation, copayment, ending
from vouchers.confirmation import Confirmation
from vouchers.models import Factor, Milestone, MilestoneState, State, Voucher
from web.learner.access import acting, for_learner, shown_to_be_them
from web.learner.forms import ReasonForm
from web.learner.saying import journey, standing


@require_GET
@for_learner
def voucher_page(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    voucher = _mine(learner, pk)
    context = {
        "voucher": voucher,
        "code": grouped(voucher.code),
        "qr": qr(f"{settings.PUBLIC_URL}{reverse('learner:voucher', args=[pk])}"),
        "journey": journey(voucher),
        "standing": standing(voucher),
        "left_minor": ledger.balances([voucher.account_id])[voucher.account_id],
        "milestones": list(voucher.milestones.order_by("number")),
        "paid_minor": sum(voucher.redemptions.live().values_list("amount_minor", flat=True)),
        "may_withdraw": _may_withdraw(voucher),
        "now": ledger.now(),
    }
    return render(request, "learner/voucher.html", context)


@require_http_methods(["GET", "POST"])
@for_learner
def pay(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """What is to be paid, and on to the gateway's page."""
    voucher = _mine(learner, pk)
    if voucher.state != State.RESERVED:
        return redirect("learner:voucher", pk=pk)
    if request.method == "POST":
        here = settings.PUBLIC_URL + reverse("learner:paid", args=[pk])
        back = settings.PUBLIC_URL + reverse("learner:pay", args=[pk])
        try:
            checkout = copayment.begin(voucher, success_url=here, cancel_url=back, actor=acting(learner))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect(checkout.url)
    return render(request, "learner/pay.html", {"voucher": voucher, "now": ledger.now()})


@require_GET
@for_learner
def paid(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Back from the gateway: the voucher is issued when the gateway's message has come, not before."""
    voucher = _mine(learner, pk)
    if voucher.state != State.RESERVED:
        messages.success(request, _("Your payment has arrived."))
        return redirect("learner:voucher", pk=pk)
    return render(request, "learner/paid.html", {"voucher": voucher})


@require_http_methods(["GET", "POST"])
@for_learner
@shown_to_be_them
def confirm(request: HttpRequest, learner: Learner, pk: UUID, number: int) -> HttpResponse:
    """One thing: is it right what the provider says? With the learner's own factor, shortly before."""
    voucher, milestone = _declared(learner, pk, number)
    if request.method == "POST":
        given = Confirmation(pk, number, _factor(request))
        try:
            only(confirmation.confirm([given], learner=learner, actor=acting(learner)))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. You have confirmed it."))
        return redirect("learner:voucher", pk=pk)
    return render(request, "learner/confirm.html", {"voucher": voucher, "milestone": milestone, "now": ledger.now()})


@require_http_methods(["GET", "POST"])
@for_learner
def dispute(request: HttpRequest, learner: Learner, pk: UUID, number: int) -> HttpResponse:
    voucher, milestone = _declared(learner, pk, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confirmation.dispute(pk, number, form.cleaned_data["reason"], learner=learner, actor=acting(learner))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Nothing is paid until this has been looked at."))
            return redirect("learner:voucher", pk=pk)
    context = {"voucher": voucher, "milestone": milestone, "form": form}
    return render(request, "learner/dispute.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_learner
def withdraw(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Change one's mind: the consequence first, then the button."""
    voucher = _mine(learner, pk)
    if request.method == "POST":
        try:
            ending.withdraw(pk, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You have withdrawn. The money is on its way back."))
        return redirect("learner:voucher", pk=pk)
    return render(request, "learner/withdraw.html", {"voucher": voucher})


def qr(address: str) -> SafeString:
    """A QR code of an address, as an inline picture without styles of its own. The address is ours."""
    code = segno.make(address, error="m")
    return mark_safe(code.svg_inline(border=0, omitsize=True, title=_("QR code that opens this voucher")))


def _mine(learner: Learner, pk: UUID) -> Voucher:
    """The voucher if it is this learner's; not mine looks like does not exist."""
    voucher = (
        Voucher.objects.of_learner(learner)
        .filter(pk=pk)
        .select_related("run__course__provider", "run__venue", "rule_version", "learning_account__scheme", "learner")
        .first()
    )
    if voucher is None:
        raise Http404
    return voucher


def _declared(learner: Learner, pk: UUID, number: int) -> tuple[Voucher, Milestone]:
    voucher = _mine(learner, pk)
    milestone = voucher.milestones.filter(number=number, state=MilestoneState.DECLARED).first()
    if milestone is None:
        raise Http404
    return voucher, milestone


def _may_withdraw(voucher: Voucher) -> bool:
    if voucher.state not in (State.RESERVED, State.ISSUED, State.ACCEPTED):
        return False
    days = voucher.rule_version.parsed.delivery.cooling_off_days
    return voucher.issued_at is None or (ledger.now() - voucher.issued_at).days < days


def _factor(request: HttpRequest) -> Factor:
    """What the learner last showed that it is them with, in this session."""
    methods = [record.get("method") for record in get_authentication_records(request)]
    return Factor.TOTP if methods and methods[-1] == "mfa" else Factor.PASSWORD

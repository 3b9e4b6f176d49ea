"""Redeeming: all that a provider is due now, scheme by scheme, with one button, and what came of each voucher."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Look, Scheme
from config.ids import grouped
from config.refusals import Refusal
from providers.models import Role, Staff
from vouchers import earning, redemption
from vouchers.models import Voucher
from vouchers.redemption import Line, Redeemed
from web.provider.access import acting, for_staff, looked_at
from web.provider.vouchers import refusals_of

# As many as fit a page that somebody still looks through; what is left is on the page that comes after.
AT_ONCE = 200


@dataclass(slots=True)
class Owed:
    """What one scheme owes for the vouchers on the page: how many, and how much in minor units of its currency."""

    scheme: Scheme
    count: int = 0
    amount_minor: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.DELIVERY)
def redeem(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What is ticked is redeemed, and nothing that became due since the page was made. Sent twice, it is paid once."""
    if request.method == "POST":
        codes = request.POST.getlist("code")[:AT_ONCE]
        if not codes:
            messages.warning(request, _("Tick at least one voucher first."))
            return redirect("provider:redeem")
        return _outcome(request, staff, codes)
    due = Voucher.objects.made_out_to(staff.provider).with_money_due()
    found = list(due.select_related("run__course", "learner", "learning_account__scheme").order_by("id")[: AT_ONCE + 1])
    shown = found[:AT_ONCE]
    looked_at(request, Look.What.VOUCHERS, shown)
    due_now = earning.due_now(shown)
    owed: dict[object, Owed] = {}
    rows = []
    for voucher in shown:
        amount = due_now[voucher.pk]
        scheme = voucher.learning_account.scheme
        line = owed.setdefault(scheme.pk, Owed(scheme))
        line.count, line.amount_minor = line.count + 1, line.amount_minor + amount
        rows.append((voucher, grouped(voucher.code), amount))
    context = {"rows": rows, "owed": owed.values(), "more": len(found) > AT_ONCE}
    return render(request, "provider/redeem.html", context)


def _outcome(request: HttpRequest, staff: Staff, codes: list[str]) -> HttpResponse:
    answers = redemption.redeem([Line(code) for code in codes], by=staff.provider, actor=acting(staff))
    redeemed = [answer for answer in answers if isinstance(answer, Redeemed)]
    names = Voucher.objects.select_related("learner").in_bulk([answer.voucher.pk for answer in redeemed])
    owed: dict[object, Owed] = {}
    rows = []
    for answer in redeemed:
        amount = sum(made.amount_minor for made in answer.redemptions)
        scheme = answer.voucher.learning_account.scheme
        line = owed.setdefault(scheme.pk, Owed(scheme))
        line.count, line.amount_minor = line.count + 1, line.amount_minor + amount
        rows.append((names[answer.voucher.pk], grouped(answer.voucher.code), amount))
    refused = refusals_of(staff, codes, [answer if isinstance(answer, Refusal) else None for answer in answers])
    context = {"rows": rows, "owed": owed.values(), "refused": refused}
    return render(request, "provider/redeemed.html", context, status=422 if refused and not redeemed else 200)

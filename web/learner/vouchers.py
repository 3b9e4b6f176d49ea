"""A learner's voucher: what it is, where it stands, and changing one's mind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner, Purse
from config.ids import grouped
from config.refusals import Refusal
from ledger import statements
from providers.models import Provider
from vouchers import ending, feeding_back
from vouchers.asking import UNDER_WAY, last_day
from vouchers.attending import Rate
from vouchers.ending import WITHDRAWABLE
from vouchers.models import Control, MilestoneState, Outcome, Voucher
from vouchers.returning import would_return
from vouchers.track_records import ENOUGH
from web.learner.access import acting, for_learner, refuse
from web.learner.purses import sources
from web.learner.saying import journey, standing
from web.learner.statement import Mine, Movement, movements

# More than a voucher ever has: a few purses, a card, two legs a milestone.
MOVEMENTS = 100


@require_safe
@for_learner
def voucher_page(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    voucher = mine(learner, pk)
    now = ledger.now()
    redemptions = list(voucher.redemptions.live())
    paid = {redemption.milestone_id: redemption for redemption in redemptions}
    steps = [
        (milestone, paid.get(milestone.pk))
        for milestone in voucher.milestones.order_by("number").prefetch_related("disputes")
    ]
    fundings = list(voucher.fundings.select_related("purse__top_up__sponsor").order_by("id"))
    paid_from = sources(fundings, voucher.learning_account.scheme)
    attendance = list(voucher.attendance.standing())
    context = {
        "voucher": voucher,
        "code": grouped(voucher.code),
        "qr": qr(f"{settings.PUBLIC_URL}{reverse('learner:voucher', args=[pk])}"),
        "journey": journey(voucher),
        "standing": standing(voucher),
        "clear": voucher.control == Control.CLEAR,
        "left_minor": ledger.balances([voucher.account_id])[voucher.account_id],
        "milestones": steps,
        "sources": paid_from,
        "parts": [*((colour, amount) for colour, _words, amount in paid_from), ("own", voucher.own_minor)],
        "extras": voucher.extras.all(),
        "paid_minor": sum(redemption.amount_minor for redemption in redemptions),
        "returned_minor": sum(funding.returned_minor for funding in fundings),
        "to_card_minor": sum(funding.returned_minor for funding in fundings if funding.purse_id is None),
        "withdraw_until": _withdraw_until(voucher, now),
        "lines": _movements(voucher, [funding.purse for funding in fundings if funding.purse]),
        "declared": next((one for one, _paid in steps if one.state == MilestoneState.DECLARED), None),
        "attendance": attendance,
        "rate": Rate.of(attendance),
        "feedback": getattr(voucher, "feedback", None),
        "enough": ENOUGH,
        "asked": voucher.asked.first(),
        "may_ask": voucher.state in UNDER_WAY and voucher.control == Control.CLEAR,
        "last_day": last_day(voucher),
        "may_give_feedback": feeding_back.may_give(voucher, now) is None,
        "begun": voucher.run.starts_on < timezone.localdate(now),
        "now": now,
    }
    return render(request, "learner/voucher.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def withdraw(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Change one's mind: the consequence first, then the button. Pressed twice, it is done once."""
    voucher = mine(learner, pk)
    if voucher.outcome == Outcome.WITHDRAWN:
        return redirect("learner:voucher", pk=pk)
    now = ledger.now()
    if request.method == "POST":
        try:
            ending.withdraw(pk, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            messages.success(request, _("You have withdrawn. The money is on its way back."))
        return redirect("learner:voucher", pk=pk)
    if voucher.state not in WITHDRAWABLE:
        return redirect("learner:voucher", pk=pk)
    context = {
        "voucher": voucher,
        "until": _withdraw_until(voucher, now),
        "may_ask": voucher.state in UNDER_WAY and voucher.control == Control.CLEAR,
        "back": would_return(voucher),
        "now": now,
    }
    return render(request, "learner/withdraw.html", context)


def mine(learner: Learner, pk: UUID) -> Voucher:
    """The voucher if it is this learner's; not mine looks like does not exist."""
    voucher = (
        Voucher.objects.of_learner(learner)
        .filter(pk=pk)
        .select_related(
            "run__course__provider",
            "run__venue",
            "rule_version",
            "learning_account__scheme",
            "learner",
            "request",
            "feedback",
        )
        .first()
    )
    if voucher is None:
        raise Http404
    return voucher


def qr(address: str) -> SafeString:
    """A QR code of an address, as an inline picture without styles of its own. The address is ours."""
    code = segno.make(address, error="m")
    return mark_safe(code.svg_inline(border=0, omitsize=True, title=_("QR code that opens this voucher")))


def _movements(voucher: Voucher, purses: Sequence[Purse]) -> list[Movement]:
    found = statements.page([voucher.account_id], limit=MOVEMENTS)
    return movements(found.entries, Mine.of_voucher(voucher, purses))


def _withdraw_until(voucher: Voucher, now: dt.datetime) -> dt.datetime | None:
    """Until when the learner may still change their mind; None when they no longer may."""
    if voucher.state not in WITHDRAWABLE or voucher.control != Control.CLEAR:
        return None
    if voucher.issued_at is None:
        return voucher.lapses_at
    days = voucher.rule_version.parsed.delivery.cooling_off_days
    until = voucher.issued_at + dt.timedelta(days=days)
    if voucher.run.course.provider.state == Provider.State.SUSPENDED:
        return max(until, voucher.expires_at, now)
    return until if until >= now else None

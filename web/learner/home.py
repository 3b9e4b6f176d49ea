"""The learner's first page: what needs them now, what they have, and what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import ledger
from accounts.models import Learner
from brokerage.advocacy.models import Advocacy
from brokerage.buying import may_buy
from brokerage.hearing.reading import asked_of, destinations_of
from brokerage.models import WAITING, Caseload, Request, RequestState
from brokerage.referring.models import Referral
from brokerage.talking.models import Booking
from vouchers.feeding_back import done
from vouchers.models import LIVE, Control, Milestone, MilestoneState, State, Voucher
from web.learner import helping, representing
from web.learner.access import Whose, for_learner, for_whoever_is_there
from web.learner.cases import waiting_for
from web.learner.proofs import to_show
from web.learner.saying import heading_of_declared, journey, standing, standing_of_request
from web.learner.wallet import in_line, wallets

# What still needs somebody: the rest is history, on a page of its own.
OPEN = (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE, RequestState.DECLINED)
RECENT = 3
A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, its state in words, and whether the learner may go ahead with it now."""

    request: Request
    standing: tuple[str, str]
    waits: bool
    may_go_ahead: bool


@require_safe
@for_whoever_is_there
def home(request: HttpRequest, whose: Whose) -> HttpResponse:
    """What needs the learner comes first. A fixed number of queries. Whoever acts for them has a page of their own."""
    if whose.by is not None:
        return representing.home(request, whose.learner, whose.by)
    if whose.assistance is not None:
        return helping.home(request, whose.assistance)
    learner = whose.learner
    now = ledger.now()
    mine = Voucher.objects.of_learner(learner).select_related("run__course__provider", "run__venue")
    live = list(mine.filter(state__in=LIVE))
    over = list(mine.exclude(state__in=LIVE)[:RECENT])
    asked = [
        _asked(each, now)
        for each in Request.objects.of_learner(learner)
        .filter(state__in=OPEN, voucher=None)
        .select_related("run__course__provider", "adviser__user", "adviser__stand_in__user")
        .select_related("cover__user", "wanted_by__user")
    ]
    to_confirm = (
        Milestone.objects.filter(
            voucher__learner=learner,
            voucher__state__in=LIVE,
            voucher__control=Control.CLEAR,
            state=MilestoneState.DECLARED,
        )
        .select_related("voucher__run__course__provider")
        .order_by("confirm_by", "number")
    )
    found = wallets(learner)
    context = {
        "learner": learner,
        "now": now,
        "wallets": found,
        "in_line": in_line(found),
        "to_show": to_show(learner, [wallet.account.scheme for wallet in found], timezone.localdate(now)),
        "to_confirm": [(milestone, heading_of_declared(milestone)) for milestone in to_confirm],
        "to_pay": [voucher for voucher in live if voucher.state == State.RESERVED and voucher.control == Control.CLEAR],
        "to_rate": done(mine, now).order_by("-completed_at"),
        "to_hear": asked_of(learner, now),
        "to_tell": destinations_of(learner, now),
        "to_buy": [each for each in asked if each.may_go_ahead and not each.waits and not each.request.wanted_by],
        "to_assent": [each.request for each in asked if each.request.wanted_by],
        "requests": asked,
        "to_answer": waiting_for(learner),
        "to_allow": Advocacy.objects.to_allow(learner),
        "to_be_referred": Referral.objects.to_allow(learner),
        "live": [(voucher, journey(voucher), standing(voucher)) for voucher in live],
        "over": [(voucher, standing(voucher)) for voucher in over],
        "caseload": Caseload.objects.filter(learner=learner)
        .select_related("adviser__user", "adviser__organisation", "adviser__stand_in__user")
        .first(),
        "next_talk": Booking.objects.open().filter(learner=learner).select_related("slot").first(),
    }
    return render(request, "learner/home.html", context)


@require_safe
@for_learner
def history(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Every voucher and every request there ever was, a page at a time, the newest first."""
    vouchers = Paginator(Voucher.objects.of_learner(learner).select_related("run__course__provider"), A_PAGE).get_page(
        request.GET.get("vouchers")
    )
    requests = Paginator(Request.objects.of_learner(learner).select_related("run__course__provider"), A_PAGE).get_page(
        request.GET.get("requests")
    )
    context = {
        "vouchers": vouchers,
        "requests": requests,
        "voucher_rows": [(voucher, standing(voucher)) for voucher in vouchers],
        "request_rows": [(asked, standing_of_request(asked)) for asked in requests],
    }
    return render(request, "learner/history.html", context)


def _asked(asked: Request, now: dt.datetime) -> Asked:
    return Asked(asked, standing_of_request(asked), asked.state in WAITING, may_buy(asked, now) is None)

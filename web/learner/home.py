"""The learner's first page: what needs them now, what they have, and what became of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

import ledger
from accounts.models import Learner
from brokerage.buying import may_buy
from brokerage.models import WAITING, Caseload, Request, RequestState
from vouchers.models import Milestone, MilestoneState, State, Voucher
from web.learner.access import for_learner
from web.learner.saying import journey, standing
from web.learner.wallet import wallets

OPEN = (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE, RequestState.DECLINED)


@require_GET
@for_learner
def home(request: HttpRequest, learner: Learner) -> HttpResponse:
    now = ledger.now()
    vouchers = list(Voucher.objects.of_learner(learner).select_related("run__course__provider", "run__venue")[:12])
    requests = list(
        Request.objects.of_learner(learner)
        .filter(state__in=OPEN, voucher=None)
        .select_related("run__course__provider", "adviser__user", "cover__user")[:12]
    )
    context = {
        "learner": learner,
        "now": now,
        "wallets": wallets(learner),
        "to_confirm": list(
            Milestone.objects.filter(voucher__learner=learner, state=MilestoneState.DECLARED)
            .select_related("voucher__run__course__provider")
            .order_by("confirm_by")
        ),
        "to_pay": [voucher for voucher in vouchers if voucher.state == State.RESERVED],
        "to_buy": [asked for asked in requests if _answered(asked) and may_buy(asked, now) is None],
        "requests": requests,
        "vouchers": [(voucher, journey(voucher), standing(voucher)) for voucher in vouchers],
        "caseload": Caseload.objects.filter(learner=learner)
        .select_related("adviser__user", "adviser__organisation")
        .first(),
    }
    return render(request, "learner/home.html", context)


def _answered(asked: Request) -> bool:
    return asked.state in (RequestState.APPROVED, RequestState.ADVISED_OTHERWISE)

"""The learner's statement: every movement of their money, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Learner, Purse
from ledger import statements
from vouchers.models import Voucher
from web.learner.access import for_learner
from web.learner.saying import movement

A_PAGE = 25


@require_GET
@for_learner
def statement(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Purses and vouchers together, newest first. A fixed number of queries, however long the history is."""
    purses = dict(
        Purse.objects.filter(learning_account__learner=learner).values_list(
            "ledger_account_id", "learning_account__scheme__name"
        )
    )
    vouchers = {
        voucher.account_id: voucher for voucher in Voucher.objects.of_learner(learner).select_related("run__course")
    }
    page = statements.page([*purses, *vouchers], after=request.GET.get("after") or None, limit=A_PAGE)
    lines = [
        {
            "entry": entry,
            "words": movement(entry.kind),
            "where": vouchers[entry.account_id].run.course.title
            if entry.account_id in vouchers
            else purses[entry.account_id],
            "voucher": vouchers.get(entry.account_id),
        }
        for entry in page.entries
    ]
    context = {"lines": lines, "next": page.next, "currency": "GBP"}
    return render(request, "learner/statement.html", context)

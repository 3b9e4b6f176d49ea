"""Receipts: the proof that what moved of a learner's money is in the ledger's sealed log, to keep and to check."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.models import Learner
from config.refusals import Refusal
from ledger import proofs
from ledger.models import Transfer
from ledger.proofs import Receipt
from web.learner.access import for_learner, refuse
from web.learner.statement import Mine
from web.learner.vouchers import mine


@require_safe
@for_learner
def of_transfer(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One movement and the event that explains it. Somebody else's looks like does not exist."""
    whose = Mine.of_learner(learner)
    accounts = [*whose.purses, *whose.vouchers]
    if not Transfer.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts), pk=pk).exists():
        raise Http404
    return _download(request, pk, lambda: proofs.receipt([pk])) or redirect("learner:statement")


@require_safe
@for_learner
def of_voucher(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """Everything that ever moved for a voucher, and everything that happened to it."""
    voucher = mine(learner, pk)
    about = _download(request, pk, lambda: proofs.receipt_about(voucher.account_id, voucher.subject))
    return about or redirect("learner:voucher", pk=pk)


def _download(request: HttpRequest, pk: UUID, make: Callable[[], Receipt]) -> HttpResponse | None:
    """The receipt as a file; None, with the reason as a message for the next page, when there is none yet."""
    try:
        content = make().as_json()
    except Refusal as refusal:
        refuse(request, refusal)
        return None
    response = JsonResponse(content, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="receipt-{pk}.json"'
    return response

"""What a learner asks of the provider about a voucher that is under way, and the answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.refusals import Refusal
from providers.models import Role, Staff
from vouchers import asking
from web.provider.access import acting, for_staff
from web.provider.vouchers import mine


@require_POST
@for_staff(Role.DELIVERY)
def answer(request: HttpRequest, staff: Staff, code: str, pk: UUID) -> HttpResponse:
    """Yes with `agree`, no without."""
    voucher = mine(staff, code)
    if not voucher.asked.filter(pk=pk).exists():
        raise Http404
    agrees = "agree" in request.POST
    try:
        (asking.agree if agrees else asking.decline)(pk, by=staff.provider, actor=acting(staff))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("You agreed. The learner is told.") if agrees else _("You did not agree. The learner is told.")
        messages.success(request, said)
    return redirect("provider:voucher", code=voucher.code)

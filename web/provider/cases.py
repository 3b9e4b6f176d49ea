"""Cases that concern a provider: complaints about it, disputed steps, and what a mediator asks it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Look
from config.refusals import Refusal
from providers.models import Role, Staff
from vouchers import complaining
from vouchers.models import Case
from web.cases import WordsForm
from web.provider.access import acting, for_staff, looked_at
from web.provider.saying import refuse
from web.unsent import written

A_PAGE = 20


@require_safe
@for_staff(Role.DELIVERY, Role.ADMINISTRATOR)
def cases(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What the provider was told of, the newest first. A fixed number of queries."""
    every = Case.objects.shown_to(staff.provider).select_related("voucher__run__course", "voucher__learner", "provider")
    page = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "provider/cases.html", {"page": page, "now": ledger.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.DELIVERY, Role.ADMINISTRATOR)
def case(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """One case, as far as it is the provider's to read, and its answer."""
    every = Case.objects.shown_to(staff.provider).select_related(
        "voucher__run__course", "voucher__learner", "provider", "scheme"
    )
    found = every.filter(pk=pk).first()
    if found is None:
        raise Http404
    form = WordsForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            complaining.answer(
                pk, form.cleaned_data["words"], by=staff.provider, author=staff.user, actor=acting(staff)
            )
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Thank you. The mediator and the learner can read it."))
            return redirect("provider:case", pk=pk)
    if found.voucher is not None:
        looked_at(request, Look.What.CASE, [found.voucher])
    entries = found.entries.filter(to_provider=True).select_related("author")
    context = {"case": found, "entries": entries, "form": form, "now": ledger.now()}
    return render(request, "provider/case.html", context, status=422 if form.errors else 200)

"""Where an organisation is paid: proposed by one person, decided by another, and the history of both."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from config.refusals import Refusal
from providers import banking
from providers.models import BankAccount, Role, Staff
from web.learner.access import shown_to_be_them
from web.provider.access import acting, for_staff
from web.provider.organisation_forms import BankAccountForm
from web.provider.saying import refuse
from web.unsent import written

DECISIONS: dict[str, tuple[Callable[..., BankAccount], str | Promise]] = {
    "approve": (banking.approve, gettext_lazy("Approved. You are paid to this bank account from now on.")),
    "decline": (banking.decline, gettext_lazy("Declined. Nothing has changed.")),
    "withdraw": (banking.withdraw, gettext_lazy("Taken back. Nothing has changed.")),
}


@require_http_methods(["GET", "POST"])
@for_staff(Role.ADMINISTRATOR, Role.MONEY)
@shown_to_be_them
def bank(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The bank account that is paid to, the one that waits, and those that were; another one is proposed here."""
    form = BankAccountForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            banking.propose(**form.cleaned_data, by=staff, actor=acting(staff))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Proposed. A colleague has to agree before anything is paid there."))
            return redirect("provider:bank")
    return _show(request, staff, form, status=422 if form.errors else 200)


@require_POST
@for_staff(Role.ADMINISTRATOR, Role.MONEY)
@shown_to_be_them
def decide(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """Approve a colleague's bank account or decline it, or take one's own back."""
    if request.POST.get("answer") not in DECISIONS:
        raise Http404
    what, said = DECISIONS[request.POST["answer"]]
    try:
        what(pk, by=staff, actor=acting(staff))
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        return _show(request, staff, BankAccountForm(), refused=refusal, status=refusal.status)
    messages.success(request, str(said))
    return redirect("provider:bank")


def _show(
    request: HttpRequest, staff: Staff, form: BankAccountForm, *, refused: Refusal | None = None, status: int
) -> HttpResponse:
    every = list(staff.provider.bank_accounts.select_related("proposed_by", "decided_by"))
    context = {
        "in_force": next((one for one in every if one.state == BankAccount.State.IN_FORCE), None),
        "waiting": next((one for one in every if one.state == BankAccount.State.PROPOSED), None),
        "history": every,
        "form": form,
        "refused": refused,
        "me": staff.user_id,
        "second": _has_a_second(staff),
    }
    return render(request, "provider/bank.html", context, status=status)


def _has_a_second(staff: Staff) -> bool:
    """Whether there is anybody else who could agree."""
    others = staff.provider.staff.current().exclude(pk=staff.pk)
    return others.filter(roles__overlap=list(banking.DECIDES)).exists()

"""A provider's money: what is owed and where it stands, what was paid and for what, and every movement of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ledger.statements import CursorUnknown
from providers.models import Role, Staff
from vouchers.errors import PayoutNotFound
from vouchers.paying import owed, statement
from vouchers.paying.owed import Owed
from vouchers.payouts import Payout, Reason
from web.provider.access import for_staff

A_PAGE = 50
PAYOUTS = 10
# Why something is held, as its provider reads it.
HELD: dict[Reason, str | Promise] = {
    Reason.PROVIDER_STOPPED: gettext_lazy("Held, because your organisation is suspended"),
    Reason.NO_BANK_ACCOUNT: gettext_lazy("Held, until you have an approved bank account"),
    Reason.FROZEN: gettext_lazy("Held, because the vouchers are frozen"),
    Reason.UNDER_REVIEW: gettext_lazy("Held, while the vouchers are looked at"),
}
AGES = (
    gettext_lazy("up to 7 days"),
    gettext_lazy("8 to 14 days"),
    gettext_lazy("15 to 30 days"),
    gettext_lazy("more than 30 days"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what is owed: `kind` is its colour, `about` says what it waits for."""

    kind: str
    label: str
    about: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What one scheme owes, as its provider sees it. `ages` are (label, amount) since the redemption."""

    owed: Owed
    parts: list[Part]
    ages: list[tuple[str | Promise, int]]

    @property
    def bar(self) -> list[tuple[str, int]]:
        return [(part.kind, part.amount_minor) for part in self.parts]

    @property
    def says(self) -> str:
        """The bar in words."""
        scheme = self.owed.scheme
        return "; ".join(f"{part.label}: {scheme.money(part.amount_minor)}" for part in self.parts)

    @property
    def has_ages(self) -> bool:
        return any(amount for _label, amount in self.ages)


_DAY: dict[str, Any] = {
    "required": False,
    "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {"invalid": gettext_lazy("Enter a day.")},
    "validators": [MinValueValidator(dt.date(2000, 1, 1)), MaxValueValidator(dt.date(2999, 12, 31))],
}


class DaysForm(forms.Form):
    """From which day to which a statement reaches."""

    since = forms.DateField(label=gettext_lazy("From"), **_DAY)
    until = forms.DateField(label=gettext_lazy("To"), **_DAY)
    all_optional = True


@require_safe
@for_staff(Role.MONEY)
def money(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What each scheme owes, and the payouts. A fixed number of queries."""
    by_age = owed.by_age(staff.provider)
    standings = [
        Standing(one, _parts(one), list(zip(AGES, by_age.get(one.scheme.pk, [0] * len(AGES)), strict=True)))
        for one in owed.owed_to(staff.provider)
    ]
    payouts = Paginator(statement.payouts_of(staff.provider), PAYOUTS).get_page(request.GET.get("page"))
    context = {"staff": staff, "standings": standings, "page": payouts}
    return render(request, "provider/money.html", context)


@require_safe
@for_staff(Role.MONEY)
def movements(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every movement of what is owed, the newest first. A fixed number of queries."""
    form = DaysForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    until: dt.date | None = asked.get("until")
    try:
        found = statement.statement(
            staff.provider,
            since=_begins(asked.get("since")),
            before=_begins(until and until + dt.timedelta(days=1)),
            after=request.GET.get("after") or None,
            limit=A_PAGE,
        )
    except CursorUnknown:
        return redirect("provider:statement")
    query = request.GET.copy()
    query["after"] = found.next or ""
    context = {
        "staff": staff,
        "form": form,
        "movements": found.movements,
        "next": query.urlencode() if found.next else "",
        "later": "after" in request.GET,
    }
    return render(request, "provider/statement.html", context, status=422 if form.errors else 200)


@require_safe
@for_staff(Role.MONEY)
def payout(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """The remittance advice of one payout."""
    found = _payout_of(staff, pk)
    context = {"staff": staff, "payout": found, "lines": statement.advice(found), "scheme": found.run.scheme}
    return render(request, "provider/payout.html", context)


@require_safe
@for_staff(Role.MONEY)
def payout_csv(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    found = _payout_of(staff, pk)
    headers = {"Content-Disposition": f'attachment; filename="payout-{found.reference}.csv"'}
    return HttpResponse(
        statement.advice_as_csv(found, statement.advice(found)), content_type="text/csv", headers=headers
    )


def _payout_of(staff: Staff, pk: UUID) -> Payout:
    try:
        return statement.payout_of(pk, by=staff.provider)
    except PayoutNotFound:
        raise Http404 from None


def _parts(one: Owed) -> list[Part]:
    """Where what is owed stands, from the bank backwards; what is nothing is left out."""
    parts = [
        Part("sponsor", _("With the bank"), _("sent, and not confirmed yet"), one.in_payout_minor),
        Part("own", _("In the next payout"), _("waits to be approved and sent"), one.in_next_payout_minor),
        Part("tuition", _("Payable"), _("the next payout run takes it"), one.payable_now_minor),
        *(Part("held", str(HELD[reason]), "", amount) for reason, amount in sorted(one.held.items())),
    ]
    return [part for part in parts if part.amount_minor]


def _begins(day: dt.date | None) -> dt.datetime | None:
    """When that day begins where the country's people are."""
    return None if day is None else dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE))

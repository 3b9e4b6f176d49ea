"""A provider's statement: each movement of what schemes owe it, and the payouts, line by line."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Scheme
from config.money import major
from ledger import statements
from ledger.statements import Entry
from providers.models import Provider
from vouchers import errors
from vouchers.models import Payable, Redemption
from vouchers.payouts import Payout, PayoutLine


class Kind(models.TextChoices):
    REDEMPTION = "redemption", _("Redeemed")
    REVERSAL = "reversal", _("Given back")
    CLAWBACK = "clawback", _("Taken back")
    PAYOUT = "payout", _("Paid to your bank account")
    RETURNED = "returned", _("Returned by the bank")


_KINDS = {
    "redemption": Kind.REDEMPTION,
    "redemption_reversed": Kind.REVERSAL,
    "redemption_taken_back": Kind.CLAWBACK,
    "clawback": Kind.CLAWBACK,
    "payout": Kind.PAYOUT,
    "payout_returned": Kind.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of what a scheme owes a provider: minor units, negative for less; `balance_minor` is after it.

    `redemption` and its voucher's code, or `payout`, say what it is about.
    """

    entry: Entry
    scheme: Scheme
    kind: Kind
    balance_minor: int
    redemption: UUID | None
    payout: UUID | None
    voucher: str


@dataclass(frozen=True, slots=True)
class Statement:
    movements: list[Movement]
    next: str | None


def statement(
    provider: Provider,
    *,
    since: dt.datetime | None = None,
    before: dt.datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Statement:
    """The movements of all that schemes owe or owed this provider, newest first, from the place `after` on.

    Refuses the ledger's `CursorUnknown`. Four queries.
    """
    payables = Payable.objects.filter(provider=provider).select_related("scheme")
    schemes = {payable.account_id: payable.scheme for payable in payables}
    page = statements.page(schemes, after=after, limit=limit, since=since, before=before)
    balances = statements.after_each(page.entries)
    about = {entry.transfer_id: UUID(entry.reference.partition(":")[2]) for entry in page.entries}
    codes = dict(Redemption.objects.filter(pk__in=about.values()).order_by().values_list("pk", "voucher__code"))
    movements = []
    for entry in page.entries:
        kind, thing = _KINDS[entry.kind], about[entry.transfer_id]
        paid = kind in (Kind.PAYOUT, Kind.RETURNED)
        movements.append(
            Movement(
                entry=entry,
                scheme=schemes[entry.account_id],
                kind=kind,
                balance_minor=balances[entry.transfer_id, entry.account_id],
                redemption=None if paid else thing,
                payout=thing if paid else None,
                voucher="" if paid else codes[thing],
            )
        )
    return Statement(movements, page.next)


def payouts_of(provider: Provider) -> QuerySet[Payout]:
    """The provider's payouts with their runs, newest first."""
    return Payout.objects.of_provider(provider).select_related("run__scheme").order_by("-id")


def payout_of(payout: UUID, *, by: Provider) -> Payout:
    """One of the provider's payouts. Refuses `PayoutNotFound`, also for somebody else's."""
    found = payouts_of(by).filter(pk=payout).first()
    if found is None:
        raise errors.PayoutNotFound(field="payout")
    return found


def advice(payout: Payout) -> list[PayoutLine]:
    """What a payout pays, line by line, the oldest redemption first: its remittance advice. One query."""
    lines = payout.lines.filter(left_out="").order_by("redemption_id")
    return list(lines.select_related("redemption__voucher__run__course", "redemption__milestone"))


COLUMNS = ("payout", "reference", "scheme", "state", "voucher", "milestone", "redeemed_at", "redemption", "amount")


def advice_as_csv(payout: Payout, lines: list[PayoutLine]) -> str:
    """The remittance advice as a table for a spreadsheet: ids, codes, times and amounts, so no cell is a formula."""
    written, currency = io.StringIO(newline=""), payout.run.currency
    rows = csv.writer(written)
    rows.writerow([*COLUMNS, "currency"])
    for line in lines:
        redemption = line.redemption
        rows.writerow(
            [
                *(payout.pk, payout.reference, payout.run.scheme.slug, payout.state),
                *(redemption.voucher.code, redemption.milestone.number),
                *(redemption.made_at.astimezone(dt.UTC).isoformat(timespec="seconds"), redemption.pk),
                *(f"{major(line.amount_minor, currency):f}", currency),
            ]
        )
    return written.getvalue()

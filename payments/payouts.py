"""Payouts of the card gateway: what each is made of, found again among our own payments, refunds and disputes.

What moves in the ledger is for the caller (`vouchers.cards.paying_out`).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from payments.gateway import Entry
from payments.models import (
    CardDispute,
    CardRefund,
    Checkout,
    CheckoutState,
    GatewayEntry,
    GatewayPayout,
    PayoutState,
    Problem,
)
from payments.models.payouts import PATIENCE

PAYMENTS = {"charge", "payment"}
_REFUNDS = {"refund": -1, "payment_refund": -1, "refund_failure": 1}
_DISPUTES = {"adjustment"}
FAILURES = {"payout_failure", "payout_cancel"}


def make_of(payout: GatewayPayout, said: Sequence[Entry]) -> list[GatewayEntry] | None:
    """Keep what a locked payout is made of, each with the payment that it is about or the problem that it has.

    None, and nothing is kept, while it does not make the payout's amount; and for a day while it has something of a
    payment that we have not heard of yet, or of an earlier payout that is not taken in. A fixed number of queries.
    """
    if sum(entry.amount_minor - entry.fee_minor for entry in said) != payout.amount_minor:
        return None
    if len({entry.gateway_id for entry in said}) < len(said):
        return None
    placing = _Placing(payout, said)
    entries = [placing.place(entry) for entry in said]
    if placing.unheard_of and timezone.now() - payout.heard_at < PATIENCE:
        return None
    GatewayEntry.objects.bulk_create(entries, batch_size=1000)
    payout.taken_in_at = timezone.now()
    payout.save(update_fields=["taken_in_at"])
    return entries


def failed_before(entries: Sequence[GatewayEntry]) -> dict[str, GatewayPayout]:
    """The earlier payouts that came back and are part of this one, by the gateway's id. One query."""
    wanted = [entry.source_id for entry in entries if entry.kind in FAILURES and not entry.problem]
    found = GatewayPayout.objects.filter(gateway=entries[0].payout.gateway, gateway_id__in=wanted) if wanted else []
    return {payout.gateway_id: payout for payout in found}


class _Placing:
    """Finds what each entry is about. `unheard_of` is whether one may still be explained by a message on its way."""

    def __init__(self, payout: GatewayPayout, said: Sequence[Entry]) -> None:
        self.payout, self.unheard_of = payout, False
        sources, here = [entry.source_id for entry in said], {"gateway": payout.gateway}
        payments = [entry.payment_id for entry in said if entry.payment_id]
        paid = Checkout.objects.filter(payment_id__in=payments, state=CheckoutState.PAID, **here)
        self.checkouts = {checkout.payment_id: checkout for checkout in paid}
        self.refunds = CardRefund.objects.in_bulk(
            [entry.reference for entry in said if entry.kind in _REFUNDS and entry.reference], field_name="reference"
        )
        of_disputes = CardDispute.objects.filter(gateway_id__in=sources, checkout__gateway=payout.gateway)
        self.disputes = {dispute.gateway_id: dispute for dispute in of_disputes}
        failed = GatewayPayout.objects.filter(gateway_id__in=sources, state=PayoutState.FAILED, **here)
        self.failed = {each.gateway_id: each for each in failed.exclude(taken_in_at=None)}
        counted = GatewayEntry.objects.filter(problem="", payout__gateway=payout.gateway)
        ids = [entry.gateway_id for entry in said]
        self.counted = set(counted.filter(gateway_id__in=ids).values_list("gateway_id", flat=True))
        own = [checkout.pk for checkout in self.checkouts.values()]
        of_payments = counted.filter(checkout__in=own, kind__in=PAYMENTS)
        self.paid_out = set(of_payments.values_list("checkout", flat=True))

    def place(self, entry: Entry) -> GatewayEntry:
        checkout = self.checkouts.get(entry.payment_id)
        problem = self._problem(entry, checkout)
        if checkout and entry.kind in PAYMENTS and not problem:
            self.paid_out.add(checkout.pk)
        return GatewayEntry(
            payout=self.payout,
            gateway_id=entry.gateway_id,
            kind=entry.kind,
            source_id=entry.source_id,
            amount_minor=entry.amount_minor,
            fee_minor=entry.fee_minor,
            currency=entry.currency,
            checkout=checkout,
            problem=problem,
        )

    def _problem(self, entry: Entry, checkout: Checkout | None) -> Problem | str:
        """What is wrong with it, or nothing."""
        if entry.gateway_id in self.counted:
            return Problem.TWICE
        if entry.kind in FAILURES:
            failed = self.failed.get(entry.source_id)
            if failed is None:
                self.unheard_of = True
                return Problem.UNKNOWN
            return _wrong(entry, failed.amount_minor, failed.currency)
        if checkout is None:
            self.unheard_of = self.unheard_of or bool(entry.payment_id)
            return Problem.UNKNOWN
        if entry.kind in PAYMENTS:
            wrong = _wrong(entry, checkout.amount_minor, checkout.currency)
            return wrong or (Problem.TWICE if checkout.pk in self.paid_out else "")
        if entry.kind in _REFUNDS:
            refund = self.refunds.get(entry.reference)
            if refund is None or refund.checkout_id != checkout.pk:
                return Problem.UNKNOWN
            return _wrong(entry, _REFUNDS[entry.kind] * refund.amount_minor, checkout.currency)
        if entry.kind in _DISPUTES:
            dispute = self.disputes.get(entry.source_id)
            if dispute is None or dispute.checkout_id != checkout.pk:
                self.unheard_of = True
                return Problem.UNKNOWN
            way = 1 if entry.amount_minor > 0 else -1  # taken while it is disputed, given back when that is won
            return _wrong(entry, way * dispute.amount_minor, checkout.currency)
        return Problem.UNKNOWN


def _wrong(entry: Entry, amount_minor: int, currency: str) -> Problem | str:
    if entry.amount_minor != amount_minor:
        return Problem.AMOUNT
    return Problem.CURRENCY if entry.currency != currency else ""

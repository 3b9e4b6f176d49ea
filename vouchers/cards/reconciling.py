"""Reconciling: that card clearing holds what was captured and has not gone, and what of it somebody has to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.query_utils import Q
from django.utils import timezone

import ledger
from accounts.models import Scheme
from payments.models import CardRefund, Checkout, CheckoutState, GatewayEntry, GatewayPayout, RefundState
from payments.payouts import PAYMENTS
from vouchers.models import CardHold, CardPayoutShare

# Stripe pays out a payment after three to seven working days, and the first one of an account after up to fourteen.
PAID_OUT_WITHIN = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Clearing:
    """A scheme's card money by what was noted of each payment, and what its ledger account says, in minor units."""

    scheme: Scheme
    captured_minor: int
    refunded_minor: int
    charged_back_minor: int
    fees_minor: int
    paid_out_minor: int
    held_minor: int

    @property
    def due_minor(self) -> int:
        """What the gateway should still hold."""
        return (
            self.captured_minor - self.refunded_minor - self.charged_back_minor - self.fees_minor - self.paid_out_minor
        )

    @property
    def matches(self) -> bool:
        return self.due_minor == self.held_minor


def clearings(*only: Scheme) -> list[Clearing]:
    """The card money of these schemes, or of each, by name. A fixed number of queries."""
    of_checkout = "voucher__learning_account__scheme"
    captured = _by_scheme(Checkout.objects.filter(state=CheckoutState.PAID), of_checkout, "amount_minor", only)
    arrived = CardRefund.objects.filter(state=RefundState.SUCCEEDED)
    refunded = _by_scheme(arrived, f"checkout__{of_checkout}", "amount_minor", only)
    lost = CardHold.objects.filter(lost_at__isnull=False)
    charged_back = _by_scheme(lost, of_checkout, "amount_minor", only)
    shares = CardPayoutShare.objects.all()
    fees = _by_scheme(shares, "scheme", "fee_minor", only)
    paid_out = _by_scheme(shares.filter(payout__taken_back_at=None), "scheme", "net_minor", only)
    schemes = sorted(only or Scheme.objects.all(), key=lambda scheme: scheme.name)
    held = ledger.balances(scheme.card_clearing_id for scheme in schemes)
    return [
        Clearing(
            scheme=scheme,
            captured_minor=captured.get(scheme.pk, 0),
            refunded_minor=refunded.get(scheme.pk, 0),
            charged_back_minor=charged_back.get(scheme.pk, 0),
            fees_minor=fees.get(scheme.pk, 0),
            paid_out_minor=paid_out.get(scheme.pk, 0),
            # What came in by card left card clearing, so that it is below zero by what the gateway holds.
            held_minor=-held[scheme.card_clearing_id],
        )
        for scheme in schemes
    ]


def entries_to_look_at(scheme: Scheme | None = None) -> QuerySet[GatewayEntry]:
    """What payouts were made of that is of no payment of ours, or not as we know it; of one scheme, with what is no
    scheme's."""
    entries = GatewayEntry.objects.unresolved().select_related("payout").order_by("id")
    if scheme is None:
        return entries
    return entries.filter(Q(checkout=None) | Q(checkout__voucher__learning_account__scheme=scheme))


def payouts_to_look_at() -> QuerySet[GatewayPayout]:
    """Payouts that are not what the gateway says they are made of; they are of no scheme until they are."""
    return GatewayPayout.objects.stuck().order_by("heard_at", "id")


def payments_not_paid_out(scheme: Scheme | None = None) -> QuerySet[Checkout]:
    """Payments that should be in a payout by now, and are in none; of one scheme, its own."""
    counted = GatewayEntry.objects.filter(checkout=OuterRef("pk"), kind__in=PAYMENTS)
    late = Checkout.objects.filter(state=CheckoutState.PAID, paid_at__lt=timezone.now() - PAID_OUT_WITHIN)
    if scheme is not None:
        late = late.filter(voucher__learning_account__scheme=scheme)
    return late.exclude(Exists(counted)).order_by("paid_at", "id")


def _by_scheme(rows: QuerySet[Any], scheme: str, amount: str, only: Collection[Scheme]) -> dict[UUID, int]:
    if only:
        rows = rows.filter(**{f"{scheme}__in": only})
    return dict(rows.order_by().values_list(scheme).annotate(Sum(amount)))

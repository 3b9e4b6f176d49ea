"""The sandbox pays out what it holds for us, a payout a currency, as Stripe does each day."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from payments.models.sandbox import SandboxEntry, SandboxPayout
from payments.sandbox import deliveries, paying


def pay_out(*, fails: bool = False) -> int:
    """Pay out what is held by now; how many payouts that makes. What makes nothing together waits.

    One that `fails` is said to have arrived, and the bank sends it back a minute later: it is held again. Locks what it
    pays out: each is paid out once, however many ask at a time.
    """
    with transaction.atomic():
        held = SandboxEntry.objects.filter(payout=None, due_at__lte=timezone.now()).select_for_update()
        by_currency: dict[str, list[SandboxEntry]] = {}
        for entry in held.order_by("id"):
            by_currency.setdefault(entry.currency, []).append(entry)
        payouts = [payout for currency, entries in by_currency.items() if (payout := _pay_out(currency, entries))]
        for payout in payouts if fails else []:
            _fail(payout)
    return len(payouts)


def _pay_out(currency: str, entries: Sequence[SandboxEntry]) -> SandboxPayout | None:
    amount_minor = sum(entry.amount_minor - entry.fee_minor for entry in entries)
    if not amount_minor:
        return None
    payout = SandboxPayout.objects.create(amount_minor=amount_minor, currency=currency)
    SandboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(payout=payout)
    deliveries.announce("payout.paid", _payout(payout) | {"status": "paid"})
    return payout


def _fail(payout: SandboxPayout) -> None:
    SandboxEntry.objects.create(
        kind="payout_failure",
        source_id=payout.id,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        due_at=timezone.now() + paying.LATER,
    )
    told = _payout(payout) | {"status": "failed", "failure_code": "account_closed"}
    deliveries.announce("payout.failed", told, after=paying.LATER)


def _payout(payout: SandboxPayout) -> dict[str, object]:
    return {
        "id": payout.id,
        "object": "payout",
        "amount": payout.amount_minor,
        "currency": payout.currency.lower(),
        "automatic": True,
        "livemode": False,
    }

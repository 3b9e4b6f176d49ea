"""Recovering: what is due back to a card that took its money back already is the scheme's, which bore the loss."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import F, Sum

from config.bulk import write_back
from ledger import Event, Transfer
from vouchers.losses import loss_of
from vouchers.models import CardHold, Voucher

Taken = list[tuple[CardHold, int]]


def take(due: Mapping[UUID, int]) -> dict[UUID, Taken]:
    """Of what is due back to the cards of these locked vouchers, what the scheme keeps, by voucher, and of which loss.

    `due` is in minor units; nothing of it that was not lost is kept. Marks the losses as recovered by so much: the
    caller posts `transfers`, and gives the card the rest. One query where nothing was lost.
    """
    wanted = {voucher: amount for voucher, amount in due.items() if amount}
    taken: dict[UUID, Taken] = {}
    if not wanted:
        return taken
    lost = CardHold.objects.filter(voucher__in=wanted, lost_at__isnull=False, recovered_minor__lt=F("amount_minor"))
    for hold in lost.order_by("held_at", "id"):
        amount = min(hold.amount_minor - hold.recovered_minor, wanted[hold.voucher_id])
        if amount:
            hold.recovered_minor += amount
            wanted[hold.voucher_id] -= amount
            taken.setdefault(hold.voucher_id, []).append((hold, amount))
    write_back([hold for each in taken.values() for hold, _amount in each], "recovered_minor")
    return taken


def left(voucher: Voucher) -> int:
    """What was lost of a voucher's card payment and has not come back, in minor units."""
    lost = CardHold.objects.filter(voucher=voucher, lost_at__isnull=False)
    return int(lost.aggregate(left=Sum(F("amount_minor") - F("recovered_minor"), default=0))["left"])


def transfers(voucher: Voucher, taken: Taken, event: Event) -> list[Transfer]:
    """Refund due -> scheme loss, for what was taken."""
    scheme = voucher.learning_account.scheme
    return [
        Transfer(
            debit=scheme.refund_due_id,
            credit=loss_of(scheme),
            amount_minor=amount,
            currency=voucher.currency,
            kind="chargeback_recovered",
            reference=f"chargeback_recovered:{hold.pk}:{hold.recovered_minor}",
            event=event,
            journal=event.id,
        )
        for hold, amount in taken
    ]


def total(taken: Taken) -> int:
    """What was taken, in minor units."""
    return sum(amount for _hold, amount in taken)

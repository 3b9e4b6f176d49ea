"""Receipts: which rows of the ledger concern whom, so that they can be proven to them and to nobody else."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from config.ids import read_code
from ledger import proofs
from ledger.models import Event, Transfer
from ledger.proofs import Receipt
from providers.models import Provider
from vouchers import errors, events
from vouchers.models import Redemption, Voucher

_PAYS = ("redemption", "redemption_reversed")


def of_voucher(code: str, *, by: Provider) -> Receipt:
    """The receipt of what concerns the provider of a voucher: what it was paid from it, and what happened to it.

    Refuses `VoucherNotFound`, also for somebody else's, and `NotSealedYet`. As many queries however much that is.
    """
    voucher = Voucher.objects.made_out_to(by).filter(code=read_code(code) or "").first()
    if voucher is None:
        raise errors.VoucherNotFound(field="voucher")
    account = voucher.account_id
    paid = Transfer.objects.filter(Q(debit=account) | Q(credit=account), kind__in=_PAYS)
    happened = Event.objects.filter(subject=voucher.subject, kind__in=events.OF_THE_PROVIDER)
    return proofs.receipt(list(paid.values_list("pk", flat=True)), list(happened.values_list("pk", flat=True)))


def of_redemption(redemption: UUID, *, by: Provider) -> Receipt:
    """The receipt of a redemption: of the transfer that made it, and of that which gave it back, if it was.

    Refuses `RedemptionNotFound`, also for somebody else's, and `NotSealedYet`.
    """
    if not Redemption.objects.filter(pk=redemption, voucher__provider=by).exists():
        raise errors.RedemptionNotFound(field="redemption")
    moved = Transfer.objects.filter(reference__in=[f"{kind}:{redemption}" for kind in _PAYS])
    return proofs.receipt(list(moved.values_list("pk", flat=True)))

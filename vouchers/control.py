"""Control: a voucher under review or frozen pays nothing and its deadlines stand still, until it is released."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

import ledger
from ledger import Actor
from vouchers import errors, events
from vouchers.issuing import parties
from vouchers.models import Control, PayoutLine, State, Voucher
from vouchers.payouts import AT_THE_BANK


def set_control(voucher: UUID, control: Control, *, actor: Actor) -> Voucher:
    """Put a voucher under review, freeze it, or release it. Locks the voucher.

    One that is closed, too, while what was redeemed of it is not with the bank yet: that is what a payout waits for.
    Refuses `VoucherNotFound`, `WrongState` once it is closed and nothing of it can be stopped any more.
    """
    with transaction.atomic():
        found = Voucher.objects.lock_ids([voucher]).get(voucher)
        if found is None:
            raise errors.VoucherNotFound()
        if found.state == State.CLOSED and found.control == Control.CLEAR and not _still_to_be_paid(found):
            raise errors.WrongState(state=found.get_state_display())
        found.control = control
        found.save(update_fields=["control"])
        ledger.record(events.CONTROL_CHANGED.by(actor, subject=found.subject, control=control, **parties(found)))
    return found


def _still_to_be_paid(voucher: Voucher) -> bool:
    """Whether something that stands redeemed of it is in no payout that has gone to the bank."""
    gone = PayoutLine.objects.filter(live=True, payout__state__in=AT_THE_BANK, redemption=OuterRef("pk"))
    return voucher.redemptions.live().filter(~Exists(gone)).exists()

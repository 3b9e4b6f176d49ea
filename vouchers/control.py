"""Control: a voucher under review or frozen pays nothing and its deadlines stand still, until it is released."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from ledger import Actor
from vouchers import errors, events
from vouchers.issuing import parties
from vouchers.models import Control, State, Voucher


def set_control(voucher: UUID, control: Control, *, actor: Actor) -> Voucher:
    """Put a live voucher under review, freeze it, or release it. Locks the voucher.

    Refuses `VoucherNotFound`, `WrongState` once it is closed.
    """
    with transaction.atomic():
        found = Voucher.objects.lock_ids([voucher]).get(voucher)
        if found is None:
            raise errors.VoucherNotFound()
        if found.state == State.CLOSED:
            raise errors.WrongState(state=found.get_state_display())
        found.control = control
        found.save(update_fields=["control"])
        ledger.record(events.CONTROL_CHANGED.by(actor, subject=found.subject, control=control, **parties(found)))
    return found

"""Control: a voucher under review or frozen pays nothing and its deadlines stand still, until it is released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

import ledger
from ledger import Actor
from vouchers import errors, events
from vouchers.issuing import parties
from vouchers.models import Control, Milestone, MilestoneState, PayoutLine, State, Voucher
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
        put([found], control, actor=actor)
    return found


def put(vouchers: Sequence[Voucher], control: Control, *, actor: Actor) -> None:
    """Set the control of locked vouchers, whatever their state; of those that have it already nothing changes."""
    changed = [voucher for voucher in vouchers if voucher.control != control]
    for voucher in changed:
        voucher.control = control
    Voucher.objects.filter(pk__in=[voucher.pk for voucher in changed]).update(control=control)
    ledger.record(
        *(
            events.CONTROL_CHANGED.by(actor, subject=voucher.subject, control=control, **parties(voucher))
            for voucher in changed
        )
    )


def later(vouchers: Sequence[Voucher], by: dt.timedelta) -> None:
    """Every deadline of these locked vouchers, which stood still, is later by so much."""
    mine = Voucher.objects.filter(pk__in=[voucher.pk for voucher in vouchers])
    mine.update(lapses_at=F("lapses_at") + by, accept_by=F("accept_by") + by, expires_at=F("expires_at") + by)
    for voucher in vouchers:
        voucher.lapses_at, voucher.expires_at = voucher.lapses_at + by, voucher.expires_at + by
        voucher.accept_by = voucher.accept_by and voucher.accept_by + by
    waiting = Milestone.objects.filter(voucher__in=mine, state=MilestoneState.DECLARED)
    waiting.update(confirm_by=F("confirm_by") + by)


def _still_to_be_paid(voucher: Voucher) -> bool:
    """Whether something that stands redeemed of it is in no payout that has gone to the bank."""
    gone = PayoutLine.objects.filter(live=True, payout__state__in=AT_THE_BANK, redemption=OuterRef("pk"))
    return voucher.redemptions.live().filter(~Exists(gone)).exists()

"""Releasing: what held a voucher does not any more, and if nothing else does, it goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ledger
from ledger import Actor
from vouchers import contesting, control
from vouchers.cards.taking_up import take_up
from vouchers.models import CardHold, Case, Control, Voucher


def release(vouchers: Iterable[Voucher], but: Case | CardHold, *, since: dt.datetime, actor: Actor) -> None:
    """Give locked vouchers the control that they have without this case or hold, which began at `since`.

    Those that are clear then go on: no deadline is nearer than it was, and what was paid for them meanwhile is in them.
    Locks what `ledger.post` locks.
    """
    freed = []
    for voucher in vouchers:
        wanted = contesting.still_held(voucher, but)
        if wanted == Control.CLEAR and voucher.control != Control.CLEAR:
            freed.append(voucher)
        control.put([voucher], wanted, actor=actor)
    control.later(freed, ledger.now() - since)
    take_up(freed, actor=actor)

"""Charging back: the holder of a card tells their bank that the payment of a voucher's share was not right.

The voucher is frozen at once. If the payment stands, it goes on, no deadline nearer. If it is lost, the gateway has
taken the money back: the scheme bears the loss, and somebody who runs it decides whether the voucher goes on or ends.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Scheme
from ledger import Actor, Event, EventKind, Transfer
from payments.models import CardDispute
from vouchers import contesting, control, errors, events
from vouchers.card_holds import HoldEnd
from vouchers.cards.taking_up import locked_for
from vouchers.ending import Ending, close
from vouchers.issuing import parties
from vouchers.losses import loss_of
from vouchers.models import LIVE, CardHold, Control, Milestone, Outcome, State, Voucher
from vouchers.releasing import release


def disputed(dispute: CardDispute, *, actor: Actor) -> CardHold:
    """Freeze the voucher, whatever its state: what is redeemed of a closed one may not be with the bank yet.

    Nothing moves. Twice is once. Locks the voucher.
    """
    return _hold(dispute, locked_for(dispute.checkout), actor)


def won(dispute: CardDispute, *, actor: Actor) -> None:
    """The payment stands: the voucher goes on. Also one whose dispute was not heard of before.

    Locks the voucher, then what `ledger.post` locks.
    """
    voucher = locked_for(dispute.checkout)
    hold = _hold(dispute, voucher, actor)
    _end(hold, HoldEnd.WON)
    ledger.record(_event(events.CARD_DISPUTE_WON, hold, voucher, actor))
    release([voucher], hold, since=hold.held_at, actor=actor)


def lost(dispute: CardDispute, *, actor: Actor) -> None:
    """The gateway has taken the money back: scheme loss -> card clearing. The voucher stays frozen, for a person.

    Locks the voucher, then what `ledger.post` locks.
    """
    voucher = locked_for(dispute.checkout)
    hold = _hold(dispute, voucher, actor)
    hold.lost_at = ledger.now()
    hold.save(update_fields=["lost_at"])
    scheme = voucher.learning_account.scheme
    ledger.post(
        [
            Transfer(
                debit=loss_of(scheme),
                credit=scheme.card_clearing_id,
                amount_minor=hold.amount_minor,
                currency=voucher.currency,
                kind="chargeback",
                reference=f"chargeback:{hold.pk}",
                event=_event(events.CHARGED_BACK, hold, voucher, actor),
            )
        ]
    )


def bear(hold: UUID, *, scheme: Scheme, actor: Actor) -> CardHold:
    """The scheme bears the loss, and the voucher goes on as if it were paid.

    Refuses `CardProblemGone`. Locks the voucher, then what `ledger.post` locks.
    """
    with transaction.atomic():
        found, voucher = _to_decide(hold, scheme)
        _end(found, HoldEnd.BORNE)
        ledger.record(_event(events.CHARGEBACK_DECIDED, found, voucher, actor, decision=HoldEnd.BORNE))
        release([voucher], found, since=found.held_at, actor=actor)
    return found


def end(hold: UUID, *, scheme: Scheme, actor: Actor) -> CardHold:
    """The voucher ends: the purses have their shares back, and the scheme the card's, since the card has had it.

    Never what its provider has earned or says to have: with a step that is declared, disputed or waits for its money,
    it goes on. Refuses `CardProblemGone`, `WrongState` for a closed one, `StepStillOpen`, and `VoucherUnderReview`
    while something else holds it. Locks the voucher, then what `ledger.post` locks.
    """
    with transaction.atomic():
        found, voucher = _to_decide(hold, scheme)
        if voucher.state not in LIVE:
            raise errors.WrongState(state=voucher.get_state_display())
        if not can_end(voucher):
            raise errors.StepStillOpen()
        if contesting.still_held(voucher, found) != Control.CLEAR:
            raise errors.VoucherUnderReview()
        _end(found, HoldEnd.ENDED)
        control.put([voucher], Control.CLEAR, actor=actor)
        happened = _event(events.CHARGEBACK_DECIDED, found, voucher, actor, decision=HoldEnd.ENDED)
        close([Ending(voucher, State(voucher.state), Outcome.UNPAID)], actor=actor, happened=[happened])
    return found


def can_end(voucher: Voucher) -> bool:
    """Whether a voucher whose payment was taken back can end: it is not over, and its provider has nothing open."""
    return voucher.state in LIVE and not Milestone.objects.filter(voucher=voucher).still_open().exists()


def _hold(dispute: CardDispute, voucher: Voucher, actor: Actor) -> CardHold:
    """The hold of a dispute on a locked voucher: made, and the voucher frozen, when it is first heard of."""
    hold, new = CardHold.objects.get_or_create(
        dispute=dispute,
        defaults={"voucher": voucher, "amount_minor": dispute.amount_minor, "held_at": ledger.now()},
    )
    if new:
        control.put([voucher], Control.FROZEN, actor=actor)
        ledger.record(_event(events.CARD_DISPUTED, hold, voucher, actor))
    return hold


def _to_decide(hold: UUID, scheme: Scheme) -> tuple[CardHold, Voucher]:
    """A loss of this scheme that nobody has decided on, and its voucher, locked."""
    mine = CardHold.objects.filter(pk=hold, voucher__learning_account__scheme=scheme)
    voucher_id = mine.values_list("voucher", flat=True).first()
    if voucher_id is None:
        raise errors.CardProblemGone()
    voucher = Voucher.objects.lock_ids([voucher_id])[voucher_id]
    found = mine.to_decide().first()
    if found is None:
        raise errors.CardProblemGone()
    return found, voucher


def _end(hold: CardHold, how: HoldEnd) -> None:
    hold.ended_how, hold.ended_at = how, ledger.now()
    hold.save(update_fields=["ended_how", "ended_at"])


def _event(kind: EventKind, hold: CardHold, voucher: Voucher, actor: Actor, **data: object) -> Event:
    return kind.by(
        actor,
        subject=voucher.subject,
        amount_minor=hold.amount_minor,
        dispute=hold.dispute_id,
        **parties(voucher),
        **data,
    )

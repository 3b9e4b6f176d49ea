"""Paying out: the gateway sends the card money to the bank, less what it keeps, and each scheme's share is its own.

Of what a payout is made of, what is of no payment of ours, or not as we know it, moves nothing: a person's task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import ledger
from accounts.models import Scheme
from ledger import Actor, EventKind, NewAccount, Transfer
from ledger.models import Transfer as PostedTransfer
from payments import payouts
from payments.errors import GatewayAway, GatewayRefused
from payments.gateway import Entry, gateway
from payments.models import GatewayEntry, GatewayPayout, PayoutState
from vouchers import events
from vouchers.models import CardPayoutShare


def follow(*, actor: Actor) -> int:
    """Ask the gateway what each payout that was heard of is made of, and post it; take back what failed since.

    How many were followed. Each is a transaction of its own, and can run twice. While the gateway is away, the rest
    waits; no lock is held while it is asked.
    """
    port, followed = gateway(), 0
    for payout in GatewayPayout.objects.to_take_in().filter(gateway=port.name).order_by("heard_at", "id"):
        try:
            said = port.made_of(payout.gateway_id)
        except GatewayAway:
            break
        except GatewayRefused:
            continue
        followed += take_in(payout.pk, said, actor=actor)
    for pk in GatewayPayout.objects.to_take_back().order_by("heard_at", "id").values_list("pk", flat=True):
        followed += take_back(pk, actor=actor)
    return followed


def take_in(payout: UUID, said: Sequence[Entry], *, actor: Actor) -> bool:
    """Post each scheme's share of a payout: card fees -> card clearing, and bank -> card clearing; False while it
    does not add up (`payments.payouts.make_of`). A share that is less than nothing moves the other way.

    Of one that failed before it is taken in, the fees alone are posted. Locks the payout, then what `ledger.post`
    locks.
    """
    with transaction.atomic():
        found = GatewayPayout.objects.to_take_in().select_for_update().filter(pk=payout).first()
        entries = payouts.make_of(found, said) if found else None
        if found is None or entries is None:
            return False
        shares = CardPayoutShare.objects.bulk_create(_shares(found, entries))
        arrived = found.state == PayoutState.PAID
        if not arrived:
            _taken_back(found)
        moves = [_fee(share, actor) for share in shares if share.fee_minor]
        moves += [_paid_out(share, actor) for share in shares if share.net_minor and arrived]
        ledger.post(moves)
    return True


def take_back(payout: UUID, *, actor: Actor) -> bool:
    """A payout that was taken in has come back from the bank: card clearing -> bank; the fees stay.

    Locks the payout, then what `ledger.post` locks.
    """
    with transaction.atomic():
        found = GatewayPayout.objects.to_take_back().select_for_update().filter(pk=payout).first()
        if found is None:
            return False
        _taken_back(found)
        shares = found.shares.exclude(net_minor=0).select_related("scheme", "payout")
        ledger.post([_came_back(share, actor) for share in shares])
    return True


def _taken_back(payout: GatewayPayout) -> None:
    payout.taken_back_at = timezone.now()
    payout.save(update_fields=["taken_back_at"])


def _shares(payout: GatewayPayout, entries: Sequence[GatewayEntry]) -> list[CardPayoutShare]:
    """The schemes' shares of a payout. One that came back earlier and is part of it is shared as it was."""
    fees: Counter[UUID] = Counter()
    nets: Counter[UUID] = Counter()
    placed = [entry for entry in entries if not entry.problem]
    whose = _schemes_of(payout)
    for entry in placed:
        if entry.checkout_id in whose:
            fees[whose[entry.checkout_id]] += entry.fee_minor
            nets[whose[entry.checkout_id]] += entry.net_minor
    for earlier in CardPayoutShare.objects.filter(payout__in=payouts.failed_before(placed).values()):
        nets[earlier.scheme_id] += earlier.net_minor
    schemes = Scheme.objects.in_bulk(fees.keys() | nets.keys())
    return [
        CardPayoutShare(payout=payout, scheme=scheme, fee_minor=fees[pk], net_minor=nets[pk])
        for pk, scheme in sorted(schemes.items())
    ]


def _schemes_of(payout: GatewayPayout) -> Mapping[UUID | None, UUID]:
    """The scheme of each payment that a payout has something of."""
    of_vouchers = payout.entries.filter(problem="", checkout__voucher__isnull=False)
    return dict(of_vouchers.values_list("checkout", "checkout__voucher__learning_account__scheme"))


def _fee(share: CardPayoutShare, actor: Actor) -> Transfer:
    return _move(share, share.fee_minor, "card_fee", "card_fees", events.CARD_FEES_KEPT, actor)


def _paid_out(share: CardPayoutShare, actor: Actor) -> Transfer:
    return _move(share, share.net_minor, "card_payout", "bank", events.CARD_MONEY_PAID_OUT, actor)


def _came_back(share: CardPayoutShare, actor: Actor) -> Transfer:
    kind, event = "card_payout_failed", events.CARD_PAYOUT_FAILED
    corrects = PostedTransfer.objects.get(reference=_reference("card_payout", share)).pk
    return _move(share, -share.net_minor, kind, "bank", event, actor, corrects=corrects)


def _move(
    share: CardPayoutShare,
    amount_minor: int,
    kind: str,
    other: str,
    event: EventKind,
    actor: Actor,
    *,
    corrects: UUID | None = None,
) -> Transfer:
    """So much from another account of the scheme to its card clearing; less than nothing, the other way."""
    scheme = share.scheme
    [account] = ledger.open_accounts([NewAccount(other, scheme.currency, False, "scheme", scheme.pk)])
    debit, credit = account, scheme.card_clearing_id
    if amount_minor < 0:
        debit, credit = credit, debit
    return Transfer(
        debit=debit,
        credit=credit,
        amount_minor=abs(amount_minor),
        currency=scheme.currency,
        kind=kind,
        reference=_reference(kind, share),
        corrects=corrects,
        event=event.by(actor, subject=scheme.subject, amount_minor=abs(amount_minor), payout=share.payout_id),
    )


def _reference(kind: str, share: CardPayoutShare) -> str:
    """With the gateway's own name of the payout, which is paid once whatever becomes of our rows."""
    return f"{kind}:{share.payout.gateway_id}:{share.scheme_id}"

"""Ending: a voucher is called off or runs out, and its money goes back where it came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from accounts.purses import destinations_of_refund
from config.bulk import write_back
from config.ids import read_code
from config.refusals import Refusal
from ledger import Actor, Event, Transfer
from payments import checkouts, refunds
from payments.models import CheckoutState
from payments.refunds import Wanted
from providers.models import Provider
from vouchers import errors, events
from vouchers.cards import recovering
from vouchers.issuing import cash_moves, parties
from vouchers.judging import judge
from vouchers.models import (
    CancelReason,
    Funding,
    Milestone,
    Outcome,
    State,
    Voucher,
    VoucherQuerySet,
)
from vouchers.shares import still_to_return

SWEEP = 500
CANCELLABLE = (State.ISSUED, State.ACCEPTED, State.STARTED)
WITHDRAWABLE = (State.RESERVED, State.ISSUED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Ending:
    """A locked voucher that is to close: the state it was in, and how it ends.

    `reason` is the voucher's own code; `told` is what the event gives instead, where that says more.
    """

    voucher: Voucher
    was: State
    outcome: Outcome
    reason: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Which voucher its provider calls off, and why."""

    voucher: str
    reason: CancelReason


def cancel(cancellations: Sequence[Cancellation], *, by: Provider, actor: Actor) -> list[Voucher | Refusal]:
    """The provider calls vouchers off with a coded reason, each judged on its own; what is not yet redeemed goes back.

    Refuses `VoucherNotFound`, `VoucherUnderReview`, `WrongState`.
    Locks the vouchers in id order, then what `ledger.post` locks.
    """
    with transaction.atomic():
        vouchers = Voucher.objects.made_out_to(by).lock([line.voucher for line in cancellations])
        answers: list[Voucher | Refusal] = []
        endings: list[Ending] = []
        for line in cancellations:
            answer = judge(vouchers.get(read_code(line.voucher) or ""), *CANCELLABLE)
            if isinstance(answer, Voucher):
                endings.append(Ending(answer, State(answer.state), Outcome.CANCELLED, line.reason))
                answer.state = State.CLOSED  # for the lines after it
            answers.append(answer)
        close(endings, actor=actor)
    return answers


def withdraw(voucher: UUID, *, learner: Learner, actor: Actor) -> Voucher:
    """The learner changes their mind: before the voucher is issued, or within the scheme's cooling-off days of it.

    While the provider is suspended they may at any time: nobody has to wait for what may never come.

    Refuses `VoucherNotFound`, `VoucherUnderReview`, `WrongState` (also once the course has started for them),
    `CoolingOffOver`. Locks the voucher, then what `ledger.post` locks.
    """
    with transaction.atomic():
        found = Voucher.objects.of_learner(learner).lock_ids([voucher]).get(voucher)
        if found is None:
            raise errors.VoucherNotFound()
        days = found.rule_version.parsed.delivery.cooling_off_days
        over = found.issued_at is not None and found.issued_at + dt.timedelta(days=days) < ledger.now()
        if over and found.provider.state != Provider.State.SUSPENDED:
            raise errors.CoolingOffOver()
        answer = judge(found, *WITHDRAWABLE)
        if isinstance(answer, Refusal):
            raise answer
        close([Ending(answer, State(answer.state), Outcome.WITHDRAWN)], actor=actor)
        return answer


def lapse(*, actor: Actor) -> int:
    """Close reserved vouchers whose learner's share was not paid in time; how many. Safe to run twice."""
    return sweep(Voucher.objects.lapsed, Outcome.LAPSED, actor)


def expire(*, actor: Actor) -> int:
    """Close vouchers not accepted, or not delivered, in time; how many. Safe to run twice.

    Never one with a milestone open or whose control is not clear: `VoucherQuerySet.expired`.
    """
    return sweep(Voucher.objects.expired, Outcome.EXPIRED, actor)


def close(
    endings: Sequence[Ending], *, actor: Actor, first: Sequence[Transfer] = (), happened: Sequence[Event] = ()
) -> None:
    """Close locked vouchers, sending what is in them back where it came from. Locks what `ledger.post` locks.

    `first` are transfers into them that are posted with it, and `happened` events of the same change. A checkout that
    is still open is called off; the card's share is asked back from the gateway, also one that was captured while
    the voucher was held and has waited in refund due since. What a card has taken back already is kept by the scheme.
    """
    if not endings:
        return
    left = ledger.lock([ending.voucher.account_id for ending in endings])
    for transfer in first:
        if transfer.credit in left:
            left[transfer.credit] += transfer.amount_minor
    back, closed = closing(endings, left, actor)
    kept, late = _kept_for_unissued(endings, closed)
    save_closed(endings)
    ledger.post([*first, *back, *kept], events=[*happened, *closed])
    refunds.ask_for(late)
    for ending in endings:
        if ending.was == State.RESERVED and ending.voucher.checkout is not None:
            checkouts.expire(ending.voucher.checkout)


def close_if_done(vouchers: Iterable[Voucher], *, actor: Actor) -> None:
    """Close completed vouchers whose account is empty and that have nothing open: their last step had no money."""
    completed = {voucher.id: voucher for voucher in vouchers if voucher.state == State.COMPLETED}
    if not completed:
        return
    still_open = set(Milestone.objects.filter(voucher__in=completed).still_open().values_list("voucher_id", flat=True))
    left = ledger.balances([voucher.account_id for voucher in completed.values()])
    close(
        [
            Ending(voucher, State.COMPLETED, Outcome.COMPLETED)
            for voucher in completed.values()
            if voucher.id not in still_open and not left[voucher.account_id]
        ],
        actor=actor,
    )


def closing(endings: Sequence[Ending], left: dict[UUID, int], actor: Actor) -> tuple[list[Transfer], list[Event]]:
    """The transfers that empty these vouchers, and the events that say so.

    `left` is what is in each voucher's account once whatever else is posted with these transfers has moved.
    Each source gets back its share of what it put in, to the penny by largest remainder; a purse's share goes
    to the purse or where the scheme sends the money of an expired one, the card's to refund due, and from there to the
    scheme where the card has had it back already.
    """
    fundings: dict[UUID, list[Funding]] = {ending.voucher.id: [] for ending in endings}
    for funding in Funding.objects.filter(voucher__in=fundings).select_related("purse").order_by("id"):
        fundings[funding.voucher_id].append(funding)
    shares_of = {
        ending.voucher.id: still_to_return(
            left[ending.voucher.account_id],
            [source.amount_minor for source in fundings[ending.voucher.id]],
            [source.returned_minor for source in fundings[ending.voucher.id]],
        )
        for ending in endings
    }
    purses = {
        source.purse_id: source.purse
        for voucher, sources in fundings.items()
        for source, share in zip(sources, shares_of[voucher], strict=True)
        if source.purse and share
    }
    to_card = {voucher: _card_share(sources, shares_of[voucher]) for voucher, sources in fundings.items()}
    taken = recovering.take(to_card)
    homes = destinations_of_refund(list(purses.values()), ledger.today(), actor=actor)
    transfers: list[Transfer] = []
    closed: list[Event] = []
    returned: list[Funding] = []
    to_cards: list[Wanted] = []
    for ending in endings:
        voucher, sources = ending.voucher, fundings[ending.voucher.id]
        shares = shares_of[voucher.id]
        gone_minor = recovering.total(taken.get(voucher.id, []))
        event = _closed(ending, sources, shares, gone_minor, actor)
        closed.append(event)
        for source, share in zip(sources, shares, strict=True):
            if not share:
                continue
            source.returned_minor += share
            reference = f"returned:{source.id}:{source.returned_minor}"
            returned.append(source)
            to = homes[source.purse_id] if source.purse_id else voucher.learning_account.scheme.refund_due_id
            transfers.append(
                Transfer(
                    debit=voucher.account_id,
                    credit=to,
                    amount_minor=share,
                    currency=voucher.currency,
                    kind="voucher_returned",
                    reference=reference,
                    event=event,
                    journal=event.id,
                )
            )
            if voucher.learning_account.scheme.commits and source.purse is not None and source.purse.award_id:
                transfers.append(cash_moves(voucher, share, event, back=reference))
            if not source.purse_id and voucher.checkout_id is not None:
                if gone_minor:
                    transfers += recovering.transfers(voucher, taken[voucher.id], event)
                if share > gone_minor:
                    to_cards.append(Wanted(voucher.checkout_id, reference, share - gone_minor))
    write_back(returned, "returned_minor")
    refunds.ask_for(to_cards)
    return transfers, closed


def save_closed(endings: Sequence[Ending]) -> None:
    """Write the end of locked vouchers; the guard on the old state makes it exclusive even without the lock."""
    now = ledger.now()
    for ending in endings:
        voucher = ending.voucher
        voucher.state, voucher.outcome, voucher.closed_at = State.CLOSED, ending.outcome, now
        voucher.cancel_reason = ending.reason
    written = 0
    kinds = {(ending.was, ending.outcome, ending.reason) for ending in endings}
    for was, outcome, reason in kinds:
        ids = [e.voucher.id for e in endings if (e.was, e.outcome, e.reason) == (was, outcome, reason)]
        written += Voucher.objects.filter(id__in=ids, state__in=[was]).update(
            state=State.CLOSED, outcome=outcome, cancel_reason=reason, closed_at=now
        )
    if written != len(endings):
        raise errors.WrongState(state=State.CLOSED.label)


def sweep(
    due: Callable[[dt.datetime], VoucherQuerySet], outcome: Outcome, actor: Actor, reason: str = "", told: str = ""
) -> int:
    """End what is due in chunks of `SWEEP`, each its own transaction, judged again under the lock; how many."""
    ended = 0
    while True:
        with transaction.atomic():
            now = ledger.now()
            ids = list(due(now).order_by("id").values_list("id", flat=True)[:SWEEP])
            Voucher.objects.lock_ids(ids)
            vouchers = due(now).filter(id__in=ids).lock_ids(ids)
            close(
                [Ending(voucher, State(voucher.state), outcome, reason, told) for voucher in vouchers.values()],
                actor=actor,
            )
        ended += len(vouchers)
        if not vouchers:
            return ended


def _kept_for_unissued(endings: Sequence[Ending], closed: Sequence[Event]) -> tuple[list[Transfer], list[Wanted]]:
    """What waits in refund due for vouchers that end before they were issued: what the scheme keeps of it, and what
    goes back to the card."""
    waiting = [
        (ending.voucher, checkout, event)
        for ending, event in zip(endings, closed, strict=True)
        if ending.was == State.RESERVED
        and (checkout := ending.voucher.checkout)
        and checkout.state == CheckoutState.PAID
    ]
    taken = recovering.take({voucher.id: checkout.amount_minor for voucher, checkout, _event in waiting})
    kept, late = [], []
    for voucher, checkout, event in waiting:
        gone = taken.get(voucher.id, [])
        kept += recovering.transfers(voucher, gone, event)
        if left_minor := checkout.amount_minor - recovering.total(gone):
            late.append(Wanted(checkout.pk, f"late:{voucher.id}", left_minor))
    return kept, late


def _closed(ending: Ending, sources: Sequence[Funding], shares: Sequence[int], gone_minor: int, actor: Actor) -> Event:
    """`gone_minor` of the card's share does not go back to the card."""
    to_card = _card_share(sources, shares)
    return events.CLOSED.by(
        actor,
        subject=ending.voucher.subject,
        outcome=ending.outcome,
        reason=ending.told or ending.reason,
        to_purse_minor=sum(shares) - to_card,
        to_card_minor=to_card - gone_minor,
        **parties(ending.voucher),
    )


def _card_share(sources: Sequence[Funding], shares: Sequence[int]) -> int:
    """How much of the shares that go back to these sources is the card's."""
    return sum(share for source, share in zip(sources, shares, strict=True) if not source.purse_id)

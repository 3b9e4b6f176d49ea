"""Problems: what of a scheme's card money waits for a person."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.query_utils import Q
from django.utils import timezone

import ledger
from accounts.models import Scheme
from ledger import Actor
from payments.models import CardRefund, GatewayEntry, GatewayEvent, GatewayPayout, Problem
from vouchers import errors, events
from vouchers.card_holds import CardHoldQuerySet
from vouchers.cards import reconciling
from vouchers.models import CardHold

Found = TypeVar("Found", GatewayEvent, GatewayEntry, GatewayPayout)


def refunds_of(scheme: Scheme) -> QuerySet[CardRefund]:
    """Refunds that failed and that nothing was done about, the oldest first."""
    mine = CardRefund.objects.unresolved().filter(checkout__voucher__learning_account__scheme=scheme)
    return mine.order_by("answered_at", "id")


def losses_of(scheme: Scheme) -> CardHoldQuerySet:
    """Payments that were taken back from vouchers that nobody has decided on, the oldest first."""
    return CardHold.objects.to_decide().filter(voucher__learning_account__scheme=scheme).order_by("lost_at", "id")


def messages_of(scheme: Scheme) -> QuerySet[GatewayEvent]:
    """What the gateway said and nothing followed from, the oldest first; of money that is no scheme's, too."""
    whose = Q(checkout__voucher__learning_account__scheme=scheme) | Q(checkout=None)
    return GatewayEvent.objects.unresolved().filter(whose).order_by("received_at", "id")


def count(scheme: Scheme) -> int:
    """How many there are. Six queries."""
    every: list[QuerySet[Any]] = [
        refunds_of(scheme),
        losses_of(scheme),
        messages_of(scheme),
        reconciling.entries_to_look_at(scheme),
        reconciling.payouts_to_look_at(),
        reconciling.payments_not_paid_out(scheme),
    ]
    return sum(each.count() for each in every)


def deal_with(message: UUID, *, scheme: Scheme, actor: Actor) -> GatewayEvent:
    """Somebody has looked at a message and put right what was to be put right, at the gateway. Nothing moves here.

    Refuses `CardProblemGone`. Locks the message.
    """
    with transaction.atomic():
        found = _locked(messages_of(scheme), message)
        _note(found, "gateway_event", found.problem, found.checkout_id, actor)
    return found


def deal_with_entry(entry: UUID, *, scheme: Scheme, actor: Actor) -> GatewayEntry:
    """The same of what a payout was made of. Refuses `CardProblemGone`. Locks the entry."""
    with transaction.atomic():
        found = _locked(reconciling.entries_to_look_at(scheme), entry)
        _note(found, "gateway_entry", found.problem, found.checkout_id, actor)
    return found


def deal_with_payout(payout: UUID, *, actor: Actor) -> GatewayPayout:
    """The same of a payout that is not what the gateway says it is made of, which is then not asked about again.

    Refuses `CardProblemGone`. Locks the payout.
    """
    with transaction.atomic():
        found = _locked(reconciling.payouts_to_look_at(), payout)
        _note(found, "gateway_payout", Problem.AMOUNT, None, actor)
    return found


def _locked(every: QuerySet[Found], pk: UUID) -> Found:
    found = every.filter(pk=pk).select_for_update(of=("self",)).first()
    if found is None:
        raise errors.CardProblemGone()
    return found


def _note(
    found: GatewayEvent | GatewayEntry | GatewayPayout, what: str, problem: str, checkout: UUID | None, actor: Actor
) -> None:
    found.dealt_with_at = timezone.now()
    found.save(update_fields=["dealt_with_at"])
    subject = f"{what}:{found.pk}"
    ledger.record(events.CARD_PROBLEM_DEALT_WITH.by(actor, subject=subject, problem=problem, checkout=checkout))

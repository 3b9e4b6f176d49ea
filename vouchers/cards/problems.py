"""Problems: what of a scheme's card money waits for a person."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.query_utils import Q
from django.utils import timezone

import ledger
from accounts.models import Scheme
from ledger import Actor
from payments.models import CardRefund, GatewayEvent
from vouchers import errors, events
from vouchers.card_holds import CardHoldQuerySet
from vouchers.models import CardHold


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
    """How many there are. Three queries."""
    return refunds_of(scheme).count() + losses_of(scheme).count() + messages_of(scheme).count()


def deal_with(message: UUID, *, scheme: Scheme, actor: Actor) -> GatewayEvent:
    """Somebody has looked at a message and put right what was to be put right, at the gateway. Nothing moves here.

    Refuses `CardProblemGone`. Locks the message.
    """
    with transaction.atomic():
        found = messages_of(scheme).filter(pk=message).select_for_update(of=("self",)).first()
        if found is None:
            raise errors.CardProblemGone()
        found.dealt_with_at = timezone.now()
        found.save(update_fields=["dealt_with_at"])
        ledger.record(
            events.CARD_PROBLEM_DEALT_WITH.by(
                actor, subject=f"gateway_event:{found.pk}", problem=found.problem, checkout=found.checkout_id
            )
        )
    return found

"""Purses: how they end, and where money goes that comes back after they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

import ledger
from accounts import events
from accounts.models import Purse
from ledger import Actor, Transfer

SWEEP = 500


def expire(*, actor: Actor) -> int:
    """Close purses past their last day and send what is left in them back to the pot; how many. Can run twice.

    Each chunk of `SWEEP` is its own transaction. Locks the purses in id order, then what `ledger.post` locks.
    """
    expired = 0
    while True:
        with transaction.atomic():
            over = Purse.objects.filter(state=Purse.State.OPEN, expires_on__lt=ledger.today())
            purses = list(
                over.select_related("learning_account__scheme").order_by("id").select_for_update(of=("self",))[:SWEEP]
            )
            left = ledger.lock([purse.ledger_account_id for purse in purses])
            Purse.objects.filter(pk__in=[purse.pk for purse in purses]).update(state=Purse.State.EXPIRED)
            ledger.post([_to_pot(purse, left, actor) for purse in purses if left[purse.ledger_account_id]])
        expired += len(purses)
        if not purses:
            return expired


def extend(accounts: Sequence[UUID], *, days: int, actor: Actor) -> None:
    """Let the open purses of these learning accounts live longer: waiting for an adviser costs nothing.

    Locks the purses in id order.
    """
    with transaction.atomic():
        purses = list(
            Purse.objects.filter(learning_account__in=accounts, state=Purse.State.OPEN)
            .select_related("learning_account")
            .order_by("id")
            .select_for_update(of=("self",))
        )
        Purse.objects.filter(pk__in=[purse.pk for purse in purses]).update(
            expires_on=F("expires_on") + dt.timedelta(days=days)
        )
        ledger.record(
            *(
                events.PURSE_EXTENDED.by(
                    actor,
                    subject=f"purse:{purse.id}",
                    learner=purse.learning_account.learner_id,
                    scheme=purse.learning_account.scheme_id,
                    expires_on=purse.expires_on + dt.timedelta(days=days),
                )
                for purse in purses
            )
        )


def destinations_of_refund(purses: Sequence[Purse], on: dt.date) -> dict[UUID, UUID]:
    """Where money that a voucher returns goes, by purse: back into it while it is open, else to the scheme's pot.

    Locks the purses, so that none expires between this answer and the posting.
    """
    wanted = (
        Purse.objects.filter(pk__in=[purse.pk for purse in purses])
        .select_related("learning_account__scheme")
        .order_by("id")
        .select_for_update(of=("self",))
    )
    return {
        purse.pk: purse.ledger_account_id
        if purse.state == Purse.State.OPEN and purse.expires_on >= on
        else purse.learning_account.scheme.pot_id
        for purse in wanted
    }


def _to_pot(purse: Purse, left: dict[UUID, int], actor: Actor) -> Transfer:
    scheme, amount = purse.learning_account.scheme, left[purse.ledger_account_id]
    return Transfer(
        debit=purse.ledger_account_id,
        credit=scheme.pot_id,
        amount_minor=amount,
        currency=scheme.currency,
        kind="purse_expired",
        reference=f"purse_expired:{purse.id}",
        journal=purse.id,
        event=events.PURSE_EXPIRED.by(
            actor,
            subject=f"purse:{purse.id}",
            learner=purse.learning_account.learner_id,
            scheme=scheme.id,
            amount_minor=amount,
        ),
    )

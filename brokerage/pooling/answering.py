"""Answering: each learner says for themselves whether they would come. Nothing is bought by it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.models import Wish
from brokerage.pooling import errors, events
from brokerage.pooling.models import GroupAnswer, GroupOffer, GroupOfferQuerySet, OfferState
from brokerage.wishing import COUNTS_FOR
from ledger import Actor
from vouchers.places import places_taken


def answer(pk: UUID, comes: bool, *, learner: Learner, actor: Actor) -> GroupAnswer:
    """Say yes or no, until the offer's time is over; the last word counts. Said again, nothing changes.

    Refuses `OfferNotFound` (also for whoever does not wish for it), `OfferOver`, `GroupFull`. Locks the offer, so that
    its last place has one taker, and nobody comes in while it is closed.
    """
    with transaction.atomic():
        now = ledger.now()
        found = offers_to(learner).select_for_update(of=("self",)).filter(pk=pk).select_related("run").first()
        if found is None:
            raise errors.OfferNotFound()
        if found.state != OfferState.OPEN or found.answer_by <= now:
            raise errors.OfferOver()
        said = found.answers.filter(learner=learner).first()
        if said is not None and said.comes == comes:
            return said
        if comes and _is_full(found):
            raise errors.GroupFull()
        said, _new = GroupAnswer.objects.update_or_create(
            offer=found, learner=learner, defaults={"comes": comes, "answered_at": now}
        )
        ledger.record(
            events.ANSWERED.by(actor, subject=f"learner:{learner.pk}", learner=learner.pk, offer=found.pk, comes=comes)
        )
    return said


def offers_to(learner: Learner) -> GroupOfferQuerySet:
    """The offers that answer a wish of this learner's, or that they have answered, the latest first."""
    wishes = Wish.objects.of_learner(learner).open(ledger.now() - COUNTS_FOR)
    wished = [(category, town) for category, town in wishes.values_list("category", "town")]
    mine = GroupOffer.objects.filter(answers__learner=learner)
    for category, town in wished:
        here = GroupOffer.objects.filter(category=category)
        # Whoever would learn anywhere would learn in each town.
        mine |= here.filter(town=town) if town else here
    return GroupOffer.objects.filter(pk__in=mine.order_by().values("pk"))


def _is_full(found: GroupOffer) -> bool:
    places = found.run.places
    if places is None:
        return False
    taken = places_taken([found.run_id])[found.run_id]
    return found.answers.filter(comes=True).count() >= places - taken

"""Closing: the time to answer is over, and the price is what the size of the group makes it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.pooling import events
from brokerage.pooling.models import GroupOffer, OfferState, Rung
from brokerage.pooling.offering import end, to_learner
from config.refusals import all_of
from ledger import Actor
from providers.models import CourseRun
from vouchers import agreeing
from vouchers.agreeing import Promise

# Time to ask for the course, to talk to an adviser where the scheme wants it, and to pay one's own share.
HOLDS = dt.timedelta(days=21)


def close_due(*, actor: Actor) -> int:
    """Close the offers whose time is over; how many. Can run twice. Each is its own transaction and locks its offer."""
    due = list(GroupOffer.objects.due(ledger.now()).order_by("id").values_list("pk", flat=True))
    return sum(_close(pk, actor) for pk in due)


def reached(rungs: list[Rung], came: int) -> Rung | None:
    """The last step that a group of so many has reached; None for one that is too small."""
    return next((rung for rung in sorted(rungs, key=lambda each: -each.learners) if rung.learners <= came), None)


def _close(pk: UUID, actor: Actor) -> bool:
    with transaction.atomic():
        due = GroupOffer.objects.due(ledger.now()).select_for_update(of=("self",)).select_related("run__course")
        found = due.filter(pk=pk).first()
        if found is None:
            return False
        coming = list(Learner.objects.filter(group_answers__offer=found, group_answers__comes=True).order_by("pk"))
        rung = reached(list(found.rungs.all()), len(coming))
        on_sale = CourseRun.objects.on_sale(ledger.today()).filter(pk=found.run_id).exists()
        if rung is None or not on_sale:
            end(found, OfferState.LAPSED, actor)
        else:
            _agree(found, rung.price_minor, coming, actor)
    return True


def _agree(found: GroupOffer, price_minor: int, coming: list[Learner], actor: Actor) -> None:
    """The price holds for each who said yes, and is theirs to take or leave. What everybody pays may be lower by now:
    then they pay that, as everybody does."""
    holds_until = min(ledger.today() + HOLDS, found.run.starts_on)
    if price_minor < (found.run.price_minor or 0):
        promises = [Promise(learner, found.run, price_minor, holds_until, found.subject) for learner in coming]
        all_of(agreeing.agree(promises, actor=actor))
    found.state, found.ended_at, found.came = OfferState.AGREED, ledger.now(), len(coming)
    found.price_minor, found.holds_until = price_minor, holds_until
    found.save(update_fields=["state", "ended_at", "came", "price_minor", "holds_until"])
    ledger.record(
        events.AGREED.by(
            actor,
            subject=found.subject,
            provider=found.provider_id,
            run=found.run_id,
            came=len(coming),
            price_minor=price_minor,
            holds_until=holds_until,
        ),
        *(
            to_learner(events.TAKES_PLACE, found, learner.pk, actor, price_minor=price_minor, holds_until=holds_until)
            for learner in coming
        ),
    )

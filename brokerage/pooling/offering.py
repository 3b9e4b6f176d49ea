"""Offering: a provider answers what many learners wish for with a course for all of them, cheaper the more come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction

import ledger
from brokerage.models import Wish
from brokerage.pooling import errors, events
from brokerage.pooling.models import GroupOffer, OfferState, Rung
from brokerage.wishing import COUNTS_FOR, ENOUGH, STEP, demand
from config.walls import walled_by
from ledger import Actor, Event, EventKind
from providers.models import CourseRun, Provider

# A group is as many as have to wish for something before a provider hears of it.
SMALLEST = ENOUGH
# Time to read a letter and think; and not so long that a wish grows cold.
ANSWER_WITHIN = (dt.timedelta(days=3), dt.timedelta(days=60))
# More would be a way to find out who wishes for what.
OFFERS_A_DAY = 10


@dataclass(frozen=True, slots=True)
class Step:
    """From so many learners on, each pays so much: minor units of the run's currency."""

    learners: int
    price_minor: int


def offer(
    run: UUID, steps: Sequence[Step], *, town: str, answer_by: dt.datetime, by: Provider, actor: Actor
) -> GroupOffer:
    """Offer a run of this provider to all who wish for its subject in `town` ("" for anywhere); they are told.

    `steps` begin with the smallest group with which it takes place. Refuses `RunDoesNotFit`, `TooLittleTime`,
    `NotEnoughDemand`, `GroupTooSmall`, `PricesDoNotFall`, `GroupTooLarge`, `OfferedAlready`, `TooManyOffers`.
    Locks the provider.
    """
    with transaction.atomic():
        now = ledger.now()
        Provider.objects.select_for_update(no_key=True).get(pk=by.pk)
        found = CourseRun.objects.on_sale(ledger.today()).filter(course__provider=by, pk=run).select_related("course")
        chosen = found.first()
        _check_time(answer_by - now)
        if chosen is None or chosen.starts_on <= answer_by.date():
            raise errors.RunDoesNotFit(field="run")
        if not any((each.category, each.town) == (chosen.course.category, town) for each in demand(now)):
            raise errors.NotEnoughDemand(field="town")
        _check_steps(steps, chosen)
        if GroupOffer.objects.of_provider(by).filter(made_at__gt=now - dt.timedelta(days=1)).count() >= OFFERS_A_DAY:
            raise errors.TooManyOffers(most=OFFERS_A_DAY)
        with walled_by({"one_open_offer_a_provider_subject_and_town": errors.OfferedAlready(field="town")}):
            made = GroupOffer.objects.create(
                run=chosen,
                provider=by,
                category=chosen.course.category,
                town=town,
                made_at=now,
                answer_by=answer_by,
            )
        rungs = [Rung(offer=made, learners=step.learners, price_minor=step.price_minor) for step in steps]
        Rung.objects.bulk_create(rungs)
        ledger.record(
            events.OFFERED.by(
                actor,
                subject=made.subject,
                provider=by.pk,
                run=chosen.pk,
                category=made.category,
                answer_by=answer_by,
            ),
            *(to_learner(events.SHOWN, made, learner, actor, answer_by=answer_by) for learner in who_wish(made, now)),
        )
    return made


def take_back(pk: UUID, *, by: Provider, actor: Actor) -> GroupOffer:
    """The provider takes an open offer back; whoever said that they come is told. Taken back twice, it is once.

    Refuses `OfferNotFound`, `OfferOver`. Locks the offer.
    """
    with transaction.atomic():
        found = GroupOffer.objects.of_provider(by).select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            raise errors.OfferNotFound()
        if found.state in (OfferState.AGREED, OfferState.LAPSED):
            raise errors.OfferOver()
        if found.state == OfferState.OPEN:
            end(found, OfferState.CANCELLED, actor)
    return found


def end(found: GroupOffer, outcome: OfferState, actor: Actor) -> None:
    """Nothing comes of an offer, which the caller has locked: whoever said that they come is told, and wishes stay."""
    found.state, found.ended_at = outcome, ledger.now()
    found.save(update_fields=["state", "ended_at"])
    coming = found.answers.filter(comes=True).values_list("learner", flat=True)
    ledger.record(
        events.ENDED.by(
            actor, subject=found.subject, provider=found.provider_id, run=found.run_id, outcome=outcome.value
        ),
        *(to_learner(events.CALLED_OFF, found, learner, actor, outcome=outcome.value) for learner in coming),
    )


def to_learner(kind: EventKind, found: GroupOffer, learner: UUID, actor: Actor, **data: Any) -> Event:
    """What happens to an offer, to one learner by themselves. `found` has its run."""
    return kind.by(
        actor,
        subject=f"learner:{learner}",
        learner=learner,
        offer=found.pk,
        provider=found.provider_id,
        course=found.run.course_id,
        **data,
    )


def who_wish(found: GroupOffer, now: dt.datetime) -> list[UUID]:
    """Those whose wish the offer answers: of its subject, in its town or anywhere."""
    wishes = Wish.objects.open(now - COUNTS_FOR).filter(category=found.category, town__in={found.town, ""})
    return list(wishes.order_by("learner").values_list("learner", flat=True).distinct())


def coming(found: GroupOffer) -> int:
    """How many come, for the provider to see: in whole steps while learners decide, exactly once it takes place."""
    if found.state == OfferState.AGREED:
        return found.came or 0
    number = found.answers.filter(comes=True).count()
    return number - number % STEP


def _check_time(left: dt.timedelta) -> None:
    least, most = ANSWER_WITHIN
    if not least <= left <= most:
        raise errors.TooLittleTime(field="answer_by", least=least.days, most=most.days)


def _check_steps(steps: Sequence[Step], run: CourseRun) -> None:
    if not steps or steps[0].learners < SMALLEST:
        raise errors.GroupTooSmall(field="steps", least=SMALLEST)
    prices = [run.price_minor or 0, *(step.price_minor for step in steps), 0]
    sizes = [step.learners for step in steps]
    if any(after >= before for before, after in pairwise(prices)) or sorted(set(sizes)) != sizes:
        raise errors.PricesDoNotFall(field="steps")
    if run.places is not None and sizes[-1] > run.places:
        raise errors.GroupTooLarge(field="steps", places=run.places)

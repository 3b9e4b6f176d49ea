"""Agreeing: a provider lets a learner have a course run for less, and whatever prices it for them knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor
from providers.models import CourseRun
from vouchers import agreeing_errors, events
from vouchers.models import AgreedPrice


@dataclass(frozen=True, slots=True)
class Promise:
    """What a run is to cost a learner, in minor units of the run's currency, until the end of `until`."""

    learner: Learner
    run: CourseRun
    price_minor: int
    until: dt.date
    source: str


def agree(promises: Sequence[Promise], *, actor: Actor) -> list[AgreedPrice | Refusal]:
    """Keep what a provider promised, each judged on its own. Promised twice from one source, it is the same promise.

    Who may promise is for the caller to have asked. Refuses `NotBelowTheListPrice`, `PromiseIsOver`. Locks nothing.
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        sources = {promise.source for promise in promises}
        known = {
            (kept.learner_id, kept.run_id, kept.source): kept for kept in AgreedPrice.objects.filter(source__in=sources)
        }
        answers = [known.get(_key(promise)) or _judge(promise, now, today) for promise in promises]
        new = [answer for answer in answers if isinstance(answer, AgreedPrice) and answer.pk not in _ids(known)]
        with walled_by({"agreed_price_is_below_the_list_price": agreeing_errors.NotBelowTheListPrice()}):
            AgreedPrice.objects.bulk_create(new)
        ledger.record(
            *(
                events.PRICE_AGREED.by(
                    actor,
                    subject=f"agreed_price:{agreed.pk}",
                    learner=agreed.learner_id,
                    run=agreed.run_id,
                    price_minor=agreed.price_minor,
                    list_minor=agreed.list_minor,
                    until=agreed.until,
                )
                for agreed in new
            )
        )
    return answers


def agreed_prices(wanted: Collection[tuple[UUID, CourseRun]], on: dt.date) -> dict[tuple[UUID, UUID], AgreedPrice]:
    """The lowest price that each learner was promised for each run and that is below what all pay now, by (learner,
    run). One query."""
    runs = {run.pk: run for _learner, run in wanted}
    keys = {(learner, run.pk) for learner, run in wanted}
    promised = AgreedPrice.objects.standing(on).filter(learner__in={learner for learner, _run in wanted}, run__in=runs)
    found: dict[tuple[UUID, UUID], AgreedPrice] = {}
    for agreed in promised:
        key, run = (agreed.learner_id, agreed.run_id), runs[agreed.run_id]
        counts = agreed.currency == run.currency and agreed.price_minor < (run.price_minor or 0)
        if counts and key in keys:
            found.setdefault(key, agreed)  # the lowest comes first
    return found


def _judge(promise: Promise, now: dt.datetime, today: dt.date) -> AgreedPrice | Refusal:
    list_minor = promise.run.price_minor or 0
    if not 0 < promise.price_minor < list_minor:
        return agreeing_errors.NotBelowTheListPrice(field="price")
    if promise.until < today:
        return agreeing_errors.PromiseIsOver(field="until")
    return AgreedPrice(
        learner=promise.learner,
        run=promise.run,
        price_minor=promise.price_minor,
        list_minor=list_minor,
        currency=promise.run.currency,
        agreed_at=now,
        until=promise.until,
        source=promise.source,
    )


def _key(promise: Promise) -> tuple[UUID, UUID, str]:
    return promise.learner.pk, promise.run.pk, promise.source


def _ids(known: dict[tuple[UUID, UUID, str], AgreedPrice]) -> set[UUID]:
    return {agreed.pk for agreed in known.values()}

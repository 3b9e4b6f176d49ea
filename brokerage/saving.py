"""Saving: a learner keeps a course for later, and sees what has become of it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage import errors, events
from brokerage.models import Saved
from config.refusals import Refusal
from ledger import Actor
from providers.errors import PriceOnRequest, RunIsFree, RunNotFound
from providers.models import CourseRun
from providers.sale import why_not_on_sale

# As many as still make one page, and one choice; it keeps the page and its queries small.
MOST = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """What a learner saved, and what has changed since; `gone` is why nobody can join it any more."""

    saved: Saved
    gone: Refusal | None

    @property
    def run(self) -> CourseRun:
        return self.saved.run

    @property
    def price_changed(self) -> bool:
        run = self.run
        return (self.saved.price_minor, self.saved.currency) != (run.price_minor, run.currency)

    @property
    def dates_changed(self) -> bool:
        return (self.saved.starts_on, self.saved.ends_on) != (self.run.starts_on, self.run.ends_on)


def save(run: UUID, *, learner: Learner, actor: Actor) -> Saved:
    """Keep a course run for later. Saved twice, it stays as it was saved first.

    Refuses `RunNotFound`, `TooManySaved`. Locks the learner, so that two at once are one after the other.
    """
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        mine = Saved.objects.of_learner(learner)
        if earlier := mine.filter(run=run).first():
            return earlier
        found = CourseRun.objects.filter(pk=run).first()
        if found is None:
            raise RunNotFound()
        if mine.count() >= MOST:
            raise errors.TooManySaved(most=MOST)
        saved = Saved.objects.create(
            learner=learner,
            run=found,
            saved_at=ledger.now(),
            price_minor=found.price_minor,
            currency=found.currency,
            starts_on=found.starts_on,
            ends_on=found.ends_on,
        )
        ledger.record(events.COURSE_SAVED.by(actor, subject=found.subject, learner=learner.pk, run=found.pk))
    return saved


def let_go(run: UUID, *, learner: Learner, actor: Actor) -> bool:
    """Keep it no longer; whether it was kept. Pressed twice, it is done once."""
    with transaction.atomic():
        gone, _rows = Saved.objects.of_learner(learner).filter(run=run).delete()
        if gone:
            ledger.record(events.COURSE_LET_GO.by(actor, subject=f"run:{run}", learner=learner.pk, run=run))
    return bool(gone)


def saved_among(learner: Learner, runs: Iterable[UUID]) -> set[UUID]:
    """Which of these course runs the learner has saved. One query."""
    return set(Saved.objects.of_learner(learner).filter(run__in=list(runs)).values_list("run", flat=True))


def shelf(learner: Learner, on: dt.date) -> list[Kept]:
    """What the learner has saved, the latest first, with what has changed since. Two queries."""
    mine = list(Saved.objects.of_learner(learner).select_related("run__course__provider", "run__venue"))
    gone = why_gone([saved.run for saved in mine], on)
    return [Kept(saved, gone.get(saved.run_id)) for saved in mine]


def why_gone(runs: Sequence[CourseRun], on: dt.date) -> dict[UUID, Refusal]:
    """Why each of these runs that cannot be joined any more cannot. One query.

    What cannot be bought with a voucher may still be joined: it is free, or its price is asked for.
    """
    refused = why_not_on_sale(runs, on)
    return {run: why for run, why in refused.items() if not isinstance(why, RunIsFree | PriceOnRequest)}

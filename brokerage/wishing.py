"""Wishing: a learner says what they looked for in vain, and providers see how many look for the same, and not who."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

import ledger
from accounts.models import Learner
from brokerage import errors, events
from brokerage.models import Wish
from config.walls import walled_by
from ledger import Actor
from providers.categories import DETAILED_FIELDS
from providers.models import CourseRun, Venue

# As many as one person can mean; it also keeps anybody from looking like a crowd.
MOST = 20
# Longer ago, somebody has found something else, or given up.
COUNTS_FOR = dt.timedelta(days=365)
# Fewer could be people that a provider knows; numbers go down to whole steps, so that one more does not show.
ENOUGH = STEP = 5


@dataclass(frozen=True, slots=True)
class Demand:
    """At least so many learners wish for a subject in a town, "" for anywhere."""

    category: str
    town: str
    learners: int


def wish(
    *,
    learner: Learner,
    category: str,
    words: str = "",
    town: str = "",
    mode: CourseRun.Mode | str = "",
    pattern: CourseRun.Pattern | str = "",
    actor: Actor,
) -> Wish:
    """Note what a learner would learn. `category` is a detailed field, `town` any spelling of a town with courses.

    Refuses `SubjectUnknown`, `TownUnknown`, `TooManyWishes`, `WishedAlready`. Locks the learner.
    """
    if category not in DETAILED_FIELDS:
        raise errors.SubjectUnknown(field="category")
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        known = _town(town)
        now = ledger.now()
        # What no longer counts makes room for itself.
        stale = Wish.objects.of_learner(learner).filter(ended_at=None, made_at__lte=now - COUNTS_FOR)
        stale.update(ended_at=now)
        if Wish.objects.of_learner(learner).filter(ended_at=None).count() >= MOST:
            raise errors.TooManyWishes(most=MOST)
        with walled_by({"one_open_wish_a_learner_subject_and_town": errors.WishedAlready()}):
            made = Wish.objects.create(
                learner=learner,
                words=words.strip(),
                category=category,
                town=known,
                mode=mode,
                pattern=pattern,
                made_at=now,
            )
        ledger.record(events.WISH_MADE.by(actor, subject=made.subject, learner=learner.pk, category=category))
    return made


def take_back(wish: UUID, *, learner: Learner, actor: Actor) -> Wish:
    """It counts no longer. Taken back twice, it is taken back once. Refuses `WishNotFound`. Locks the wish."""
    with transaction.atomic():
        found = Wish.objects.of_learner(learner).select_for_update(of=("self",)).filter(pk=wish).first()
        if found is None:
            raise errors.WishNotFound()
        if found.ended_at is None:
            found.ended_at = ledger.now()
            found.save(update_fields=["ended_at"])
            ledger.record(
                events.WISH_TAKEN_BACK.by(actor, subject=found.subject, learner=learner.pk, category=found.category)
            )
    return found


def standing(learner: Learner, now: dt.datetime) -> QuerySet[Wish]:
    """The learner's wishes that count, the latest first."""
    return Wish.objects.of_learner(learner).open(now - COUNTS_FOR)


def demand(now: dt.datetime) -> list[Demand]:
    """What enough learners wish for, by subject and town, the most wished for first. One query.

    A learner counts once in each. Nothing else of a wish is told.
    """
    rows = (
        Wish.objects.open(now - COUNTS_FOR)
        .order_by()
        .values_list("category", "town")
        .annotate(learners=Count("learner", distinct=True))
        .filter(learners__gte=ENOUGH)
    )
    found = [Demand(category, town, number - number % STEP) for category, town, number in rows]
    return sorted(found, key=lambda each: (-each.learners, each.category, each.town))


def _town(typed: str) -> str:
    """The town as the catalogue spells it; "" for none. Refuses `TownUnknown`."""
    name = " ".join(typed.split())
    if not name:
        return ""
    spelled = Venue.objects.filter(town__iexact=name).order_by("town").values_list("town", flat=True).first()
    if spelled is None:
        raise errors.TownUnknown(field="town")
    return spelled

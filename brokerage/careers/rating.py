"""Rating: a learner says how well they find their way, at the beginning of a plan and again later. Nobody else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import Enum
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.careers import errors, events
from brokerage.careers.models import CareerSkill, Level, SelfRating
from brokerage.planning.errors import PlanNotFound
from brokerage.planning.models import Plan
from brokerage.talking.models import EntryKind
from brokerage.talking.recording import write
from ledger import Actor

# Long enough to have changed, short enough to remember how it was.
AGAIN_AFTER = dt.timedelta(days=91)


class Invitation(Enum):
    """Why it is a good day to rate oneself."""

    FIRST = "first"
    STEP_DONE = "step_done"
    LONG_AGO = "long_ago"


def rate(goal: UUID, levels: Mapping[CareerSkill, Level], *, share: bool, learner: Learner, actor: Actor) -> SelfRating:
    """Keep how the learner rates themselves today; said again on the same day, the last counts.

    Shared, a copy goes on the guidance record, where it stays. Refuses `PlanNotFound`, `RatingIncomplete`. Locks the
    plan.
    """
    if set(levels) != set(CareerSkill):
        raise errors.RatingIncomplete()
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(goal=goal, goal__learner=learner).first()
        if plan is None:
            raise PlanNotFound()
        today = ledger.today()
        rating = SelfRating.objects.filter(goal=goal, rated_on=today).first()
        if rating is None:
            rating = SelfRating(goal_id=goal, rated_on=today)
        elif rating.levels == levels and (rating.shared or not share):
            return rating
        for skill, level in levels.items():
            setattr(rating, skill, level)
        rating.shared = share
        rating.save()
        if share:
            answers = {skill.value: level.name.lower() for skill, level in levels.items()}
            write(learner.pk, EntryKind.RATING, answers=answers, actor=actor)
        ledger.record(events.RATED.by(actor, learner.subject, learner=learner.pk, goal=goal, shared=share))
    return rating


def invitation(plan: Plan, ratings: Sequence[SelfRating]) -> Invitation | None:
    """Whether the plan's learner is asked to rate themselves, after `ratings` of this plan, the earliest first."""
    if not ratings:
        return Invitation.FIRST
    last = ratings[-1].rated_on
    if any(step.done_on and step.done_on > last for step in plan.goal.steps.all()):
        return Invitation.STEP_DONE
    return Invitation.LONG_AGO if ledger.today() >= last + AGAIN_AFTER else None

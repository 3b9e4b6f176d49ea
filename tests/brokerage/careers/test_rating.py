"""Learners rate how they find their way, before and after, for themselves alone unless they say otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from brokerage import leaving
from brokerage.careers import errors, rating
from brokerage.careers.models import CareerSkill, Level, SelfRating
from brokerage.careers.rating import AGAIN_AFTER, Invitation, invitation, rate
from brokerage.planning import planning
from brokerage.planning.errors import PlanNotFound
from brokerage.planning.models import Plan
from brokerage.planning.planning import NewStep
from brokerage.progress import writing
from brokerage.progress.models import Goal
from brokerage.talking.models import GuidanceEntry
from ledger.models import Event
from tests.factories.plans import a_plan
from tests.factories.vouchers import ACTOR, learning_accounts

pytestmark = pytest.mark.django_db


def all_at(level: Level) -> dict[CareerSkill, Level]:
    return dict.fromkeys(CareerSkill, level)


def invited(plan: Plan) -> Invitation | None:
    return invitation(Plan.objects.get(pk=plan.pk), list(SelfRating.objects.filter(goal=plan.goal_id)))


def test_it_is_theirs_alone_unless_they_put_it_on_their_record() -> None:
    plan, _adviser = a_plan()
    goal, who = plan.goal_id, {"learner": plan.goal.learner, "actor": ACTOR}
    rate(goal, all_at(Level.NOT_YET), share=False, **who)
    assert not GuidanceEntry.objects.exists()
    rate(goal, all_at(Level.A_LITTLE), share=True, **who)
    rate(goal, all_at(Level.A_LITTLE), share=True, **who)
    kept = SelfRating.objects.get()
    assert (kept.levels, kept.shared) == (all_at(Level.A_LITTLE), True)
    entry = GuidanceEntry.objects.get()
    assert (entry.kind, entry.adviser, entry.answers) == ("rating", None, dict.fromkeys(CareerSkill.values, "a_little"))
    rate(goal, all_at(Level.WELL), share=False, **who)
    assert GuidanceEntry.objects.count() == 1
    rate(goal, all_at(Level.WELL), share=True, **who)
    assert GuidanceEntry.objects.latest("id").answers == dict.fromkeys(CareerSkill.values, "well")
    said = Event.objects.filter(kind="career_skills.rated").order_by("id")
    assert [each.data["shared"] for each in said] == [False, True, False, True]


def test_nothing_of_it_is_left_when_the_goal_is_taken_away_or_the_learner_leaves() -> None:
    plan, _adviser = a_plan()
    learner = plan.goal.learner
    other = writing.add_goal("Keep bees", learner=learner, actor=ACTOR)
    planning.begin(other.pk, learner=learner, actor=ACTOR)
    for goal in (plan.goal_id, other.pk):
        rate(goal, all_at(Level.WELL), share=True, learner=learner, actor=ACTOR)
    writing.remove(Goal, other.pk, learner=learner, actor=ACTOR)
    assert SelfRating.objects.count() == 1
    leaving.leave(learner.pk, actor=ACTOR)
    assert not SelfRating.objects.exists()
    assert [each.answers for each in GuidanceEntry.objects.filter(kind="rating")] == [{}, {}]


def test_they_are_asked_at_the_beginning_after_a_step_and_after_three_months(clock: Any) -> None:
    plan, _adviser = a_plan()
    goal, who = plan.goal_id, {"learner": plan.goal.learner, "actor": ACTOR}
    by = {"by": plan.goal.learner, "actor": ACTOR}
    assert invited(plan) is Invitation.FIRST
    rate(goal, all_at(Level.NOT_YET), share=False, **who)
    step = planning.add_step(goal, NewStep("Ring the college"), **by)
    assert invited(plan) is None
    clock.move_by(days=1)
    planning.tick(goal, step.pk, True, **by)
    assert invited(plan) is Invitation.STEP_DONE
    rate(goal, all_at(Level.WELL), share=False, **who)
    assert invited(plan) is None
    clock.move_by(days=AGAIN_AFTER.days)
    assert invited(plan) is Invitation.LONG_AGO
    assert SelfRating.objects.count() == 2


def test_another_s_plan_a_missing_answer_and_an_unknown_level_are_refused() -> None:
    plan, _adviser = a_plan()
    goal, mine = plan.goal_id, plan.goal.learner
    other = learning_accounts(1)[0].learner
    with pytest.raises(PlanNotFound):
        rate(goal, all_at(Level.WELL), share=True, learner=other, actor=ACTOR)
    some = {skill: Level.WELL for skill in CareerSkill if skill != CareerSkill.PLANNING}
    with pytest.raises(errors.RatingIncomplete):
        rating.rate(goal, some, share=True, learner=mine, actor=ACTOR)
    assert not SelfRating.objects.exists()
    assert not GuidanceEntry.objects.exists()
    rate(goal, all_at(Level.WELL), share=False, learner=mine, actor=ACTOR)
    with pytest.raises(IntegrityError, match="self_rating_has_known_levels"), transaction.atomic():
        SelfRating.objects.update(planning=5)

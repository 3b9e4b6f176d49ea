"""A learner and their adviser plan towards a goal on one record, and ask for its courses in one press."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import LearningAccount
from brokerage.careers.errors import OccupationUnknown
from brokerage.models import Request
from brokerage.organisation_models import Interest
from brokerage.organisations import declaring
from brokerage.organisations.errors import Interested
from brokerage.planning import errors, planning
from brokerage.planning.models import Option, Plan
from brokerage.planning.planning import Aim, NewStep
from brokerage.progress import writing
from brokerage.progress.errors import ChangedMeanwhile, InStoryAlready
from brokerage.progress.models import Goal, Who
from ledger import today
from ledger.models import Event
from tests.factories.brokerage import an_adviser
from tests.factories.plans import a_plan
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from vouchers.errors import NotOnSale

pytestmark = pytest.mark.django_db


def test_both_write_on_one_record() -> None:
    plan, adviser = a_plan()
    goal, learner = plan.goal_id, plan.goal.learner
    planning.aim(goal, plan.version, Aim("Bookkeeping, then payroll", "Bookkeeper", "3313"), by=adviser, actor=ACTOR)
    mine = planning.add_step(goal, NewStep("Ring the college", Who.ADVISER, today()), by=learner, actor=ACTOR)
    planning.add_step(goal, NewStep("Find my certificates"), by=adviser, actor=ACTOR)
    option = planning.consider(goal, "Learn it at work", "My manager would let me.", by=learner, actor=ACTOR)
    planning.settle(goal, option.pk, False, by=adviser, actor=ACTOR)
    planning.tick(goal, mine.pk, True, by=adviser, actor=ACTOR)
    kept = planning.plans_for(learner).get()
    assert (kept.learning, kept.work, kept.occupation) == ("Bookkeeping, then payroll", "Bookkeeper", "3313")
    assert [(step.title, step.who, step.by, step.done_on) for step in kept.goal.steps.all()] == [
        ("Ring the college", "adviser", today(), today()),
        ("Find my certificates", "learner", None, None),
    ]
    assert [(each.title, each.taken, each.added_by) for each in kept.goal.options.all()] == [
        ("Learn it at work", False, None)
    ]


def test_advisers_see_the_plan_and_no_other_goal_until_the_learner_plans_alone() -> None:
    plan, adviser = a_plan()
    learner = plan.goal.learner
    own = writing.add_goal("Keep bees", learner=learner, actor=ACTOR)
    assert [each.goal_id for each in planning.plans_for(adviser)] == [plan.goal_id]
    assert not planning.plans_for(an_adviser("Somebody Else")).exists()
    planning.end(plan.goal_id, learner=learner, actor=ACTOR)
    assert not planning.plans_for(adviser).exists()
    with pytest.raises(errors.PlanNotFound):
        planning.add_step(plan.goal_id, NewStep("One more"), by=adviser, actor=ACTOR)
    planning.begin(own.pk, learner=learner, actor=ACTOR)
    planning.begin(plan.goal_id, learner=learner, actor=ACTOR)
    planning.begin(plan.goal_id, learner=learner, actor=ACTOR)
    assert {each.goal_id for each in planning.plans_for(adviser)} == {plan.goal_id, own.pk}
    assert Event.objects.filter(kind="plan.begun").count() == 3


def test_another_s_plan_does_not_exist() -> None:
    plan, _adviser = a_plan()
    goal, [account] = plan.goal_id, learning_accounts(1)
    other, stranger = account.learner, an_adviser("Somebody Else")
    tries: list[Any] = [
        lambda: planning.begin(goal, learner=other, actor=ACTOR),
        lambda: planning.end(goal, learner=other, actor=ACTOR),
        lambda: planning.aim(goal, 1, Aim(), by=stranger, actor=ACTOR),
        lambda: planning.add_step(goal, NewStep("Mine"), by=other, actor=ACTOR),
        lambda: planning.consider(goal, "Mine", "So.", by=stranger, actor=ACTOR),
        lambda: planning.ask_for(goal, account, actor=ACTOR),
        lambda: planning.begin_for(plan.goal.learner_id, "Theirs", by=stranger, actor=ACTOR),
    ]
    for attempt in tries:
        with pytest.raises(errors.PlanNotFound):
            attempt()
    assert (Goal.objects.count(), Option.objects.count(), plan.goal.steps.count()) == (1, 0, 0)


def test_what_is_missing_or_wrong_is_said_and_nothing_is_kept() -> None:
    plan, adviser = a_plan()
    goal, by = plan.goal_id, {"by": adviser, "actor": ACTOR}
    run, gone = a_run(ProviderFactory(), 50_00), a_run(ProviderFactory(state="suspended"), 50_00)
    with pytest.raises(OccupationUnknown):
        planning.aim(goal, 1, Aim(occupation="9999"), **by)
    with pytest.raises(errors.OptionMissing):
        planning.consider(goal, " ", "Good.", **by)
    with pytest.raises(errors.ReasonsMissing):
        planning.consider(goal, "Bees", " ", **by)
    with pytest.raises(NotOnSale):
        planning.consider(goal, "", "Good.", gone.pk, **by)
    assert not Option.objects.exists()
    planning.consider(goal, "", "Good.", run.pk, **by)
    with pytest.raises(InStoryAlready):
        planning.consider(goal, "", "Good again.", run.pk, **by)
    planning.aim(goal, 1, Aim(work="Bookkeeper"), **by)
    with pytest.raises(ChangedMeanwhile):
        planning.aim(goal, 1, Aim(work="Baker"), **by)
    with pytest.raises(IntegrityError, match="occupation_is_a_unit_group"), transaction.atomic():
        Plan.objects.update(occupation="12a4")


def test_an_adviser_with_an_interest_steers_nobody_to_it() -> None:
    plan, adviser = a_plan()
    run = a_run(ProviderFactory(), 50_00)
    declaring.declare(Interest.Kind.OWNS, run.course.provider, by=adviser, actor=ACTOR)
    with pytest.raises(Interested):
        planning.consider(plan.goal_id, "", "Good.", run.pk, by=adviser, actor=ACTOR)
    with pytest.raises(Interested):
        planning.add_step(plan.goal_id, NewStep("Take it", run=run.pk), by=adviser, actor=ACTOR)
    planning.consider(plan.goal_id, "", "My own idea.", run.pk, by=plan.goal.learner, actor=ACTOR)


def test_its_courses_are_asked_for_in_one_press_each_judged_on_its_own(books: Any) -> None:
    plan, adviser = a_plan()
    goal, learner = plan.goal_id, plan.goal.learner
    account = LearningAccount.objects.select_related("learner", "scheme").get(learner=learner)
    first, second, not_taken, over = (a_run(ProviderFactory(), 50_00) for _each in range(4))
    planning.add_step(goal, NewStep("The first course", run=first.pk), by=adviser, actor=ACTOR)
    done = planning.add_step(goal, NewStep("Done already", run=over.pk), by=adviser, actor=ACTOR)
    planning.tick(goal, done.pk, True, by=learner, actor=ACTOR)
    taken = planning.consider(goal, "", "It leads to work.", second.pk, by=adviser, actor=ACTOR)
    planning.settle(goal, taken.pk, True, by=learner, actor=ACTOR)
    planning.consider(goal, "", "Perhaps.", not_taken.pk, by=adviser, actor=ACTOR)
    before = books()
    answers = planning.ask_for(goal, account, actor=ACTOR)
    assert {run.pk for run, answer in answers if isinstance(answer, Request)} == {first.pk, second.pk}
    assert set(Request.objects.values_list("run", "learner_note")) == {
        (first.pk, "Work as a bookkeeper"),
        (second.pk, "Work as a bookkeeper"),
    }
    assert books() == before
    assert Event.objects.get(kind="plan.asked_for").data["requests"] == 2
    with pytest.raises(errors.NothingToAskFor):
        planning.ask_for(goal, account, actor=ACTOR)

"""Planning: a guest and her adviser have a plan, and a college lets her have a course of it for less."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ledger
from accounts.models import Learner
from brokerage import saving
from brokerage.advocacy import advocating
from brokerage.advocacy.advocating import Answer
from brokerage.advocacy.models import Wanted
from brokerage.careers import loading
from brokerage.careers.models import CareerSkill, Level
from brokerage.careers.rating import rate
from brokerage.planning import planning
from brokerage.planning.planning import Aim, NewStep
from brokerage.progress.models import Who
from ledger import Actor
from providers.models import CourseRun
from town.founding import ACTOR
from town.places import COLLEGES

WEEK = dt.timedelta(days=7)
# How she rates her career skills.
LEVELS = (Level.WELL, *(Level.A_LITTLE,) * 3, *(Level.NOT_YET,) * 2, *(Level.QUITE_WELL,) * 2)


def plan_with_adviser(email: str) -> None:
    """The goal of the guest with this address is planned with her adviser; one question of his waits for her yes."""
    learner = Learner.objects.select_related("caseload__adviser__user").get(user__email=email)
    assert learner.user_id is not None  # guests can sign in
    adviser, herself = learner.caseload.adviser, Actor.user(learner.user_id)
    him = Actor.user(adviser.user_id, acting_for=f"organisation:{adviser.organisation_id}")
    goal = learner.goals.earliest("id").pk
    plan = planning.begin(goal, learner=learner, actor=herself)
    aim = Aim("Office skills, then leading a team", "Office manager in a care home", "3341")
    planning.aim(goal, plan.version, aim, by=adviser, actor=him)
    loading.load((Path(__file__).parent / "labour_market.csv").read_bytes(), actor=ACTOR)
    rate(goal, dict(zip(CareerSkill, LEVELS, strict=True)), share=False, learner=learner, actor=herself)
    soon = ledger.today() + WEEK
    planning.add_step(
        goal, NewStep("Ask the care home for a day in its office", Who.ADVISER, soon), by=adviser, actor=him
    )
    words = "I could learn it from a colleague, but nobody would have a paper to show for it."
    learned_at_work = planning.consider(goal, "Learn it at work", words, by=learner, actor=herself)
    planning.settle(goal, learned_at_work.pk, False, by=learner, actor=herself)
    runs = _runs()
    if len(runs) < 2:
        return
    cheaper, other = runs
    saving.save(cheaper.pk, learner=learner, actor=herself)
    planning.add_step(goal, NewStep("Take the evening course", run=cheaper.pk), by=adviser, actor=him)
    question = "She works nights on a low wage. Could you let her have it for less?"
    asked = advocating.propose(learner.pk, cheaper.pk, Wanted.PRICE, question, by=adviser, actor=him)
    advocating.consent(asked.pk, named=False, learner=learner, actor=herself)
    lower = (cheaper.price_minor or 0) * 4 // 5
    answer = Answer(True, "We would like to have her.", lower, ledger.today() + 4 * WEEK)
    advocating.answer(asked.pk, answer, by=cheaper.course.provider, actor=ACTOR)
    question = "She comes from a night shift. Could she sit near the door, and leave ten minutes early?"
    advocating.propose(learner.pk, other.pk, Wanted.ADJUSTMENT, question, by=adviser, actor=him)


def _runs() -> list[CourseRun]:
    """Two of the college's that begin in a week or later, of different courses, and cost little."""
    runs = CourseRun.objects.on_sale(ledger.today()).filter(
        course__provider__ukprn=COLLEGES[0].ukprn, starts_on__gte=ledger.today() + WEEK, price_minor__gt=0
    )
    found: dict[object, CourseRun] = {}
    for run in runs.select_related("course__provider").order_by("price_minor", "id")[:40]:
        found.setdefault(run.course_id, run)
    return list(found.values())[:2]

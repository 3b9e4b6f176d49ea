"""Planning: a learner and their adviser work towards a goal, each with their own hand, on the same record.

A plan belongs to a goal of the learner's story. Advisers see no other goal of theirs, and this one only until the
learner plans it alone again. Whoever writes is `by`: the learner, or an adviser who helps them; for anybody else there
is no such plan. What is added is told as what is added to a story.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner, LearningAccount
from brokerage.careers import occupations
from brokerage.models import Adviser, Request
from brokerage.organisations.declaring import may_broker
from brokerage.planning import errors, events
from brokerage.planning.models import Option, Plan
from brokerage.progress import writing
from brokerage.progress.models import Goal, Step, Who
from brokerage.requesting import Draft, submit
from brokerage.talking.reading import with_whom
from config.refusals import Refusal
from ledger import Actor
from providers.feeds.plain_text import one_line, paragraphs
from providers.models import CourseRun
from vouchers.errors import NotOnSale

MOST_OPTIONS = 20
MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Aim:
    """What the goal means in learning and in work; `occupation` is a unit group of ISCO-08, as somebody names it."""

    learning: str = ""
    work: str = ""
    occupation: str = ""


@dataclass(frozen=True, slots=True)
class NewStep:
    title: str
    who: Who = Who.LEARNER
    by: dt.date | None = None
    run: UUID | None = None


def plans_for(by: Learner | Adviser) -> QuerySet[Plan]:
    """The plans that this learner has, or that this adviser sees."""
    plans = Plan.objects.select_related("goal__learner", "begun_by__user")
    if isinstance(by, Adviser):
        return plans.filter(goal__learner__in=with_whom(by), ended_at=None)
    return plans.filter(goal__learner=by)


def begin(goal: UUID, *, learner: Learner, actor: Actor) -> Plan:
    """The learner plans this goal with their advisers, who see it from now on.

    Refuses `PlanNotFound`. Locks the goal.
    """
    with transaction.atomic():
        found = Goal.objects.select_for_update().filter(pk=goal, learner=learner).first()
        if found is None:
            raise errors.PlanNotFound()
        plan = Plan.objects.filter(goal=found).first()
        if plan is not None and plan.ended_at is None:
            return plan
        now = ledger.now()
        plan = plan or Plan(goal=found, begun_at=now)
        plan.ended_at, plan.changed_at = None, now
        plan.save()
        _begun(plan, learner, None, actor)
    return plan


def begin_for(learner: UUID, title: str, *, by: Adviser, actor: Actor) -> Plan:
    """An adviser begins a plan with a goal that they worded together; it is the learner's, as all of their story is.

    Refuses `PlanNotFound` for a learner who is not theirs to help, `TextMissing`, `InStoryAlready`, `StoryIsFull`.
    """
    person = with_whom(by).filter(pk=learner).first()
    if person is None:
        raise errors.PlanNotFound()
    with transaction.atomic():
        goal = writing.add_goal(title, learner=person, actor=actor)
        now = ledger.now()
        plan = Plan.objects.create(goal=goal, begun_at=now, changed_at=now, begun_by=by)
        _begun(plan, person, by, actor)
    return plan


def end(goal: UUID, *, learner: Learner, actor: Actor) -> None:
    """The learner plans it alone from now on: no adviser sees it, and nothing of it is lost. Refuses `PlanNotFound`."""
    with transaction.atomic():
        plan = Plan.objects.select_for_update().filter(goal=goal, goal__learner=learner).first()
        if plan is None:
            raise errors.PlanNotFound()
        if plan.ended_at is None:
            plan.ended_at = ledger.now()
            plan.save(update_fields=["ended_at"])
            ledger.record(events.ENDED.by(actor, learner.subject, learner=learner.pk, goal=goal))


def aim(goal: UUID, version: int, to: Aim, *, by: Learner | Adviser, actor: Actor) -> Plan:
    """Refuses `PlanNotFound`, `OccupationUnknown`, `OccupationUnclear`, `ChangedMeanwhile`."""
    plan = _plan(goal, by)
    occupation = occupations.meant_by(to.occupation) if one_line(to.occupation) else ""
    fields = {"learning": paragraphs(to.learning), "work": one_line(to.work), "occupation": occupation}
    return writing.change(Plan, plan.pk, version, fields, plan.goal.learner, actor)


def add_step(goal: UUID, new: NewStep, *, by: Learner | Adviser, actor: Actor) -> Step:
    """Refuses `PlanNotFound`, `NotOnSale`, `TextMissing`, `InStoryAlready`, `StoryIsFull`; an adviser of a
    course `MarkNeeded`, `Interested`.
    """
    plan = _plan(goal, by)
    return writing.add_step(
        goal, new.title, who=new.who, by=new.by, run=_run(new.run, plan, by), learner=plan.goal.learner, actor=actor
    )


def tick(goal: UUID, step: UUID, done: bool, *, by: Learner | Adviser, actor: Actor) -> Step:
    """Refuses `PlanNotFound`, `NotInStory`."""
    plan = _plan(goal, by)
    if not plan.goal.steps.filter(pk=step).exists():
        raise errors.PlanNotFound()
    return writing.tick(step, done, learner=plan.goal.learner, actor=actor)


def consider(
    goal: UUID, title: str, reasons: str, run: UUID | None = None, *, by: Learner | Adviser, actor: Actor
) -> Option:
    """Refuses `PlanNotFound`, `OptionMissing`, `ReasonsMissing`, `NotOnSale`, `InStoryAlready`, `StoryIsFull`; an
    adviser of a course `MarkNeeded`, `Interested`.
    """
    plan = _plan(goal, by)
    line, why = one_line(title), paragraphs(reasons)
    if not (line or run):
        raise errors.OptionMissing(field="title")
    if not why:
        raise errors.ReasonsMissing(field="reasons")
    adviser = by if isinstance(by, Adviser) else None
    option = Option(goal=plan.goal, title=line, reasons=why, run=_run(run, plan, by), added_by=adviser)
    return writing.add(option, plan.goal.options.all(), MOST_OPTIONS, learner=plan.goal.learner, actor=actor)


def settle(goal: UUID, option: UUID, taken: bool, *, by: Learner | Adviser, actor: Actor) -> Option:
    """This is taken, or is not. Refuses `PlanNotFound`, `ChangedMeanwhile`."""
    plan = _plan(goal, by)
    found = plan.goal.options.filter(pk=option).first()
    if found is None:
        raise errors.PlanNotFound()
    if found.taken == taken:
        return found
    return writing.change(Option, option, found.version, {"taken": taken}, plan.goal.learner, actor)


def courses_of(goal: Goal) -> list[CourseRun]:
    """What the plan would have the learner ask for: the courses of open steps and of options that are taken, that are
    on sale and not asked for already; in the order of their first day."""
    steps = goal.steps.filter(done_on=None, run__isnull=False).order_by().values("run")
    options = goal.options.filter(taken=True, run__isnull=False).order_by().values("run")
    on_sale = CourseRun.objects.on_sale(ledger.today())
    runs = on_sale.filter(pk__in=steps) | on_sale.filter(pk__in=options)
    asked = Request.objects.filter(learner=goal.learner_id).exclude(state="withdrawn").values("run")
    return list(runs.exclude(pk__in=asked).select_related("course__provider", "venue").order_by("starts_on", "id"))


def ask_for(goal: UUID, account: LearningAccount, *, actor: Actor) -> list[tuple[CourseRun, Request | Refusal]]:
    """The account's learner asks for all courses of the plan at once, each judged on its own.

    Refuses `PlanNotFound`, `NothingToAskFor`; locks what `requesting.submit` locks.
    """
    with transaction.atomic():
        plan = _plan(goal, account.learner)
        runs = courses_of(plan.goal)
        if not runs:
            raise errors.NothingToAskFor()
        answers = submit([Draft(account, run, plan.goal.title) for run in runs], actor=actor)
        made = sum(isinstance(answer, Request) for answer in answers)
        learner = account.learner
        ledger.record(events.ASKED.by(actor, learner.subject, learner=learner.pk, goal=goal, requests=made))
    return list(zip(runs, answers, strict=True))


def wished_runs(learner: Learner) -> Sequence[CourseRun]:
    """What can be had of what they have asked for or saved, the soonest first. One query."""
    on_sale = CourseRun.objects.on_sale(ledger.today())
    wished = on_sale.filter(pk__in=learner.requests.values("run")) | on_sale.filter(pk__in=learner.saved.values("run"))
    return list(wished.select_related("course__provider").order_by("starts_on", "id")[:MOST_RUNS])


def _plan(goal: UUID, by: Learner | Adviser) -> Plan:
    plan = plans_for(by).filter(goal=goal).first()
    if plan is None:
        raise errors.PlanNotFound()
    return plan


def _run(pk: UUID | None, plan: Plan, by: Learner | Adviser) -> CourseRun | None:
    if pk is None:
        return None
    run = CourseRun.objects.on_sale(ledger.today()).select_related("course").filter(pk=pk).first()
    if run is None:
        raise NotOnSale(field="run")
    if isinstance(by, Adviser):
        may_broker(plan.goal.learner_id, run.course.provider_id, by)
    return run


def _begun(plan: Plan, learner: Learner, by: Adviser | None, actor: Actor) -> None:
    adviser = by.pk if by else None
    ledger.record(events.BEGUN.by(actor, learner.subject, learner=learner.pk, goal=plan.goal_id, adviser=adviser))

"""Learners who wish for the same, and a provider's offer to all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import Learner
from brokerage import wishing
from brokerage.pooling import answering, offering
from brokerage.pooling.models import GroupOffer
from brokerage.pooling.offering import Step
from ledger import now
from providers.models import CourseRun, Venue
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, VenueFactory
from tests.factories.vouchers import ACTOR, learning_accounts

TOWN, BREAD = "Foryd", "0721"
STEPS = (Step(5, 100_00), Step(6, 80_00))
WEEK = dt.timedelta(days=7)


def who_wish(number: int = 6, *, town: str = TOWN, **more: Any) -> list[Learner]:
    """Learners who would learn to bake in Foryd; half of a course is paid for them."""
    if not Venue.objects.filter(town=TOWN).exists():
        VenueFactory(town=TOWN)
    found = [account.learner for account in learning_accounts(number, benefits=())]
    for learner in found:
        wishing.wish(learner=learner, category=BREAD, town=town, actor=ACTOR, **more)
    return found


def a_baking_run(**more: Any) -> CourseRun:
    """For £120, in thirty days."""
    course = CourseFactory(provider=more.pop("provider", None) or ProviderFactory(), category=BREAD)
    run: CourseRun = CourseRunFactory(course=course, **more)
    return run


def an_offer(
    run: CourseRun | None = None, steps: Sequence[Step] = STEPS, *, town: str = TOWN, within: dt.timedelta = WEEK
) -> GroupOffer:
    """From five learners on £100 each, from six on £80, to be answered within a week."""
    run = run or a_baking_run()
    by = run.course.provider
    return offering.offer(run.pk, steps, town=town, answer_by=now() + within, by=by, actor=ACTOR)


def come(offer: GroupOffer, learners: Sequence[Learner]) -> None:
    for learner in learners:
        answering.answer(offer.pk, True, learner=learner, actor=ACTOR)

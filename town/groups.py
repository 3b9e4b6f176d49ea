"""Groups: a guest and some others wish for the same, and the college makes all of them an offer."""

from __future__ import annotations

import datetime as dt

import ledger
from accounts.models import Learner
from brokerage import wishing
from brokerage.pooling import answering, offering
from brokerage.pooling.offering import Step
from ledger import Actor
from providers.models import CourseRun
from town.founding import ACTOR
from town.places import COLLEGES

OTHERS = 8
WEEK = dt.timedelta(days=7)


def gather(email: str) -> None:
    """The guest with this address has yet to answer; most of the others would come."""
    run = _a_run()
    if run is None or run.venue is None or run.price_minor is None:
        return
    guest = Learner.objects.get(user__email=email)
    others = list(
        Learner.objects.filter(user__isnull=False, residence=guest.residence)
        .exclude(pk=guest.pk)
        .order_by("pk")[:OTHERS]
    )
    category, town = run.course.category, run.venue.town
    for learner in (guest, *others):
        wishing.wish(learner=learner, category=category, town=town, actor=Actor.user(learner.user_id or learner.pk))
    made = offering.offer(
        run.pk,
        [Step(5, run.price_minor * 4 // 5), Step(10, run.price_minor * 2 // 3)],
        town=town,
        answer_by=ledger.now() + WEEK,
        by=run.course.provider,
        actor=ACTOR,
    )
    for learner in others[:6]:
        answering.answer(made.pk, True, learner=learner, actor=Actor.user(learner.user_id or learner.pk))


def _a_run() -> CourseRun | None:
    """One of the college's that begins after the learners have answered."""
    runs = CourseRun.objects.on_sale(ledger.today()).filter(
        course__provider__ukprn=COLLEGES[0].ukprn, starts_on__gt=ledger.today() + 2 * WEEK, venue__isnull=False
    )
    return runs.select_related("course__provider", "venue").order_by("-price_minor", "id").first()

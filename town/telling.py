"""Telling: a guest has begun to write what she has done and where she wants to get to."""

from __future__ import annotations

import datetime as dt

import ledger
from accounts.models import Learner
from brokerage.progress import writing
from ledger import Actor

WORDS = (
    "I worked in care for six years and I am good with people and with keeping calm. Now I want to run the office of a "
    "care home: the rotas, the orders and the accounts."
)
STEPS = (
    ("Learn to lift people safely", True),
    ("Learn to write letters and tables", False),
    ("Ask for a day in the office", False),
)


def tell(email: str) -> None:
    """Words, a goal with its steps and two skills, written by the learner with this address."""
    learner = Learner.objects.get(user__email=email)
    assert learner.user_id is not None  # guests can sign in
    herself = Actor.user(learner.user_id)
    writing.tell(WORDS, 0, learner=learner, actor=herself)
    goal = writing.add_goal(
        "Run the office of a care home",
        "The hours would fit my son's school.",
        ledger.today() + dt.timedelta(days=540),
        learner=learner,
        actor=herself,
    )
    for title, done in STEPS:
        step = writing.add_step(goal.pk, title, learner=learner, actor=herself)
        if done:
            writing.tick(step.pk, True, learner=learner, actor=herself)
    writing.add_skill(
        "Keeping calm with people who are upset", "Six years of night shifts.", learner=learner, actor=herself
    )
    writing.add_skill("Arabic and English", "I translate for families.", learner=learner, actor=herself)

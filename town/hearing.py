"""What the town's learners say of the guidance they had, and what became of them half a year after a course."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

import ledger
from accounts.models import SchemeManager
from brokerage.hearing import answering, asking
from brokerage.hearing.answering import Said
from brokerage.hearing.models import Became, Destination, GuidanceFeedback, GuidanceRemark, Heard
from brokerage.models import Adviser
from brokerage.voice import said_and_done
from ledger import Actor
from town.founding import ACTOR, Town

# Its own, so that nobody else's luck changes with what is asked.
DICE = random.Random(2001)
WORDS = [
    "She took an hour, and I left with two plans rather than one.",
    "I had to explain my shifts three times to three people.",
    "It helped that somebody had read what I wrote before they rang.",
    "The answer was quick, but I would have liked to talk first.",
]
BECAME = [*[Became.WORK_OF_THIS_KIND] * 5, *[Became.OTHER_WORK] * 2, *[Became.LEARNING] * 3, Became.LOOKING]


def ask_and_answer() -> None:
    """Whoever is due is asked, and most answer; those whom a visitor can sign in as are left to the visitor."""
    asking.about_guidance(actor=ACTOR)
    asking.what_became(actor=ACTOR)
    for place, feedback in enumerate(
        _others(GuidanceFeedback.objects.filter(state=Heard.ASKED), "learner__user__email")
    ):
        if DICE.random() < 0.8:
            said = Said(*(DICE.random() < chance for chance in (0.9, 0.85, 0.8, 0.03)))
            words = WORDS[place % len(WORDS)] if DICE.random() < 0.15 else ""
            answering.give(feedback.pk, said, words, learner=feedback.learner, actor=ACTOR)
    for asked in _others(Destination.objects.filter(state=Heard.ASKED), "voucher__learner__user__email"):
        if DICE.random() < 0.8:
            became, learner = DICE.choice(BECAME), asked.voucher.learner
            answering.tell(asked.pk, became, helped=DICE.random() < 0.8, learner=learner, actor=ACTOR)


def read_and_answer(town: Town) -> None:
    """The schemes read what was written, but for the last text; each lead answers what was said first."""
    waiting = list(GuidanceRemark.objects.waiting().select_related("feedback__scheme"))
    for remark in waiting[:-1]:
        _show(remark)
    for lead in Adviser.objects.filter(leads=True).select_related("organisation", "user"):
        if first := answering.to_answer(lead.organisation).order_by("written_at").first():
            words = "Thank you. We now read what you wrote before we ring, so that you tell it once."
            _show(answering.answer(first.pk, words, by=lead, actor=Actor.user(lead.user_id)))
    scheme = town.schemes["wales"]
    if organisation := said_and_done.organisations_spoken_of(scheme).first():
        manager = _manager(scheme.pk)
        said_and_done.say(
            scheme,
            said="We had to tell the same thing to three advisers.",
            done="Advisers of this organisation now write down what was said, and read it before they ring.",
            done_on=ledger.today(),
            organisation=organisation.pk,
            by=manager,
            actor=Actor.user(manager.user_id),
        )


def _others(asked: QuerySet[Any], email: str) -> QuerySet[Any]:
    guests = {f"{email}__endswith": f"@{settings.DEMO_DOMAIN}"}
    return asked.exclude(**guests).select_related(email.removesuffix("__email")).order_by("asked_at", "pk")


def _show(remark: GuidanceRemark) -> None:
    manager = _manager(remark.feedback.scheme_id)
    answering.look_at(remark.pk, held_back=None, by=manager, actor=Actor.user(manager.user_id))


def _manager(scheme: UUID) -> SchemeManager:
    return SchemeManager.objects.filter(schemes=scheme).order_by("id").select_related("user")[0]

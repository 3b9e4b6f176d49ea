"""My day: what an adviser has to do before the day is over, with its hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

import ledger
from accounts.showing import WAITS
from brokerage.advocacy import speaking
from brokerage.models import Adviser, Request
from brokerage.referring import answering
from brokerage.referring.models import Referral, ReferralState
from brokerage.witnessing import copies_for
from config.refusals import Sentence
from web.desk.queue import end_of_today

MOST = 4


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do: what, by when, and where it is done."""

    at: dt.datetime
    words: Sentence
    url: str


def today(adviser: Adviser) -> list[Due]:
    """What is to be done today, the nearest first: answers that are due, referrals, words that learners wish for, and
    documents that wait. Five queries."""
    now = ledger.now()
    rows = [*_answers(adviser, now), *_referrals(adviser, now), *_good_words(adviser), *_documents(adviser)]
    return sorted(rows, key=lambda due: due.at)


def _answers(adviser: Adviser, now: dt.datetime) -> list[Due]:
    """The nearest few by themselves, and the others together."""
    waiting = Request.objects.on_the_desk_of(adviser).waiting().filter(answer_by__lt=end_of_today(now))
    due: list[Any] = list(waiting.select_related("learner", "run__course")[: MOST + 1])
    rows = [
        Due(
            asked.answer_by,
            gettext("Answer {learner}: {course}").format(learner=asked.learner.name, course=asked.run.course.title),
            reverse("desk:request", args=[asked.pk]),
        )
        for asked in due[:MOST]
    ]
    if len(due) > MOST:
        rows.append(
            Due(due[MOST].answer_by, gettext("More answers are due today"), reverse("desk:desk") + "?show=today")
        )
    return rows


def _referrals(adviser: Adviser, now: dt.datetime) -> list[Due]:
    """What others have not answered in time about whom this adviser has now, and what was referred here."""
    theirs = Q(learner__caseload__adviser=adviser) | Q(learner__caseload__adviser__stand_in=adviser)
    late = Referral.objects.filter(theirs, state=ReferralState.SENT, answer_by__lte=now)
    rows = [
        Due(
            each.answer_by or now,
            gettext("{to} has not answered about {learner}").format(to=each.to, learner=each.learner.name),
            reverse("desk:record", args=[each.learner_id]) + "#referrals",
        )
        for each in late.select_related("learner", "organisation", "service").order_by("answer_by", "id")[:MOST]
    ]
    here = answering.passed_on_to(adviser).filter(state=ReferralState.SENT)
    waiting = here.aggregate(first=Min("answer_by"), number=Count("pk"))
    if waiting["number"]:
        number = waiting["number"]
        words = ngettext("{number} learner is referred to us", "{number} learners are referred to us", number)
        rows.append(Due(waiting["first"], words.format(number=number), reverse("desk:referrals")))
    return rows


def _good_words(adviser: Adviser) -> list[Due]:
    rows = []
    for word in speaking.asked_of(adviser)[:MOST]:
        about = word.case or word.request
        assert about is not None  # it is one of the two
        words = gettext("Put in a word for {learner}").format(learner=word.learner.name)
        rows.append(Due(about.answer_by, words, reverse("desk:good-word", args=[word.pk])))
    return rows


def _documents(adviser: Adviser) -> list[Due]:
    waiting = copies_for(adviser).order_by().aggregate(first=Min("sent_at"), number=Count("pk", distinct=True))
    if not waiting["number"]:
        return []
    words = ngettext("{number} document to look at", "{number} documents to look at", waiting["number"])
    by = waiting["first"] + WAITS
    return [Due(by, words.format(number=waiting["number"]), reverse("desk:copies"))]

"""My day: what an adviser has to do before the day is over, with its hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext, ngettext

import ledger
from accounts.showing import WAITS
from brokerage.models import Adviser, Request
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
    """What is to be done today, the nearest first: answers that are due, and documents that wait. Two queries."""
    now = ledger.now()
    return sorted([*_answers(adviser, now), *_documents(adviser)], key=lambda due: due.at)


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


def _documents(adviser: Adviser) -> list[Due]:
    waiting = copies_for(adviser).order_by().aggregate(first=Min("sent_at"), number=Count("pk", distinct=True))
    if not waiting["number"]:
        return []
    words = ngettext("{number} document to look at", "{number} documents to look at", waiting["number"])
    by = waiting["first"] + WAITS
    return [Due(by, words.format(number=waiting["number"]), reverse("desk:copies"))]

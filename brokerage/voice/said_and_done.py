"""Saying and doing: a scheme says what it heard and what it did about it. A mistake is corrected, never wiped out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Scheme, SchemeManager
from brokerage.voice import errors, events
from brokerage.voice.models import Proposal, SaidAndDone
from config.walls import walled_by
from ledger import Actor
from providers.feeds.plain_text import paragraphs
from providers.models import Course


def standing(scheme: Scheme) -> QuerySet[SaidAndDone]:
    """What counts, the latest first."""
    return SaidAndDone.objects.filter(scheme=scheme, correction=None).select_related("proposal", "course")


def with_earlier(scheme: Scheme, entries: Iterable[SaidAndDone]) -> list[tuple[SaidAndDone, list[SaidAndDone]]]:
    """Each with what it said before, the latest first. One query."""
    corrected = {each.pk: each for each in SaidAndDone.objects.filter(scheme=scheme, correction__isnull=False)}
    found = []
    for entry in entries:
        before, corrects = [], entry.corrects_id
        while corrects is not None:
            before.append(corrected[corrects])
            corrects = corrected[corrects].corrects_id
        found.append((entry, before))
    return found


def courses_spoken_of(scheme: Scheme) -> QuerySet[Course]:
    """Those about which learners of the scheme have said something that everybody can read."""
    said = Course.objects.filter(
        runs__vouchers__learning_account__scheme=scheme, runs__vouchers__feedback__remarks__state="shown"
    )
    return said.distinct().order_by("title", "id")


def say(
    scheme: Scheme,
    *,
    said: str,
    done: str,
    done_on: dt.date,
    proposal: UUID | None = None,
    course: UUID | None = None,
    corrects: UUID | None = None,
    by: SchemeManager,
    actor: Actor,
) -> SaidAndDone:
    """Tell everybody what was heard and what was done. `corrects` is the entry that this one stands in the place of.

    Of a scheme that is not theirs, the caller has not heard. Refuses `WordsMissing`, `DoneInTheFuture`,
    `ProposalUnknown`, `CourseNotSpokenOf`, `OneThingOnly`, `EntryUnknown`, `CorrectedAlready`.
    """
    heard, did = paragraphs(said), paragraphs(done)
    for name, words in {"said": heard, "done": did}.items():
        if not words:
            raise errors.WordsMissing(field=name)
    if done_on > ledger.today():
        raise errors.DoneInTheFuture(field="done_on")
    if proposal is not None and course is not None:
        raise errors.OneThingOnly(field="course")
    if proposal is not None and not Proposal.objects.shown().filter(scheme=scheme, pk=proposal).exists():
        raise errors.ProposalUnknown(field="proposal")
    if course is not None and not courses_spoken_of(scheme).filter(pk=course).exists():
        raise errors.CourseNotSpokenOf(field="course")
    if corrects is not None and not SaidAndDone.objects.filter(scheme=scheme, pk=corrects).exists():
        raise errors.EntryUnknown()
    with transaction.atomic():
        with walled_by({"brokerage_saidanddone_corrects_id_key": errors.CorrectedAlready()}):
            made = SaidAndDone.objects.create(
                scheme=scheme,
                said=heard,
                done=did,
                done_on=done_on,
                proposal_id=proposal,
                course_id=course,
                corrects_id=corrects,
                written_by=by.user,
                written_at=ledger.now(),
            )
        ledger.record(
            events.SAID_AND_DONE.by(
                actor, made.subject, scheme=scheme.pk, proposal=proposal, course=course, corrects=corrects
            )
        )
    return made

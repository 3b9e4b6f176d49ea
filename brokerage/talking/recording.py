"""Recording: what goes on a learner's guidance record. Lines are added, and nothing that was written is edited."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.errors import LearnerNotFound
from brokerage.events import CONSULTED
from brokerage.models import Adviser, Channel, Consultation, Request
from brokerage.talking import errors, events
from brokerage.talking.models import Booking, CallBack, EntryKind, GuidanceEntry, PrivateNote
from brokerage.talking.reading import with_whom
from ledger import Actor
from providers.feeds.plain_text import paragraphs


def put_down(
    learner: UUID,
    *,
    by: Adviser,
    channel: Channel,
    minutes: int,
    note: str,
    actor: Actor,
    request: Request | None = None,
    booking: Booking | None = None,
    call_back: CallBack | None = None,
) -> Consultation:
    """A talk goes on the record, for the learner to read. For whoever has seen to it that this adviser may."""
    with transaction.atomic():
        consultation = Consultation.objects.create(
            learner_id=learner,
            adviser=by,
            request=request,
            channel=channel,
            held_at=ledger.now(),
            minutes=minutes,
            note=note,
        )
        GuidanceEntry.objects.create(
            learner_id=learner,
            kind=EntryKind.TALK,
            adviser=by,
            consultation=consultation,
            booking=booking,
            call_back=call_back,
            made_at=consultation.held_at,
        )
        ledger.record(
            CONSULTED.by(
                actor,
                subject=f"consultation:{consultation.id}",
                learner=learner,
                adviser=by.id,
                request=request.pk if request else None,
                channel=channel,
                minutes=minutes,
            )
        )
    return consultation


def correct(entry: UUID, words: str, *, by: Adviser, actor: Actor) -> GuidanceEntry:
    """Say what is right instead of what an adviser wrote; both stay. Refuses `TalkNotFound`, `NothingToCorrect`,
    `WordsMissing`.
    """
    found = GuidanceEntry.objects.filter(pk=entry, learner__in=with_whom(by)).first()
    if found is None:
        raise errors.TalkNotFound()
    if found.adviser_id is None:
        raise errors.NothingToCorrect()
    return write(found.learner_id, EntryKind.CORRECTION, words=_needed(words), adviser=by, about=found, actor=actor)


def answer(entry: UUID, words: str, *, learner: Learner, actor: Actor) -> GuidanceEntry:
    """The learner says something to a line of their own record. Refuses `TalkNotFound`, `WordsMissing`."""
    found = GuidanceEntry.objects.filter(pk=entry, learner=learner).first()
    if found is None:
        raise errors.TalkNotFound()
    return write(learner.pk, EntryKind.ANSWER, words=_needed(words), about=found, actor=actor)


def note_privately(learner: UUID, words: str, *, by: Adviser, actor: Actor) -> PrivateNote:
    """Write something down for colleagues of the same organisation. Refuses `LearnerNotFound`, `WordsMissing`."""
    words = _needed(words)
    with transaction.atomic():
        if not with_whom(by).filter(pk=learner).exists():
            raise LearnerNotFound()
        note = PrivateNote.objects.create(learner_id=learner, adviser=by, words=words, made_at=ledger.now())
        ledger.record(events.NOTED.by(actor, note.subject, learner=learner, adviser=by.pk))
    return note


def write(
    learner: UUID,
    kind: EntryKind,
    *,
    actor: Actor,
    words: str = "",
    adviser: Adviser | None = None,
    about: GuidanceEntry | None = None,
    booking: Booking | None = None,
    call_back: CallBack | None = None,
    answers: dict[str, str] | None = None,
) -> GuidanceEntry:
    """Add a line. For whoever has seen to it that they may."""
    with transaction.atomic():
        entry = GuidanceEntry.objects.create(
            learner_id=learner,
            kind=kind,
            words=words,
            adviser=adviser,
            about=about,
            booking=booking,
            call_back=call_back,
            answers=answers or {},
            made_at=ledger.now(),
        )
        ledger.record(
            events.WRITTEN.by(
                actor,
                entry.subject,
                learner=learner,
                kind=kind,
                adviser=adviser.pk if adviser else None,
                about=about.pk if about else None,
            )
        )
    return entry


def _needed(words: str) -> str:
    if not (kept := paragraphs(words)):
        raise errors.WordsMissing(field="words")
    return kept

"""Calling: a talk that nobody booked, on the helpline or as somebody dropped in, logged while it is going on."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.consulting import hold
from brokerage.errors import LearnerNotFound
from brokerage.models import Adviser, Channel, Consultation, Request
from brokerage.talking import errors, events
from brokerage.talking.models import AnonymousTalk, CallerCheck, Topic
from brokerage.talking.reading import with_whom
from brokerage.talking.recording import put_down
from ledger import Actor
from providers.feeds.plain_text import paragraphs

# As often as somebody mishears an address; whoever looks for people in the system is stopped, and every try is kept.
MOST_MISSES, WITHIN = 5, dt.timedelta(hours=1)
# A long talk, and some time to write it down.
GOOD_FOR = dt.timedelta(hours=2)


def check_caller(email: str, born: dt.date, *, by: Adviser, actor: Actor) -> CallerCheck:
    """Who the caller is, by what they say themselves: both must fit one learner. Kept, whatever comes of it.

    Refuses `CallerUnknown`, `TooManyChecks`. Locks the adviser.
    """
    with transaction.atomic():
        Adviser.objects.select_for_update(no_key=True).get(pk=by.pk)
        since = ledger.now() - WITHIN
        if CallerCheck.objects.filter(adviser=by, learner=None, made_at__gt=since).count() >= MOST_MISSES:
            raise errors.TooManyChecks(most=MOST_MISSES)
        found = (
            Learner.objects.filter(user__email__iexact=email.strip(), user__is_active=True, date_of_birth=born)
            .exclude(user=by.user_id)
            .values_list("pk", flat=True)
            .first()
        )
        check = CallerCheck.objects.create(adviser=by, learner_id=found, made_at=ledger.now())
        ledger.record(events.CALLER_CHECKED.by(actor, f"adviser:{by.pk}", adviser=by.pk, learner=found))
    if found is None:
        raise errors.CallerUnknown()
    return check


def checked(check: UUID, *, by: Adviser) -> CallerCheck:
    """Who the caller is, as was found out a while ago and not used yet. Refuses `LearnerNotFound`."""
    found = (
        CallerCheck.objects.select_related("learner")
        .filter(pk=check, adviser=by, learner__erased_at=None, used_at=None, made_at__gt=ledger.now() - GOOD_FOR)
        .exclude(learner=None)
        .first()
    )
    if found is None:
        raise LearnerNotFound()
    return found


def log(
    learner: UUID,
    *,
    channel: Channel,
    minutes: int,
    note: str,
    request: UUID | None = None,
    by: Adviser,
    actor: Actor,
) -> Consultation:
    """Put a talk with a learner of this adviser's on the record; about a request on their desk where one is named.

    Refuses `LearnerNotFound` (also when they exist and are not this adviser's), `WordsMissing`, and what
    `consulting.hold` refuses.
    """
    note = _needed(note)
    with transaction.atomic():
        if not with_whom(by).filter(pk=learner).exists():
            raise LearnerNotFound()
        if request is not None:
            if not Request.objects.filter(pk=request, learner=learner).exists():
                raise LearnerNotFound()
            return hold(request, by=by, channel=channel, minutes=minutes, note=note, actor=actor)
        return put_down(learner, by=by, channel=channel, minutes=minutes, note=note, actor=actor)


def log_checked(check: UUID, *, channel: Channel, minutes: int, note: str, by: Adviser, actor: Actor) -> Consultation:
    """Put a talk with whoever was found by `check_caller` on their record, once. Refuses `LearnerNotFound`,
    `WordsMissing`. Locks the check.
    """
    note = _needed(note)
    with transaction.atomic():
        CallerCheck.objects.select_for_update().filter(pk=check).first()
        found = checked(check, by=by)
        assert found.learner_id is not None  # `checked` saw to it
        found.used_at = ledger.now()
        found.save(update_fields=["used_at"])
        return put_down(found.learner_id, by=by, channel=channel, minutes=minutes, note=note, actor=actor)


def log_anonymous(channel: Channel, topic: Topic, *, by: Adviser, actor: Actor) -> AnonymousTalk:
    """Count a talk with somebody who did not say who they are."""
    with transaction.atomic():
        talk = AnonymousTalk.objects.create(adviser=by, channel=channel, topic=topic, held_at=ledger.now())
        ledger.record(
            events.TALKED_ANONYMOUSLY.by(actor, f"talk:{talk.pk}", adviser=by.pk, channel=channel, topic=topic)
        )
    return talk


def _needed(note: str) -> str:
    if not (kept := paragraphs(note)):
        raise errors.WordsMissing(field="note")
    return kept

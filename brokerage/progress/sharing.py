"""Sharing: a learner lets somebody see parts of their story, by a link that ends; nobody else ever sees any of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import Learner
from brokerage.progress import errors, events
from brokerage.progress.models import Part, Share
from config.walls import walled_by
from ledger import Actor, now, record
from providers.feeds.plain_text import one_line

# Long enough to look for work or a course with; whoever needs it longer makes a new link.
MOST_DAYS = 90
MOST_SHARES = 20
WALLS = {
    "share_ends_within_90_days": errors.ShareTooLong(field="days", most=MOST_DAYS),
    "share_has_known_parts": errors.NothingToShare(field="parts"),
    "share_says_for_whom": errors.TextMissing(field="label"),
}


@dataclass(frozen=True, slots=True)
class Shared:
    """A share, and the token of its link: it is told once, to the learner, and kept nowhere."""

    share: Share
    token: str


def share(label: str, parts: Collection[str], days: int, *, learner: Learner, actor: Actor) -> Shared:
    """Let whoever has the link see these parts for so many days. `label` says to the learner whom it is for.

    Refuses `TextMissing`, `NothingToShare`, `AttendanceWithoutCourses`, `ShareTooLong`, `StoryIsFull`. Locks the
    learner.
    """
    line, wanted = one_line(label), [part for part in Part.values if part in parts]
    if not line:
        raise errors.TextMissing(field="label")
    if not wanted or len(wanted) != len(set(parts)):
        raise errors.NothingToShare(field="parts")
    if Part.ATTENDANCE in wanted and Part.COURSES not in wanted:
        raise errors.AttendanceWithoutCourses(field="parts")
    if not 1 <= days <= MOST_DAYS:
        raise errors.ShareTooLong(field="days", most=MOST_DAYS)
    token = secrets.token_urlsafe(32)
    with transaction.atomic(), walled_by(WALLS):
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        at = now()
        if learner.shares.open(at).count() >= MOST_SHARES:
            raise errors.StoryIsFull(most=MOST_SHARES)
        made = Share.objects.create(
            learner=learner,
            token_hash=_hash(token),
            label=line,
            parts=wanted,
            made_at=at,
            ends_at=at + dt.timedelta(days=days),
        )
        record(events.SHARED.by(actor, made.subject, learner=learner.pk, parts=wanted, ends_at=made.ends_at))
    return Shared(made, token)


def end(share: UUID, *, learner: Learner, actor: Actor) -> Share:
    """The link leads nowhere from now on. Said twice, it is ended once. Refuses `NotInStory`."""
    with transaction.atomic():
        found = learner.shares.filter(pk=share).select_for_update().first()
        if found is None:
            raise errors.NotInStory()
        at = now()
        if found.ended_at is None and found.ends_at > at:
            found.ended_at = at
            found.save(update_fields=["ended_at"])
            record(events.SHARE_ENDED.by(actor, found.subject, learner=learner.pk))
    return found


def shared_by(token: str) -> Share:
    """What this link leads to, with its learner. Refuses `NotInStory`, also when it has ended."""
    found = Share.objects.open(now()).filter(token_hash=_hash(token)).select_related("learner").first()
    if found is None:
        raise errors.NotInStory()
    return found


def opened(share: Share) -> None:
    """Count that somebody has opened the link. No event: who has a link could fill the log with them."""
    Share.objects.filter(pk=share.pk).update(opened=F("opened") + 1, last_opened_at=now())


def _hash(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()

"""Assisting: an adviser works a learner's pages while the two talk; each act is marked, and none is a confirmation.

What moves money, and what is a learner's own yes, stays with the learner: the pages for it are closed to whoever
assists, `buying.buy` and `confirmation.confirm` refuse them, and so does the ledger's `a_factor_is_ones_own`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage import errors, requesting
from brokerage.assisting import events
from brokerage.assisting.errors import AssistanceOver, NotWanted
from brokerage.assisting.models import LASTS, Act, Assistance, AssistedAct, NotAssisted, Together
from brokerage.models import Adviser, Request
from brokerage.organisations.declaring import may_broker
from brokerage.requesting import Draft
from brokerage.talking.reading import with_whom
from config.refusals import only
from config.walls import walled_by
from ledger import Actor, EventKind


def begin(learner: UUID, together: Together, *, by: Adviser, actor: Actor) -> Assistance:
    """The learner has just asked for it, and it begins; with anybody else, this adviser has ended.

    Refuses `LearnerNotFound` for a learner who is not theirs to help, `NotWanted`. Locks the adviser, then what they
    were at.
    """
    with transaction.atomic():
        Adviser.objects.select_for_update(no_key=True).get(pk=by.pk)
        person = with_whom(by).filter(pk=learner).first()
        if person is None:
            raise errors.LearnerNotFound()
        if NotAssisted.objects.filter(learner=learner).exists():
            raise NotWanted()
        for earlier in Assistance.objects.select_for_update(no_key=True).filter(adviser=by, ended_at=None):
            _end(earlier, actor)
        now = ledger.now()
        assistance = Assistance.objects.create(
            learner=person, adviser=by, together=together, began_at=now, ends_at=now + LASTS
        )
        _record(events.BEGUN, assistance, actor, together=together, ends_at=assistance.ends_at)
    return assistance


def going_on(assistance: str, *, user: UUID) -> Assistance | None:
    """The assistance, if it is this person's, goes on now, and the learner is still theirs to help. Two queries."""
    mine = Assistance.objects.going_on(ledger.now()).filter(pk=assistance, adviser__user=user)
    found = mine.select_related("learner__user", "adviser__user", "adviser__organisation").first()
    if found is None or not with_whom(found.adviser).filter(pk=found.learner_id).exists():
        return None
    return found


@contextmanager
def marked(assistance: Assistance, act: Act, about: str = "") -> Iterator[AssistedAct]:
    """Do the block for the learner, and keep that it was done; if it cannot be kept, nothing was done.

    What the block makes anew, it sets as `about` of what is kept. Refuses `AssistanceOver`. Locks the assistance, which
    ends after the act or before it.
    """
    with transaction.atomic():
        mine = Assistance.objects.going_on(ledger.now()).select_for_update(no_key=True, of=("self",))
        if not mine.filter(pk=assistance.pk) or not with_whom(assistance.adviser).filter(pk=assistance.learner_id):
            raise AssistanceOver()
        mark = AssistedAct(assistance=assistance, act=act, about=about)
        yield mark
        mark.done_at = ledger.now()
        with walled_by({"act_is_within_its_assistance": AssistanceOver()}):
            mark.save()


def ask(draft: Draft, *, by: Assistance, actor: Actor) -> Request:
    """Ask for a course on the learner's pages. No more may be asked of a provider here than the adviser may broker.

    Refuses `AssistanceOver`, `MarkNeeded`, `Interested`, and what `requesting.submit` does. Locks the assistance, then
    what `submit` does.
    """
    with marked(by, Act.ASKED) as mark:
        may_broker(by.learner_id, draft.run.course.provider_id, by.adviser)
        asked = only(requesting.submit([draft], actor=actor))
        mark.about = asked.subject
    return asked


def end(assistance: str, *, by: UUID, actor: Actor) -> Assistance:
    """The adviser, as the user `by`, stops. Said twice, it is said once. Locks the assistance."""
    with transaction.atomic():
        found = Assistance.objects.select_for_update(no_key=True, of=("self",)).get(pk=assistance, adviser__user=by)
        if found.ended_at is None:
            _end(found, actor)
    return found


def refuse(*, learner: Learner, actor: Actor) -> None:
    """The learner wants nobody to work their pages: nothing more is done where somebody does now. Said twice, it is
    said once. Locks the learner.
    """
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        _unwanted, anew = NotAssisted.objects.get_or_create(learner=learner, defaults={"since": ledger.now()})
        if anew:
            ledger.record(events.UNWANTED.by(actor, learner.subject, learner=learner.pk))


def allow(*, learner: Learner, actor: Actor) -> None:
    """The learner lets advisers work their pages again. Said twice, it is said once. Locks the learner."""
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        if NotAssisted.objects.filter(learner=learner).delete()[0]:
            ledger.record(events.WANTED.by(actor, learner.subject, learner=learner.pk))


def done_to(about: str) -> list[AssistedAct]:
    """What advisers did to this on a learner's pages, the earliest first, with their names. One query."""
    return list(AssistedAct.objects.filter(about=about).select_related("assistance__adviser__user"))


def _end(assistance: Assistance, actor: Actor) -> None:
    assistance.ended_at = min(ledger.now(), assistance.ends_at)
    assistance.save(update_fields=["ended_at"])
    _record(events.ENDED, assistance, actor)


def _record(kind: EventKind, assistance: Assistance, actor: Actor, **more: object) -> None:
    who = {"learner": assistance.learner_id, "adviser": assistance.adviser_id}
    ledger.record(kind.by(actor, assistance.subject, **who, **more))

"""Answering: a learner says how guidance was, or what became of them; once, never changed, and guidance taken back.

What they write is read by a person at the scheme first, by the rule of `docs/choosing.md`, and answered once by whoever
leads the organisation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner, SchemeManager
from brokerage.hearing import errors, events
from brokerage.hearing.asking import EVERY
from brokerage.hearing.models import Became, Destination, GuidanceFeedback, GuidanceRemark, Heard, Speaker
from brokerage.hearing.reading import spoken_of
from brokerage.models import Adviser, GuidanceOrganisation
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.feeds.plain_text import paragraphs
from vouchers.errors import WordsMissing
from vouchers.feedback_errors import FeedbackAnswered, FeedbackLookedAt, FeedbackNotFound
from vouchers.moderated import HeldBack


@dataclass(frozen=True, slots=True)
class Said:
    """The answers to the four questions; `pushed` is told to nobody but whoever leads, as a number."""

    listened: bool
    understood: bool
    helped: bool
    pushed: bool


def may_answer(asked: GuidanceFeedback | Destination, now: dt.datetime) -> Refusal | None:
    """Why this question cannot be answered now; None when it can."""
    if asked.state != Heard.ASKED:
        return errors.QuestionAnswered()
    if asked.asked_at <= now - EVERY:
        return errors.QuestionTooOld(days=EVERY.days)
    return None


def give(feedback: UUID, said: Said, words: str = "", *, learner: Learner, actor: Actor) -> GuidanceFeedback:
    """The learner's word on guidance. Locks the feedback.

    The answers count at once; `words`, up to a thousand characters or none, wait for a person at the scheme.
    Refuses `QuestionNotFound`, `QuestionAnswered`, `QuestionTooOld`.
    """
    with transaction.atomic():
        found = _guidance(feedback, learner)
        now = ledger.now()
        if refusal := may_answer(found, now):
            raise refusal
        found.state, found.answered_at = Heard.ANSWERED, now
        found.listened, found.understood = said.listened, said.understood
        found.helped, found.pushed = said.helped, said.pushed
        found.save()
        if kept := paragraphs(words):
            GuidanceRemark.objects.create(
                feedback=found, by=Speaker.LEARNER, words=kept, written_at=now, written_by=learner.user
            )
        ledger.record(_of(events.GUIDANCE_GIVEN, found, actor, with_words=bool(kept)))
    return found


def decline(feedback: UUID, *, learner: Learner, actor: Actor) -> None:
    """They do not want to be asked about guidance, now or later. Locks the feedback. Refuses as `give` does."""
    with transaction.atomic():
        found = _guidance(feedback, learner)
        now = ledger.now()
        if refusal := may_answer(found, now):
            raise refusal
        found.state, found.answered_at = Heard.DECLINED, now
        found.save(update_fields=["state", "answered_at"])
        ledger.record(_of(events.GUIDANCE_DECLINED, found, actor))


def take_back(feedback: UUID, *, learner: Learner, actor: Actor) -> None:
    """Of what they said, and of what was answered to it, nothing is left. Locks the feedback.

    Refuses `QuestionNotFound`, `NothingToTakeBack`.
    """
    with transaction.atomic():
        found = _guidance(feedback, learner)
        if found.state != Heard.ANSWERED:
            raise errors.NothingToTakeBack()
        found.remarks.all().delete()
        found.state = Heard.WITHDRAWN
        found.listened = found.understood = found.helped = found.pushed = None
        found.save()
        ledger.record(_of(events.GUIDANCE_WITHDRAWN, found, actor))


def tell(voucher: UUID, became: Became, *, helped: bool, learner: Learner, actor: Actor) -> Destination:
    """What became of the learner after this voucher's course, and whether it helped. Locks the destination.

    Refuses `QuestionNotFound`, `QuestionAnswered`, `QuestionTooOld`.
    """
    return _told(voucher, events.DESTINATION_TOLD, Heard.ANSWERED, became, helped, learner, actor)


def tell_nothing(voucher: UUID, *, learner: Learner, actor: Actor) -> Destination:
    """They do not say, and are not asked after another course either. Locks the destination. Refuses as `tell` does."""
    return _told(voucher, events.DESTINATION_DECLINED, Heard.DECLINED, "", None, learner, actor)


def to_look_at(manager: SchemeManager) -> QuerySet[GuidanceRemark]:
    """What waits for somebody who runs one of this manager's schemes, the oldest first; not what they wrote."""
    mine = GuidanceRemark.objects.waiting().filter(feedback__scheme__managers=manager)
    return mine.exclude(written_by=manager.user_id)


def look_at(remark: UUID, *, held_back: HeldBack | None, by: SchemeManager, actor: Actor) -> GuidanceRemark:
    """A person at the scheme has read it: it is shown, or held back for that reason. Locks the remark.

    Refuses `FeedbackNotFound` (also of a scheme that is not theirs, or what they wrote themselves),
    `FeedbackLookedAt`.
    """
    with transaction.atomic():
        theirs = GuidanceRemark.objects.filter(feedback__scheme__managers=by).exclude(written_by=by.user_id)
        found: GuidanceRemark | None = theirs.select_for_update(of=("self",)).filter(pk=remark).first()
        if found is None:
            raise FeedbackNotFound()
        if found.state != GuidanceRemark.State.WAITING:
            raise FeedbackLookedAt()
        fields = found.look_at(held_back, by.user, ledger.now())
        with walled_by({"nobody_looks_at_their_own_guidance_remark": FeedbackNotFound()}):
            found.save(update_fields=fields)
        ledger.record(
            events.REMARK_LOOKED_AT.by(
                actor, found.subject, feedback=found.feedback_id, by=found.by, held_back=found.held_back
            )
        )
    return found


def to_answer(organisation: GuidanceOrganisation) -> QuerySet[GuidanceRemark]:
    """What learners said of this organisation that is shown, the latest first: the same that everybody sees."""
    shown = GuidanceRemark.objects.shown().filter(by=Speaker.LEARNER, feedback__organisation=organisation)
    return shown if spoken_of(organisation) else shown.none()


def answer(remark: UUID, words: str, *, by: Adviser, actor: Actor) -> GuidanceRemark:
    """The organisation's one answer to what a learner wrote, by whoever leads it. Locks the feedback.

    Refuses `FeedbackNotFound` (also when it is another's or not shown, or they do not lead), `FeedbackAnswered`,
    `WordsMissing`.
    """
    with transaction.atomic():
        mine = GuidanceFeedback.objects.filter(organisation=by.organisation_id, remarks=remark)
        feedback = mine.select_for_update(of=("self",), no_key=True).first() if by.leads else None
        # Asked once it is locked: until then, the learner may have taken it back.
        if feedback is None or not to_answer(by.organisation).filter(pk=remark).exists():
            raise FeedbackNotFound()
        if not (kept := paragraphs(words)):
            raise WordsMissing(field="words")
        with walled_by({"one_guidance_remark_a_feedback_and_side": FeedbackAnswered()}):
            made = GuidanceRemark.objects.create(
                feedback=feedback, by=Speaker.ORGANISATION, words=kept, written_at=ledger.now(), written_by=by.user
            )
        ledger.record(
            # Not to whom: whoever reads the organisation's events must not learn which learner it was.
            events.REMARK_ANSWERED.by(actor, feedback.subject, organisation=feedback.organisation_id, remark=made.pk)
        )
    return made


def _guidance(feedback: UUID, learner: Learner) -> GuidanceFeedback:
    mine = GuidanceFeedback.objects.filter(learner=learner)
    found = mine.select_for_update(no_key=True).filter(pk=feedback).first()
    if found is None:
        raise errors.QuestionNotFound()
    return found


def _of(kind: EventKind, found: GuidanceFeedback, actor: Actor, **more: object) -> ledger.Event:
    whose = {"learner": found.learner_id, "scheme": found.scheme_id, "organisation": found.organisation_id}
    return kind.by(actor, found.subject, **whose, **more)


def _told(
    voucher: UUID,
    kind: EventKind,
    state: Heard,
    became: Became | str,
    helped: bool | None,
    learner: Learner,
    actor: Actor,
) -> Destination:
    with transaction.atomic():
        mine = Destination.objects.filter(voucher__learner=learner).select_related("voucher__learning_account")
        found = mine.select_for_update(of=("self",), no_key=True).filter(pk=voucher).first()
        if found is None:
            raise errors.QuestionNotFound()
        now = ledger.now()
        if refusal := may_answer(found, now):
            raise refusal
        found.state, found.became, found.helped, found.answered_at = state, became, helped, now
        found.save()
        scheme = found.voucher.learning_account.scheme_id
        ledger.record(kind.by(actor, found.subject, learner=learner.pk, scheme=scheme, voucher=voucher))
    return found

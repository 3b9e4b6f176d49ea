"""Feeding back: a learner says whether they would recommend a course, the provider may answer once, and what is written
is shown after a person at the scheme has looked at it. The rule is in `docs/choosing.md`."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

import ledger
from accounts.models import Learner, SchemeManager, User
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor
from providers.models import Staff
from vouchers import errors, events, feedback_errors
from vouchers.feedback import By, Feedback, HeldBack, Remark
from vouchers.issuing import parties
from vouchers.models import Outcome, State, Voucher
from vouchers.track_records import ENOUGH

# Longer ago, what somebody remembers is of another course than the one that is taught now.
ASKED_FOR = dt.timedelta(days=180)
COMPLETED = Q(state=State.COMPLETED) | Q(state=State.CLOSED, outcome=Outcome.COMPLETED)


def done(vouchers: QuerySet[Voucher], now: dt.datetime) -> QuerySet[Voucher]:
    """Those of the vouchers whose learners are asked how it was: completed, not long ago, and not answered yet."""
    return vouchers.filter(COMPLETED, completed_at__gt=now - ASKED_FOR, feedback=None)


def may_give(voucher: Voucher, now: dt.datetime) -> Refusal | None:
    """Why no feedback can be given for this voucher now; None when it can."""
    completed = voucher.state == State.COMPLETED or voucher.outcome == Outcome.COMPLETED
    if not completed or voucher.completed_at is None:
        return feedback_errors.NotCompletedYet()
    if voucher.completed_at <= now - ASKED_FOR:
        return feedback_errors.FeedbackTooLate(days=ASKED_FOR.days)
    if hasattr(voucher, "feedback"):
        return feedback_errors.FeedbackGiven()
    return None


def give(voucher: UUID, *, recommends: bool, words: str, learner: Learner, actor: Actor) -> Feedback:
    """The learner's word on a course that they completed. Locks the voucher.

    The answer counts at once; `words`, up to a thousand characters or none, wait for a person at the scheme.
    Refuses `VoucherNotFound`, `NotCompletedYet`, `FeedbackTooLate`, `FeedbackGiven`.
    """
    with transaction.atomic():
        found = Voucher.objects.of_learner(learner).lock_ids([voucher]).get(voucher)
        if found is None:
            raise errors.VoucherNotFound()
        now = ledger.now()
        if refusal := may_give(found, now):
            raise refusal
        with walled_by({"vouchers_feedback_voucher_id_key": feedback_errors.FeedbackGiven()}):
            feedback = Feedback.objects.create(voucher=found, recommends=recommends, given_at=now)
        if words.strip():
            _write(feedback, By.LEARNER, words, learner.user, now)
        ledger.record(
            events.FEEDBACK_GIVEN.by(
                actor,
                subject=feedback.subject,
                voucher=found.id,
                with_words=bool(words.strip()),
                **parties(found),
            )
        )
    return feedback


def to_answer(staff: Staff) -> QuerySet[Remark]:
    """What learners of this provider's courses said that is shown, the latest first: the same that everybody sees.

    Only of courses of which enough have answered, as for everybody else: a provider knows its classes best.
    """
    of_course = (
        Feedback.objects.filter(voucher__run__course=OuterRef("feedback__voucher__run__course"))
        .order_by()
        .values("voucher__run__course")
        .annotate(answers=Count("pk"))
        .filter(answers__gte=ENOUGH)
    )
    return (
        Remark.objects.shown()
        .filter(Exists(of_course), by=By.LEARNER, feedback__voucher__provider=staff.provider_id)
        .select_related("feedback__voucher__run__course")
    )


def answer(remark: UUID, words: str, *, by: Staff, actor: Actor) -> Remark:
    """The provider's one answer to what a learner wrote. Locks the feedback.

    Refuses `FeedbackNotFound` (also when it is another's, or not shown), `FeedbackAnswered`, `WordsMissing`.
    """
    with transaction.atomic():
        said = to_answer(by).filter(pk=remark).first()
        if said is None:
            raise feedback_errors.FeedbackNotFound()
        if not words.strip():
            raise errors.WordsMissing(field="words")
        feedback = Feedback.objects.select_for_update().get(pk=said.feedback_id)
        with walled_by({"one_remark_a_feedback_and_side": feedback_errors.FeedbackAnswered()}):
            made = _write(feedback, By.PROVIDER, words, by.user, ledger.now())
        voucher = said.feedback.voucher
        ledger.record(
            events.FEEDBACK_ANSWERED.by(actor, subject=feedback.subject, provider=voucher.provider_id, remark=made.id)
        )
    return made


def to_look_at(manager: SchemeManager) -> QuerySet[Remark]:
    """What waits for somebody who runs one of this manager's schemes, the oldest first; not what they wrote."""
    mine = Remark.objects.waiting().filter(feedback__voucher__learning_account__scheme__managers=manager)
    return mine.exclude(written_by=manager.user_id)


def look_at(remark: UUID, *, held_back: HeldBack | None, by: SchemeManager, actor: Actor) -> Remark:
    """A person at the scheme has read it: it is shown, or held back for that reason. Locks the remark.

    Refuses `FeedbackNotFound` (also of a scheme that is not theirs, or what they wrote themselves),
    `FeedbackLookedAt`.
    """
    with transaction.atomic():
        theirs = Remark.objects.filter(feedback__voucher__learning_account__scheme__managers=by)
        found: Remark | None = (
            theirs.exclude(written_by=by.user_id).select_for_update(of=("self",)).filter(pk=remark).first()
        )
        if found is None:
            raise feedback_errors.FeedbackNotFound()
        if found.state != Remark.State.WAITING:
            raise feedback_errors.FeedbackLookedAt()
        fields = found.look_at(held_back, by.user, ledger.now())
        with walled_by({"nobody_looks_at_their_own_remark": feedback_errors.FeedbackNotFound()}):
            found.save(update_fields=fields)
        ledger.record(
            events.FEEDBACK_LOOKED_AT.by(
                actor, subject=found.subject, feedback=found.feedback_id, by=found.by, held_back=found.held_back
            )
        )
    return found


def _write(feedback: Feedback, by: By, words: str, user: User | None, now: dt.datetime) -> Remark:
    return Remark.objects.create(feedback=feedback, by=by, words=words.strip(), written_at=now, written_by=user)

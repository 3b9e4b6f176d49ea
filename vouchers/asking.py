"""Asking: a learner asks their provider for more time, or to be let go after the cooling-off; the provider answers."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner
from config.refusals import Refusal, only
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.models import Provider
from vouchers import errors, events
from vouchers.asked import MOST_TIME, Asked, What
from vouchers.delivery import DELIVERS, stopped
from vouchers.ending import Cancellation, cancel
from vouchers.issuing import parties
from vouchers.judging import judge
from vouchers.models import CancelReason, State, Voucher

# Before that the provider has not answered for a place yet; afterwards there is nothing left to do in time.
UNDER_WAY = (State.ACCEPTED, State.STARTED)


def last_day(voucher: Voucher) -> dt.date:
    """The last day on which the voucher can be delivered: its deadline is the end of it, as when it was issued."""
    return (voucher.expires_at - dt.timedelta(microseconds=1)).astimezone(dt.UTC).date()


def ask_for_more_time(voucher: UUID, until: dt.date, *, learner: Learner, actor: Actor) -> Asked:
    """Ask that the voucher's last day be `until`. Its deadline stays as it is until the provider agrees.

    Refuses `VoucherNotFound`, `VoucherUnderReview`, `WrongState`, `MoreTimeWrong`, `MoreTimeGiven`, `AskedAlready`.
    Locks the voucher.
    """
    with transaction.atomic():
        found = _under_way(voucher, learner)
        first, last = last_day(found) + dt.timedelta(days=1), last_day(found) + MOST_TIME
        if Asked.objects.filter(voucher=found, what=What.MORE_TIME, state=Asked.State.AGREED).exists():
            raise errors.MoreTimeGiven()
        if not first <= until <= last:
            raise errors.MoreTimeWrong(field="until", first=first, last=last)
        return _ask(found, What.MORE_TIME, until, actor)


def ask_to_call_off(voucher: UUID, *, learner: Learner, actor: Actor) -> Asked:
    """Ask the provider to call the voucher off, now that the learner may not withdraw any more by themselves.

    Refuses `VoucherNotFound`, `VoucherUnderReview`, `WrongState`, `AskedAlready`. Locks the voucher.
    """
    with transaction.atomic():
        return _ask(_under_way(voucher, learner), What.CALL_OFF, None, actor)


def take_back(asked: UUID, *, learner: Learner, actor: Actor) -> Asked:
    """The learner needs it no more. Refuses `QuestionNotFound`, `QuestionAnswered`. Locks the voucher."""
    with transaction.atomic():
        found = _locked(Asked.objects.filter(voucher__learner=learner, pk=asked).first())
        return _answered(found, Asked.State.TAKEN_BACK, events.QUESTION_TAKEN_BACK, actor)


def agree(asked: UUID, *, by: Provider, actor: Actor) -> Asked:
    """The provider agrees: the voucher lasts until the day that was asked for, or is called off and what is not
    redeemed goes back to where it came from.

    Refuses `QuestionNotFound`, `QuestionAnswered`, `ProviderStopped` (more time alone), `VoucherUnderReview`,
    `WrongState`, `MoreTimeGiven`. Locks the voucher, and for calling off what `ending.cancel` locks.
    """
    with transaction.atomic():
        found = _locked(_to(by).filter(pk=asked).first())
        _still_open(found)
        if found.until is None:
            only(cancel([Cancellation(found.voucher.code, CancelReason.LEARNER_UNABLE)], by=by, actor=actor))
            return _answered(found, Asked.State.AGREED, events.QUESTION_AGREED, actor)
        if refusal := stopped(by, DELIVERS):
            raise refusal
        _judged(found.voucher)
        found.voucher.expires_at = dt.datetime.combine(found.until, dt.time(), dt.UTC) + dt.timedelta(days=1)
        found.voucher.save(update_fields=["expires_at"])
        with walled_by({"more_time_once_a_voucher": errors.MoreTimeGiven()}):
            answered = _answered(found, Asked.State.AGREED, events.QUESTION_AGREED, actor)
        ledger.record(
            events.MORE_TIME_GIVEN.by(
                actor,
                subject=found.voucher.subject,
                until=found.until,
                **parties(found.voucher),
            )
        )
    return answered


def decline(asked: UUID, *, by: Provider, actor: Actor) -> Asked:
    """The provider does not agree: everything stays as it is. Refuses `QuestionNotFound`, `QuestionAnswered`.

    Locks the voucher.
    """
    with transaction.atomic():
        found = _locked(_to(by).filter(pk=asked).first())
        return _answered(found, Asked.State.DECLINED, events.QUESTION_DECLINED, actor)


def _under_way(voucher: UUID, learner: Learner) -> Voucher:
    found = Voucher.objects.of_learner(learner).lock_ids([voucher]).get(voucher)
    if found is None:
        raise errors.VoucherNotFound()
    return _judged(found)


def _judged(voucher: Voucher) -> Voucher:
    answer = judge(voucher, *UNDER_WAY)
    if isinstance(answer, Refusal):
        raise answer
    return answer


def _to(provider: Provider) -> QuerySet[Asked]:
    return Asked.objects.filter(voucher__provider=provider)


def _locked(asked: Asked | None) -> Asked:
    """The question as it stands, with its voucher locked, by which everything about it is one after the other."""
    if asked is None:
        raise errors.QuestionNotFound()
    voucher = Voucher.objects.lock_ids([asked.voucher_id])[asked.voucher_id]
    found = Asked.objects.get(pk=asked.pk)
    found.voucher = voucher
    return found


def _still_open(asked: Asked) -> None:
    if asked.state != Asked.State.OPEN:
        raise errors.QuestionAnswered(state=asked.get_state_display())


def _ask(voucher: Voucher, what: What, until: dt.date | None, actor: Actor) -> Asked:
    with walled_by({"one_open_question_a_voucher": errors.AskedAlready()}):
        made = Asked.objects.create(
            voucher=voucher, what=what, until=until, was_until=last_day(voucher), asked_at=ledger.now()
        )
    ledger.record(
        events.QUESTION_ASKED.by(
            actor, subject=voucher.subject, asked=made.id, what=what, until=until, **parties(voucher)
        )
    )
    return made


def _answered(asked: Asked, state: Asked.State, kind: EventKind, actor: Actor) -> Asked:
    _still_open(asked)
    asked.state, asked.answered_at = state, ledger.now()
    asked.save(update_fields=["state", "answered_at"])
    voucher = asked.voucher
    ledger.record(kind.by(actor, subject=voucher.subject, asked=asked.id, what=asked.what, **parties(voucher)))
    return asked

"""Confirmation: the learner's word on what a provider declared, given with their own factor in their own session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from config.bulk import write_back
from config.refusals import Refusal
from ledger import Actor
from vouchers import complaining, contesting, errors, events
from vouchers.cases import CaseAbout, CaseKind
from vouchers.delivery import lock_milestones
from vouchers.ending import close_if_done
from vouchers.issuing import parties
from vouchers.models import Control, Dispute, Factor, Milestone, MilestoneState, Voucher

SWEEP = 500


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A learner's word that milestone `number` of a voucher happened, and the factor it was given with."""

    voucher: UUID
    number: int
    factor: Factor


def confirm(
    confirmations: Sequence[Confirmation], *, learner: Learner | None, actor: Actor
) -> list[Milestone | Refusal]:
    """Record the learners' confirmations, each judged on its own; a confirmed milestone may be redeemed.

    `learner` is whose session it is: another's voucher does not exist for them. None is for a batch that
    was confirmed in sessions of their own (a recorded year). Refuses `VoucherNotFound`, `MilestoneNotFound`,
    `NotDeclared`, `AlreadyDecided`, `VoucherUnderReview`, and `TheirOwnHand` whoever acts for somebody. Locks the
    vouchers in id order, then their milestones.
    """
    if actor.on_behalf_of:
        raise errors.TheirOwnHand()
    with transaction.atomic():
        vouchers = _lock([line.voucher for line in confirmations], learner)
        plans = lock_milestones(vouchers.values())
        answers: list[Milestone | Refusal] = []
        for line in confirmations:
            answer = _judge(vouchers.get(line.voucher), plans, line.number)
            if isinstance(answer, Milestone):
                _mark(answer, line.factor)
            answers.append(answer)
        _store([answer for answer in answers if isinstance(answer, Milestone)], actor)
    return answers


def dispute(voucher: UUID, number: int, reason: str, *, learner: Learner, actor: Actor) -> Milestone:
    """The learner says that a declared milestone did not happen as said: its money and the voucher's stand still, and a
    mediator decides.

    The reason is kept outside the ledger, where it can be erased. Refuses as `confirm`. Locks as `confirm`.
    """
    with transaction.atomic():
        vouchers = _lock([voucher], learner)
        answer = _judge(vouchers.get(voucher), lock_milestones(vouchers.values()), number)
        if isinstance(answer, Refusal):
            raise answer
        bought = answer.voucher
        case = contesting.opened(CaseKind.DISPUTE, CaseAbout.VOUCHER, account=bought.learning_account, voucher=bought)
        answer.state = MilestoneState.DISPUTED
        answer.save(update_fields=["state"])
        Dispute.objects.create(milestone=answer, reason=reason, made_at=ledger.now())
        Voucher.objects.filter(pk=voucher).update(control=Control.UNDER_REVIEW)
        complaining.start(case, reason, by=learner.user, actor=actor, milestone=answer)
        ledger.record(
            events.MILESTONE_DISPUTED.by(
                actor,
                subject=answer.voucher.subject,
                number=answer.number,
                code=answer.code,
                amount_minor=answer.amount_minor,
                **parties(answer.voucher),
            )
        )
    return answer


def accept_as_right(milestone: Milestone, *, actor: Actor) -> None:
    """A mediator has decided that a disputed milestone did happen: it counts as confirmed. It is locked."""
    _mark(milestone, Factor.DECISION)
    _store([milestone], actor)


def confirm_by_silence(*, actor: Actor) -> int:
    """Confirm what learners had their time to object to; how many. Safe to run twice, in chunks of `SWEEP`.

    Never a start, nor anything of a new provider, nor of a voucher that is not clear: `3-domain`, "Life cycles".
    """
    confirmed = 0
    while True:
        with transaction.atomic():
            silent = Milestone.objects.silent(ledger.now(), ledger.today())
            due = list(silent.order_by("voucher_id", "number").values_list("id", "voucher_id")[:SWEEP])
            vouchers = Voucher.objects.filter(control=Control.CLEAR).lock_ids({voucher for _, voucher in due})
            plans = lock_milestones(vouchers.values())
            wanted = {milestone for milestone, _ in due}
            found = [
                milestone
                for plan in plans.values()
                for milestone in plan
                if milestone.id in wanted and milestone.state == MilestoneState.DECLARED
            ]
            for milestone in found:
                _mark(milestone, Factor.SILENCE)
            _store(found, actor)
        confirmed += len(found)
        if not found:
            return confirmed


def _lock(ids: Sequence[UUID], learner: Learner | None) -> dict[UUID, Voucher]:
    mine = Voucher.objects.all() if learner is None else Voucher.objects.of_learner(learner)
    return mine.lock_ids(ids)


def _judge(voucher: Voucher | None, plans: dict[str, list[Milestone]], number: int) -> Milestone | Refusal:
    if voucher is None:
        return errors.VoucherNotFound()
    plan = plans[voucher.code]
    if not 1 <= number <= len(plan):
        return errors.MilestoneNotFound()
    milestone = plan[number - 1]
    if milestone.state == MilestoneState.PLANNED:
        return errors.NotDeclared()
    if milestone.state != MilestoneState.DECLARED:
        return errors.AlreadyDecided()
    if voucher.control != Control.CLEAR:
        return errors.VoucherUnderReview()
    return milestone


def _mark(milestone: Milestone, factor: Factor) -> None:
    milestone.state = MilestoneState.CONFIRMED
    milestone.confirmed_at, milestone.confirmed_how = ledger.now(), factor


def _store(milestones: Sequence[Milestone], actor: Actor) -> None:
    if not milestones:
        return
    write_back(milestones, "state", "confirmed_at", "confirmed_how")
    ledger.record(
        *(
            events.MILESTONE_CONFIRMED.by(
                actor,
                subject=milestone.voucher.subject,
                number=milestone.number,
                code=milestone.code,
                amount_minor=milestone.amount_minor,
                factor=milestone.confirmed_how,
                **parties(milestone.voucher),
            )
            for milestone in milestones
        )
    )
    close_if_done({milestone.voucher_id: milestone.voucher for milestone in milestones}.values(), actor=actor)

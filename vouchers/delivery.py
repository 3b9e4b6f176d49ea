"""Delivery: the provider accepts or declines a voucher, starts it, and declares its milestones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

import ledger
from config.bulk import write_back
from config.ids import read_code
from config.refusals import Refusal
from ledger import Actor, Event
from providers.models import Provider
from vouchers import errors, events
from vouchers.ending import Ending, close
from vouchers.issuing import parties
from vouchers.judging import judge
from vouchers.models import Control, Milestone, MilestoneState, Outcome, State, Voucher

START = 1
TAKES_LEARNERS = (Provider.State.ACTIVE,)
DELIVERS = (Provider.State.ACTIVE, Provider.State.NO_NEW_STARTS)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A provider's word that milestone `number` of a voucher was reached on the day `occurred_on`."""

    voucher: str
    number: int
    occurred_on: dt.date


def accept(codes: Sequence[str], *, by: Provider, actor: Actor) -> list[Voucher | Refusal]:
    """The provider takes the learner on: issued -> accepted, each voucher judged on its own.

    Refuses `ProviderStopped` (all lines), `VoucherNotFound`, `VoucherUnderReview`, `WrongState`, `TooLateToAccept`.
    Locks the vouchers in id order.
    """
    if refusal := stopped(by, TAKES_LEARNERS):
        return [refusal for _code in codes]
    with transaction.atomic():
        now = ledger.now()
        vouchers = Voucher.objects.made_out_to(by).lock(codes)
        answers: list[Voucher | Refusal] = []
        accepted: dict[str, Voucher] = {}
        for code in codes:
            answer = judge(vouchers.get(read_code(code) or ""), State.ISSUED)
            if isinstance(answer, Voucher) and answer.accept_by is not None and answer.accept_by <= now:
                answer = errors.TooLateToAccept(field="voucher")
            if isinstance(answer, Voucher):
                answer.state, answer.accepted_at = State.ACCEPTED, now
                accepted[answer.code] = answer
            answers.append(answer)
        _save(accepted.values(), State.ISSUED, state=State.ACCEPTED, accepted_at=now)
        ledger.record(
            *(events.ACCEPTED.by(actor, subject=voucher.subject, **parties(voucher)) for voucher in accepted.values())
        )
    return answers


def decline(codes: Sequence[str], *, by: Provider, actor: Actor) -> list[Voucher | Refusal]:
    """The provider cannot take the learner on: issued -> closed, and the money goes back where it came from.

    Refuses as `accept`. Locks the vouchers in id order, then what `ledger.post` locks.
    """
    with transaction.atomic():
        vouchers = Voucher.objects.made_out_to(by).lock(codes)
        answers: list[Voucher | Refusal] = []
        endings: list[Ending] = []
        for code in codes:
            answer = judge(vouchers.get(read_code(code) or ""), State.ISSUED)
            if isinstance(answer, Voucher):
                answer.state = State.CLOSED
                endings.append(Ending(answer, State.ISSUED, Outcome.DECLINED))
            answers.append(answer)
        close(endings, actor=actor)
    return answers


def start(codes: Sequence[str], *, occurred_on: dt.date, by: Provider, actor: Actor) -> list[Milestone | Refusal]:
    """The provider's word that the learner came: the first milestone of each voucher is declared."""
    return declare([Declaration(code, START, occurred_on) for code in codes], by=by, actor=actor)


def declare(declarations: Sequence[Declaration], *, by: Provider, actor: Actor) -> list[Milestone | Refusal]:
    """Declare milestones reached, each judged on its own; the learner is then asked to confirm.

    The first milestone takes its voucher accepted -> started, the last started -> completed; those between
    leave its state. Declared in order, and dated between the run's start (or acceptance, if later dated) and today.

    Refuses `ProviderStopped` (all lines), `VoucherNotFound`, `MilestoneNotFound`, `VoucherUnderReview`, `WrongState`,
    `AlreadyDeclared`, `MilestoneOutOfOrder`, `DeclaredTooEarly`. Locks the vouchers in id order, then their milestones.
    """
    if refusal := stopped(by, DELIVERS):
        return [refusal for _line in declarations]
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        vouchers = Voucher.objects.made_out_to(by).lock([line.voucher for line in declarations])
        plans = lock_milestones(vouchers.values())
        answers: list[Milestone | Refusal] = []
        happened: list[Event] = []
        for line in declarations:
            voucher = vouchers.get(read_code(line.voucher) or "")
            answer = _judge_declaration(line, voucher, plans, today)
            if isinstance(answer, Milestone) and voucher is not None:
                happened += _declared(answer, voucher, plans[voucher.code], line.occurred_on, now, actor)
            answers.append(answer)
        _save_declared([answer for answer in answers if isinstance(answer, Milestone)])
        ledger.record(*happened)
    return answers


def stopped(by: Provider, allowed: Sequence[str]) -> Refusal | None:
    """Why a provider in its present state may not do this, or None. Declining and cancelling are always allowed."""
    return None if by.state in allowed else errors.ProviderStopped(state=by.get_state_display())


def lock_milestones(vouchers: Iterable[Voucher]) -> dict[str, list[Milestone]]:
    """Each voucher's milestones by its code, in order, locked; the vouchers are locked already."""
    by_id = {voucher.id: voucher for voucher in vouchers}
    plans: dict[str, list[Milestone]] = {voucher.code: [] for voucher in by_id.values()}
    found = Milestone.objects.filter(voucher__in=by_id).select_for_update(of=("self",)).order_by("voucher_id", "number")
    for milestone in found:
        milestone.voucher = by_id[milestone.voucher_id]
        plans[milestone.voucher.code].append(milestone)
    return plans


def _judge_declaration(
    line: Declaration, voucher: Voucher | None, plans: dict[str, list[Milestone]], today: dt.date
) -> Milestone | Refusal:
    wanted = (State.ACCEPTED,) if line.number == START else (State.STARTED,)
    if voucher is None:
        return errors.VoucherNotFound(field="voucher")
    plan = plans[voucher.code]
    if not 1 <= line.number <= len(plan):
        return errors.MilestoneNotFound(field="milestone")
    milestone = plan[line.number - 1]
    if voucher.control == Control.CLEAR and milestone.state != MilestoneState.PLANNED:
        return errors.AlreadyDeclared(field="milestone")
    if line.number > START and voucher.state == State.ACCEPTED:
        return errors.MilestoneOutOfOrder(field="milestone")
    if isinstance(refusal := judge(voucher, *wanted), Refusal):
        return refusal
    if any(earlier.state == MilestoneState.PLANNED for earlier in plan[: line.number - 1]):
        return errors.MilestoneOutOfOrder(field="milestone")
    if not voucher.run.starts_on <= line.occurred_on <= today:
        return errors.DeclaredTooEarly(field="occurred_on")
    return milestone


def _declared(
    milestone: Milestone,
    voucher: Voucher,
    plan: Sequence[Milestone],
    occurred_on: dt.date,
    now: dt.datetime,
    actor: Actor,
) -> list[Event]:
    """Mark the milestone, and the voucher where its state follows; the events that say so."""
    milestone.state, milestone.occurred_on, milestone.declared_at = MilestoneState.DECLARED, occurred_on, now
    milestone.confirm_by = now + dt.timedelta(days=voucher.rule_version.parsed.delivery.confirm_days)
    happened = []
    if milestone.number == START:
        voucher.state, voucher.started_at = State.STARTED, now
        happened.append(events.STARTED.by(actor, subject=voucher.subject, **parties(voucher)))
    happened.append(
        events.MILESTONE_DECLARED.by(
            actor,
            subject=voucher.subject,
            number=milestone.number,
            code=milestone.code,
            amount_minor=milestone.amount_minor,
            occurred_on=occurred_on,
            confirm_by=milestone.confirm_by,
            **parties(voucher),
        )
    )
    if milestone.number == len(plan):
        voucher.state, voucher.completed_at = State.COMPLETED, now
        happened.append(events.COMPLETED.by(actor, subject=voucher.subject, **parties(voucher)))
    return happened


def _save_declared(milestones: Sequence[Milestone]) -> None:
    write_back(milestones, "state", "occurred_on", "declared_at", "confirm_by")
    changed = {milestone.voucher_id: milestone.voucher for milestone in milestones}
    write_back(changed.values(), "state", "started_at", "completed_at")


def _save(vouchers: Iterable[Voucher], was: State, **now_is: object) -> None:
    """Write one change of state for many; the guard makes it exclusive even if a lock were missing."""
    ids = [voucher.id for voucher in vouchers]
    if ids and Voucher.objects.filter(id__in=ids, state=was).update(**now_is) != len(ids):
        raise errors.WrongState(state=was.label)

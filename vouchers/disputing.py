"""Disputing: what becomes of a step of a delivery that its learner said did not happen as the provider said."""

from __future__ import annotations

import datetime as dt

import ledger
from config.bulk import write_back
from ledger import Actor
from vouchers import events
from vouchers.cases import CaseOutcome
from vouchers.confirmation import accept_as_right
from vouchers.delivery import START, lock_milestones
from vouchers.issuing import parties
from vouchers.models import Case, Milestone, MilestoneState, State, Voucher


def decide(case: Case, voucher: Voucher, *, actor: Actor) -> None:
    """Do with the disputed milestone what the case's outcome says. The voucher is locked; locks its milestones.

    Upheld, it counts as not declared, and the provider may declare it again once it happens. Not upheld, the mediator's
    decision confirms it. Withdrawn, the learner is asked once more, and has the scheme's whole window again.
    """
    plan = lock_milestones([voucher])[voucher.code]
    milestone = next(each for each in plan if each.pk == case.milestone_id)
    if milestone.state != MilestoneState.DISPUTED:
        return
    if case.outcome == CaseOutcome.UPHELD:
        _undo(milestone, voucher, plan)
        ledger.record(
            events.MILESTONE_UNDONE.by(
                actor,
                subject=voucher.subject,
                number=milestone.number,
                code=milestone.code,
                case=case.pk,
                **parties(voucher),
            )
        )
    elif case.outcome == CaseOutcome.NOT_UPHELD:
        accept_as_right(milestone, actor=actor)
    else:
        milestone.state = MilestoneState.DECLARED
        window = dt.timedelta(days=voucher.rule_version.parsed.delivery.confirm_days)
        # Released with its voucher, it is later by as long as the case was open.
        milestone.confirm_by = case.opened_at + window
        milestone.save(update_fields=["state", "confirm_by"])


def _undo(first: Milestone, voucher: Voucher, plan: list[Milestone]) -> None:
    """Take a declaration back, with those of all later steps, and the voucher's state where it followed from them.

    Nothing was paid of any of them: that takes every earlier step to be confirmed.
    """
    undone = plan[first.number - 1 :]
    for milestone in undone:
        milestone.state, milestone.confirmed_how = MilestoneState.PLANNED, ""
        milestone.occurred_on = milestone.declared_at = milestone.confirm_by = milestone.confirmed_at = None
    write_back(undone, "state", "occurred_on", "declared_at", "confirm_by", "confirmed_at", "confirmed_how")
    voucher.completed_at = None
    if first.number == START:
        voucher.state, voucher.started_at = State.ACCEPTED, None
    else:
        voucher.state = State.STARTED
    voucher.save(update_fields=["state", "started_at", "completed_at"])

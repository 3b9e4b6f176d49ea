"""Redemption: a confirmed milestone becomes money the provider is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from django.db import transaction

import ledger
from config.ids import read_code, uuid7
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event, NewAccount, Transfer
from ledger.models import Transfer as PostedTransfer
from providers.models import Provider
from vouchers import errors, events, redeemable
from vouchers.delivery import DELIVERS, stopped
from vouchers.ending import Ending, closing, save_closed
from vouchers.issuing import parties
from vouchers.judging import judge as judge_voucher
from vouchers.models import Milestone, MilestoneState, Outcome, Payable, Redemption, State, Voucher
from vouchers.redeemable import Redeemable

PAYABLE_STATES = (State.STARTED, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class Line:
    """What to redeem of one voucher.

    `milestone` None: every confirmed milestone not yet redeemed. `amount_minor` None: all that is due.
    A smaller amount redeems the milestone for less, and what it leaves goes back when the voucher closes.
    """

    voucher: str
    milestone: int | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a good line came to: one redemption a milestone, the voucher as it is once all lines are done, what is
    left in it, and the ledger account of what its scheme owes the provider."""

    voucher: Voucher
    redemptions: list[Redemption]
    left_minor: int
    payable: UUID


def redeem(lines: Sequence[Line], *, by: Provider, actor: Actor) -> list[Redeemed | Refusal]:
    """Redeem confirmed milestones of vouchers made out to `by`, each line judged on its own.

    Amounts are minor units of the voucher's currency. Good lines are posted in one call, one journal and one
    event a redemption; a refused line changes nothing. The answer is in the order of `lines`. The last
    redemption of a completed voucher closes it, and sends back what a redemption for less has left in it. The last
    milestone pays no more than the scheme's attendance bands leave of it.

    Refuses `ProviderStopped` (all lines), `VoucherNotFound`, `MilestoneNotFound`, `VoucherUnderReview`, `WrongState`,
    `AlreadyRedeemed`, `NotConfirmed`, `NothingToRedeem`, `AmountNotPositive`, `MoreThanIsLeft`.
    Locks the vouchers in id order, then their milestones, then what `ledger.post` locks.
    Rules: the scheme's version frozen in the voucher; `3-domain`, "delivery milestone".
    """
    if refusal := stopped(by, DELIVERS):
        return [refusal for _line in lines]
    # Without a savepoint: what is raised here leaves nothing to go on with, and a savepoint costs two round trips.
    with transaction.atomic(savepoint=False):
        found = redeemable.lock([line.voucher for line in lines], by)
        judged = [_judge(line, found) for line in lines]
        made = [redemption for answer in judged if not isinstance(answer, Refusal) for redemption in answer]
        if made:
            _store(made, found, by, actor)
    return [answer if isinstance(answer, Refusal) else _redeemed(answer, found) for answer in judged]


def reverse(redemption: UUID, *, by: Provider, actor: Actor) -> Redemption:
    """The provider gives a redemption back: a new transfer that names the one it corrects; nothing is edited.

    The milestone may then be redeemed again; a voucher that had closed as completed is open again.
    Refuses `RedemptionNotFound`, `AlreadyReversed`, `VoucherUnderReview`, `WrongState`.
    Locks the voucher, then what `ledger.post` locks.
    """
    with transaction.atomic():
        found = Redemption.objects.filter(pk=redemption, voucher__provider=by).select_related("milestone").first()
        if found is None:
            raise errors.RedemptionNotFound()
        voucher = Voucher.objects.lock_ids([found.voucher_id])[found.voucher_id]
        answer = judge_voucher(voucher, State.STARTED, State.COMPLETED, State.CLOSED)
        if isinstance(answer, Refusal):
            raise answer
        if voucher.state == State.CLOSED and voucher.outcome != Outcome.COMPLETED:
            raise errors.WrongState(state=voucher.get_state_display())
        found.reversed_at = ledger.now()
        if not Redemption.objects.live().filter(pk=found.pk).update(reversed_at=found.reversed_at):
            raise errors.AlreadyReversed()
        if voucher.state == State.CLOSED:
            Voucher.objects.filter(pk=voucher.pk, state=State.CLOSED).update(
                state=State.COMPLETED, outcome="", closed_at=None
            )
        corrected = PostedTransfer.objects.get(reference=f"redemption:{found.id}")
        ledger.post(
            [
                Transfer(
                    debit=corrected.credit_id,
                    credit=voucher.account_id,
                    amount_minor=found.amount_minor,
                    currency=voucher.currency,
                    kind="redemption_reversed",
                    reference=f"redemption_reversed:{found.id}",
                    corrects=corrected.id,
                    event=_event(events.REDEMPTION_REVERSED, found, voucher, found.milestone, actor),
                )
            ]
        )
    return found


def _judge(line: Line, found: Redeemable) -> list[Redemption] | Refusal:
    """The redemptions that this line is due, noted in `found` for the lines after it; or the first reason why not."""
    voucher = found.vouchers.get(read_code(line.voucher) or "")
    if voucher is None:
        return errors.VoucherNotFound(field="voucher")
    due = _due(line, voucher, found)
    if isinstance(due, Refusal):
        return due
    # Less than the milestones are worth where a redemption for less was reversed after the rest had gone back.
    total = min(sum(found.worth(milestone) for milestone in due), found.left[voucher.account_id])
    if not total:
        return errors.NothingToRedeem(field="milestone")
    amount = total if line.amount_minor is None else line.amount_minor
    if amount > total:
        return errors.MoreThanIsLeft(field="amount_minor", left_minor=total)
    assert found.now is not None  # it was read with the voucher
    redemptions = _fill(voucher, [(milestone, found.worth(milestone)) for milestone in due], amount, found.now)
    found.live.update({redemption.milestone_id: redemption for redemption in redemptions})
    found.left[voucher.account_id] -= amount
    return redemptions


def _due(line: Line, voucher: Voucher, found: Redeemable) -> list[Milestone] | Refusal:
    """The milestones that this line may redeem."""
    plan, live = found.plans[voucher.code], found.live
    if line.amount_minor is not None and line.amount_minor <= 0:
        return errors.AmountNotPositive(field="amount_minor")
    if line.milestone is not None and not 1 <= line.milestone <= len(plan):
        return errors.MilestoneNotFound(field="milestone")
    wanted = plan if line.milestone is None else [plan[line.milestone - 1]]
    if line.milestone is not None and (first := live.get(wanted[0].id)):
        return errors.AlreadyRedeemed(field="milestone", redemption=first.id)
    if line.milestone is None and (first := _all_redeemed(plan, live)):
        return errors.AlreadyRedeemed(field="voucher", redemption=first.id)
    if isinstance(refusal := judge_voucher(voucher, *PAYABLE_STATES), Refusal):
        return refusal
    # Nothing is paid on a step whose earlier ones, the start above all, the learner has not confirmed.
    confirmed = list(takewhile(lambda milestone: milestone.state == MilestoneState.CONFIRMED, plan))
    if line.milestone is not None and wanted[0] not in confirmed:
        return errors.NotConfirmed(field="milestone")
    due = [
        milestone
        for milestone in wanted
        if milestone in confirmed and milestone.amount_minor and milestone.id not in live
    ]
    if not due:
        unconfirmed = any(milestone.state == MilestoneState.DECLARED for milestone in wanted)
        return errors.NotConfirmed(field="milestone") if unconfirmed else errors.NothingToRedeem(field="milestone")
    return due


def _redeemed(redemptions: list[Redemption], found: Redeemable) -> Redeemed:
    voucher = redemptions[0].voucher
    payable = found.payables[voucher.learning_account.scheme_id]
    return Redeemed(voucher, redemptions, found.left[voucher.account_id], payable)


def _all_redeemed(plan: Sequence[Milestone], live: dict[UUID, Redemption]) -> Redemption | None:
    """The last redemption, when every milestone with money has one."""
    worth = [milestone for milestone in plan if milestone.amount_minor]
    return live[worth[-1].id] if all(milestone.id in live for milestone in worth) else None


def _fill(
    voucher: Voucher, due: Sequence[tuple[Milestone, int]], amount_minor: int, made_at: dt.datetime
) -> list[Redemption]:
    """`amount_minor` over the milestones due and what each is worth, the earliest first."""
    redemptions = []
    for milestone, worth in due:
        if share := min(amount_minor, worth):
            redemptions.append(
                Redemption(id=uuid7(), voucher=voucher, milestone=milestone, amount_minor=share, made_at=made_at)
            )
            amount_minor -= share
    return redemptions


def _store(made: Sequence[Redemption], found: Redeemable, by: Provider, actor: Actor) -> None:
    _open_payables(by, made, found.payables)
    done = {
        redemption.voucher_id: Ending(redemption.voucher, State.COMPLETED, Outcome.COMPLETED)
        for redemption in made
        if redemption.voucher.state == State.COMPLETED
        and _all_redeemed(found.plans[redemption.voucher.code], found.live)
    }
    back, closed = closing(list(done.values()), found.left, actor) if done else ([], [])
    found.left.update({ending.voucher.account_id: 0 for ending in done.values()})
    with walled_by({"one_live_redemption_a_milestone": errors.AlreadyRedeemed(redemption="")}, savepoint=False):
        redeemable.store(made)
    if done:
        save_closed(list(done.values()))
    ledger.post(
        [
            Transfer(
                debit=redemption.voucher.account_id,
                credit=found.payables[redemption.voucher.learning_account.scheme_id],
                amount_minor=redemption.amount_minor,
                currency=redemption.voucher.currency,
                kind="redemption",
                reference=f"redemption:{redemption.id}",
                event=_event(events.REDEEMED, redemption, redemption.voucher, redemption.milestone, actor),
                journal=redemption.id,
            )
            for redemption in made
        ]
        + back,
        events=closed,
    )


def _open_payables(by: Provider, made: Sequence[Redemption], payables: dict[UUID, UUID]) -> None:
    """Add to `payables` the ledger accounts of what schemes owe `by` that never owed them anything yet."""
    currencies = {one.voucher.learning_account.scheme_id: one.voucher.currency for one in made}
    for scheme in sorted(currencies.keys() - payables.keys()):
        # Two first redemptions at once meet at the unique account: open_accounts gives both the same one.
        opened = NewAccount(f"payable:{scheme}", currencies[scheme], False, "provider", by.id)
        [payables[scheme]] = ledger.open_accounts([opened])
        Payable.objects.bulk_create(
            [Payable(provider=by, scheme_id=scheme, account_id=payables[scheme])], ignore_conflicts=True
        )


def _event(
    kind: ledger.EventKind, redemption: Redemption, voucher: Voucher, milestone: Milestone, actor: Actor
) -> Event:
    return kind.by(
        actor,
        subject=voucher.subject,
        redemption=redemption.id,
        number=milestone.number,
        amount_minor=redemption.amount_minor,
        **parties(voucher),
    )

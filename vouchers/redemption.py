"""Redemption: a confirmed milestone becomes money the provider is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
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
from vouchers import errors, events
from vouchers.delivery import judge as judge_voucher
from vouchers.delivery import lock_milestones
from vouchers.ending import Ending, closing, save_closed
from vouchers.issuing import parties
from vouchers.models import Milestone, MilestoneState, Outcome, Payable, Redemption, State, Voucher

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


@dataclass(slots=True)
class Redeemed:
    """What a good line came to: one redemption a milestone, and the voucher as it is once all lines are done."""

    voucher: Voucher
    redemptions: list[Redemption]
    left_minor: int


def redeem(lines: Sequence[Line], *, by: Provider, actor: Actor) -> list[Redeemed | Refusal]:
    """Redeem confirmed milestones of vouchers made out to `by`, each line judged on its own.

    Amounts are minor units of the voucher's currency. Good lines are posted in one call, one journal and one
    event a redemption; a refused line changes nothing. The answer is in the order of `lines`. The last
    redemption of a completed voucher closes it, and sends back what a redemption for less has left in it.

    Refuses `VoucherNotFound`, `MilestoneNotFound`, `VoucherUnderReview`, `WrongState`, `AlreadyRedeemed`,
    `NotConfirmed`, `NothingToRedeem`, `AmountNotPositive`, `MoreThanIsLeft`.
    Locks the vouchers in id order, then their milestones, then what `ledger.post` locks.
    Rules: the scheme's version frozen in the voucher; `3-domain`, "delivery milestone".
    """
    with transaction.atomic():
        vouchers = Voucher.objects.made_out_to(by).lock([line.voucher for line in lines])
        plans = lock_milestones(vouchers.values())
        live = _live_redemptions(vouchers.values())
        left = ledger.lock([voucher.account_id for voucher in vouchers.values()])
        now = ledger.now()
        answers: list[Redeemed | Refusal] = []
        for line in lines:
            voucher = vouchers.get(read_code(line.voucher) or "")
            answer = _judge(line, voucher, plans, live, left, now)
            if not isinstance(answer, Refusal) and voucher is not None:
                live.update({redemption.milestone_id: redemption for redemption in answer})
                left[voucher.account_id] -= sum(redemption.amount_minor for redemption in answer)
                answers.append(Redeemed(voucher, answer, left[voucher.account_id]))
            elif isinstance(answer, Refusal):
                answers.append(answer)
        good = [answer for answer in answers if isinstance(answer, Redeemed)]
        _store(good, plans, live, left, by, actor)
        for one in good:
            one.left_minor = left[one.voucher.account_id]
    return answers


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


def _judge(
    line: Line,
    voucher: Voucher | None,
    plans: dict[str, list[Milestone]],
    live: dict[UUID, Redemption],
    left: dict[UUID, int],
    now: dt.datetime,
) -> list[Redemption] | Refusal:
    """What this line is due, or the first reason why not."""
    if voucher is None:
        return errors.VoucherNotFound(field="voucher")
    plan = plans[voucher.code]
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
    # Less than the milestones are worth where a redemption for less was reversed after the rest had gone back.
    total = min(sum(milestone.amount_minor for milestone in due), left[voucher.account_id])
    if not total:
        return errors.NothingToRedeem(field="milestone")
    amount = total if line.amount_minor is None else line.amount_minor
    if amount > total:
        return errors.MoreThanIsLeft(field="amount_minor", left_minor=total)
    return _fill(voucher, due, amount, now)


def _all_redeemed(plan: Sequence[Milestone], live: dict[UUID, Redemption]) -> Redemption | None:
    """The last redemption, when every milestone with money has one."""
    worth = [milestone for milestone in plan if milestone.amount_minor]
    return live[worth[-1].id] if all(milestone.id in live for milestone in worth) else None


def _fill(
    voucher: Voucher, due: Sequence[Milestone], amount_minor: int, made_at: dt.datetime
) -> list[Redemption]:
    """`amount_minor` over the milestones due, the earliest first."""
    redemptions = []
    for milestone in due:
        if share := min(amount_minor, milestone.amount_minor):
            redemptions.append(
                Redemption(id=uuid7(), voucher=voucher, milestone=milestone, amount_minor=share, made_at=made_at)
            )
            amount_minor -= share
    return redemptions


def _live_redemptions(vouchers: Iterable[Voucher]) -> dict[UUID, Redemption]:
    live = Redemption.objects.live().filter(voucher__in=[voucher.id for voucher in vouchers])
    return {redemption.milestone_id: redemption for redemption in live}


def _store(
    good: Sequence[Redeemed],
    plans: dict[str, list[Milestone]],
    live: dict[UUID, Redemption],
    left: dict[UUID, int],
    by: Provider,
    actor: Actor,
) -> None:
    if not good:
        return
    payables = _payables(by, good)
    redemptions = [redemption for answer in good for redemption in answer.redemptions]
    done = {
        answer.voucher.id: Ending(answer.voucher, State.COMPLETED, Outcome.COMPLETED)
        for answer in good
        if answer.voucher.state == State.COMPLETED and _all_redeemed(plans[answer.voucher.code], live)
    }
    back, closed = closing(list(done.values()), left, actor)
    left.update({ending.voucher.account_id: 0 for ending in done.values()})
    with walled_by({"one_live_redemption_a_milestone": errors.AlreadyRedeemed(redemption="")}):
        Redemption.objects.bulk_create(redemptions)
    save_closed(list(done.values()))
    ledger.post(
        [
            Transfer(
                debit=redemption.voucher.account_id,
                credit=payables[redemption.voucher.learning_account.scheme_id],
                amount_minor=redemption.amount_minor,
                currency=redemption.voucher.currency,
                kind="redemption",
                reference=f"redemption:{redemption.id}",
                event=_event(events.REDEEMED, redemption, redemption.voucher, redemption.milestone, actor),
                journal=redemption.id,
            )
            for redemption in redemptions
        ]
        + back,
        events=closed,
    )


def _payables(by: Provider, good: Sequence[Redeemed]) -> dict[UUID, UUID]:
    """The ledger accounts of what each scheme owes `by`, opened on the first redemption."""
    found = dict(Payable.objects.filter(provider=by).values_list("scheme_id", "account_id"))
    currencies = {answer.voucher.learning_account.scheme_id: answer.voucher.currency for answer in good}
    for scheme in sorted(currencies.keys() - found.keys()):
        # Two first redemptions at once meet at the unique account: open_accounts gives both the same one.
        opened = NewAccount(f"payable:{scheme}", currencies[scheme], False, "provider", by.id)
        [found[scheme]] = ledger.open_accounts([opened])
        Payable.objects.bulk_create(
            [Payable(provider=by, scheme_id=scheme, account_id=found[scheme])], ignore_conflicts=True
        )
    return found


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



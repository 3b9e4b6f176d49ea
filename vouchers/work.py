"""Work: what waits for a provider, how much of it there is, and by when the first of it has to be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, Min, OuterRef, Q

from providers.models import Provider
from vouchers.models import Control, Milestone, MilestoneState, State, Voucher


class Task(StrEnum):
    """A thing to be done with a voucher, in the order of its life."""

    ACCEPT = "accept"
    START = "start"
    DECLARE = "declare"
    CONFIRM = "confirm"  # the learner's to do; the provider can only remind them
    REDEEM = "redeem"


@dataclass(frozen=True, slots=True)
class Work:
    """How many vouchers wait for a task, and the soonest time by which one of them has to be done, if there is one."""

    task: Task
    count: int
    soonest: dt.datetime | None


def of_provider(provider: Provider, on: dt.date) -> list[Work]:
    """What waits for a provider on that day, every task once, whatever the number: two queries.

    A voucher that is being looked at waits for nothing: its clocks stand still.
    """
    clear = Voucher.objects.made_out_to(provider).filter(control=Control.CLEAR)
    of_this = Milestone.objects.filter(voucher=OuterRef("pk"))
    planned = Exists(of_this.filter(state=MilestoneState.PLANNED))
    waiting = {
        Task.ACCEPT: (Q(state=State.ISSUED), "accept_by"),
        Task.START: (Q(state=State.ACCEPTED, run__starts_on__lte=on), "expires_at"),
        Task.DECLARE: (Q(planned, state=State.STARTED), "expires_at"),
        # What is confirmed waits as long as it has to: such a voucher does not expire.
        Task.REDEEM: (Q(Exists(of_this.due()), state__in=[State.STARTED, State.COMPLETED]), None),
    }
    counts = {f"{task}_count": Count("pk", filter=which) for task, (which, _by) in waiting.items()}
    soonest = {f"{task}_soonest": Min(by, filter=which) for task, (which, by) in waiting.items() if by}
    found = clear.live().order_by().aggregate(**counts, **soonest)
    declared = Milestone.objects.filter(voucher__in=clear.live(), state=MilestoneState.DECLARED).order_by()
    found |= declared.aggregate(confirm_count=Count("voucher", distinct=True), confirm_soonest=Min("confirm_by"))
    return [Work(task, found[f"{task}_count"], found.get(f"{task}_soonest")) for task in Task]

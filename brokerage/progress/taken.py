"""Taken: the courses that a learner has completed, read from their vouchers and copied nowhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from accounts.models import Learner
from vouchers.attendance import AttendanceRecord
from vouchers.attending import Rate
from vouchers.models import Control, Milestone, MilestoneState, Outcome, State, Voucher

COMPLETED = Q(state=State.COMPLETED) | Q(state=State.CLOSED, outcome=Outcome.COMPLETED)


@dataclass(frozen=True, slots=True)
class Taken:
    """One course, when it was, and how. `rate` counts the sessions that the provider has recorded."""

    voucher: Voucher
    milestones: list[Milestone]
    rate: Rate

    @property
    def title(self) -> str:
        return self.voucher.run.course.title

    @property
    def provider(self) -> str:
        return self.voucher.run.course.provider.name

    @property
    def began_on(self) -> dt.date:
        """When the learner started, else when the course did."""
        return next((one.occurred_on for one in self.milestones if one.occurred_on), self.voucher.run.starts_on)

    @property
    def completed_on(self) -> dt.date:
        return self.milestones[-1].occurred_on or self.voucher.run.ends_on

    @property
    def clear(self) -> bool:
        """Nothing about it is being looked into, so that others may be told of it."""
        return self.voucher.control == Control.CLEAR


def courses_taken(learner: Learner, **only: object) -> list[Taken]:
    """The courses that the learner has completed, as they have confirmed, the latest first. Three queries."""
    vouchers = (
        Voucher.objects.of_learner(learner)
        .filter(COMPLETED, **only)
        .select_related("run__course__provider", "run__venue", "learner__user")
        .prefetch_related(
            Prefetch("milestones", Milestone.objects.order_by("number")),
            Prefetch("attendance", AttendanceRecord.objects.standing(), to_attr="standing_attendance"),
        )
    )
    taken = [
        Taken(voucher, list(voucher.milestones.all()), Rate.of(voucher.standing_attendance))  # type: ignore[attr-defined]
        for voucher in vouchers
    ]
    confirmed = [one for one in taken if one.milestones[-1].state == MilestoneState.CONFIRMED]
    return sorted(confirmed, key=lambda one: (one.completed_on, one.voucher.pk), reverse=True)

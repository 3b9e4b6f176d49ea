"""Attending: the provider records who was there on which day, corrects it, and reads how often somebody came."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from uuid import UUID

from django.db import transaction
from django.db.models import Count

import ledger
from config.bulk import write_back
from config.ids import read_code, uuid7
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event
from providers.models import Provider
from vouchers import errors, events
from vouchers.attendance import AttendanceRecord, Attended
from vouchers.delivery import DELIVERS, START, stopped
from vouchers.issuing import parties
from vouchers.judging import judge
from vouchers.models import Milestone, State, Voucher

LONGEST_DAY = 24
_Place = tuple[UUID, dt.date]


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether the learner of a voucher was there on `day`, and for how many `hours` where that is said."""

    voucher: str
    day: dt.date
    attended: Attended
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """How often somebody came. Sessions they were excused from count neither for nor against them."""

    present: int = 0
    absent: int = 0
    excused: int = 0

    @classmethod
    def of(cls, records: Iterable[AttendanceRecord]) -> Self:
        """Of the records that stand for one voucher."""
        return cls(**Counter(str(record.attended) for record in records))

    @property
    def percent(self) -> int | None:
        """The share of the recorded sessions that were attended, rounded down; None while nothing counts."""
        counted = self.present + self.absent
        return 100 * self.present // counted if counted else None


def record(lines: Sequence[Attendance], *, by: Provider, actor: Actor) -> list[AttendanceRecord | Refusal]:
    """Record attendance, each line judged on its own. The answer is in the order of `lines`.

    Said again as it stands, nothing is written; said otherwise, the new record replaces the one that stood.
    A day is from the learner's start to the end of the run, and not in the future.

    Refuses `ProviderStopped` (all lines), `VoucherNotFound`, `VoucherUnderReview`, `WrongState` (not started, or
    closed), `AttendanceDayWrong`, `AttendanceHoursWrong`, `AttendanceTwice`. Locks the vouchers in id order.
    """
    if refusal := stopped(by, DELIVERS):
        return [refusal for _line in lines]
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        vouchers = Voucher.objects.made_out_to(by).lock([line.voucher for line in lines])
        began = _began(vouchers.values())
        stand = _standing(vouchers.values(), {line.day for line in lines})
        said: set[_Place] = set()
        answers: list[AttendanceRecord | Refusal] = []
        replaced: list[AttendanceRecord] = []
        new: list[AttendanceRecord] = []
        for line in lines:
            voucher = _judge(line, vouchers.get(read_code(line.voucher) or ""), began, today, said)
            if isinstance(voucher, Refusal):
                answers.append(voucher)
                continue
            said.add((voucher.id, line.day))
            earlier = stand.get((voucher.id, line.day))
            if earlier is not None and (earlier.attended, earlier.hours) == (line.attended, line.hours):
                earlier.voucher = voucher
                answers.append(earlier)
                continue
            if earlier is not None:
                earlier.replaced_at = now
                replaced.append(earlier)
            new.append(_record(line, voucher, now, actor))
            answers.append(new[-1])
        write_back(replaced, "replaced_at")
        with walled_by({"one_standing_attendance_a_voucher_and_day": errors.AttendanceTwice(field="day")}):
            AttendanceRecord.objects.bulk_create(new)
        ledger.record(*(_event(made, stand.get((made.voucher_id, made.day)), actor) for made in new))
    return answers


def rates(vouchers: Iterable[UUID]) -> dict[UUID, Rate]:
    """How often the learner of each voucher came, by its id; one query. Every voucher asked for is in the answer."""
    wanted = list(vouchers)
    counts: dict[UUID, dict[str, int]] = {voucher: {} for voucher in wanted}
    found = AttendanceRecord.objects.standing().filter(voucher__in=wanted).order_by()
    for voucher, attended, number in found.values_list("voucher", "attended").annotate(Count("id")):
        counts[voucher][attended] = number
    return {voucher: Rate(**found) for voucher, found in counts.items()}


def _judge(
    line: Attendance, voucher: Voucher | None, began: dict[UUID, dt.date], today: dt.date, said: set[_Place]
) -> Voucher | Refusal:
    found = judge(voucher, State.STARTED, State.COMPLETED)
    if isinstance(found, Refusal):
        return found
    first, last = began[found.id], min(found.run.ends_on, today)
    if not first <= line.day <= last:
        return errors.AttendanceDayWrong(field="day", first=first, last=last)
    if line.hours is not None and (line.attended != Attended.PRESENT or not 0 < line.hours <= LONGEST_DAY):
        return errors.AttendanceHoursWrong(field="hours")
    if (found.id, line.day) in said:
        return errors.AttendanceTwice(field="day")
    return found


def _began(vouchers: Iterable[Voucher]) -> dict[UUID, dt.date]:
    """The day on which the learner of each started voucher came, as the provider declared it."""
    starts = Milestone.objects.filter(voucher__in=list(vouchers), number=START, occurred_on__isnull=False).order_by()
    return {voucher: day for voucher, day in starts.values_list("voucher", "occurred_on") if day}


def _standing(vouchers: Iterable[Voucher], days: Iterable[dt.date]) -> dict[_Place, AttendanceRecord]:
    found = AttendanceRecord.objects.standing().filter(voucher__in=list(vouchers), day__in=list(days)).order_by()
    return {(each.voucher_id, each.day): each for each in found}


def _record(line: Attendance, voucher: Voucher, now: dt.datetime, actor: Actor) -> AttendanceRecord:
    return AttendanceRecord(
        id=uuid7(),
        voucher=voucher,
        day=line.day,
        attended=line.attended,
        hours=line.hours,
        recorded_at=now,
        recorded_by=actor.id,
    )


def _event(made: AttendanceRecord, replaces: AttendanceRecord | None, actor: Actor) -> Event:
    return events.ATTENDANCE_RECORDED.by(
        actor,
        subject=made.voucher.subject,
        attendance=made.id,
        day=made.day,
        attended=made.attended,
        replaces=replaces.id if replaces else None,
        **parties(made.voucher),
    )

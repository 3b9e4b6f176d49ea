"""Earning: what a step of a delivery pays at most, once it is known how often the learner came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import ledger
from accounts.models import RuleVersion
from accounts.rules import AttendanceBand
from vouchers.attending import Rate, rates
from vouchers.models import Milestone, Voucher


def earned_minor(amount_minor: int, bands: Sequence[AttendanceBand], came: Rate) -> int:
    """What attendance leaves of a last milestone, in minor units: of the bands, the last one that is reached counts.

    Where nothing is recorded, the first band counts: it is the provider who keeps the register. Rounded up, so that a
    milestone that is worth something is never worth nothing. Rules: `3-domain`, "attendance bands".
    """
    counted = came.present + came.absent
    reached = [band for band in bands if came.present * 100 >= band.from_percent * counted] if counted else bands[:1]
    band = reached[-1]
    if band.pays_percent is None:
        return -(-amount_minor * came.present // counted)
    return -(-amount_minor * band.pays_percent // 100)


def at_most(lasts: Iterable[Milestone]) -> dict[UUID, int]:
    """What these last milestones of their vouchers pay at most, by their ids; without bands in the rules, not here.

    One query, and two more where there are bands.
    """
    by_voucher = {milestone.voucher_id: milestone for milestone in lasts}
    if not by_voucher:
        return {}
    banded = dict(
        Voucher.objects.filter(pk__in=by_voucher, rule_version__rules__delivery__attendance__0__isnull=False)
        .order_by()
        .values_list("pk", "rule_version")
    )
    if not banded:
        return {}
    versions = RuleVersion.objects.in_bulk(set(banded.values()))
    came = rates(banded)
    return {
        by_voucher[voucher].id: earned_minor(
            by_voucher[voucher].amount_minor, versions[version].parsed.delivery.attendance, came[voucher]
        )
        for voucher, version in banded.items()
    }


def due_now(vouchers: Sequence[Voucher]) -> dict[UUID, int]:
    """What can be redeemed of these vouchers `with_money_due`, by their ids, in minor units of their currencies."""
    by_id = {voucher.pk: voucher for voucher in vouchers}
    steps = list(Milestone.objects.filter(voucher__in=by_id).order_by("voucher", "number"))
    last = {step.voucher_id: step for step in steps}
    due = set(Milestone.objects.due().filter(voucher__in=by_id).order_by().values_list("pk", flat=True))
    limits = at_most(step for step in last.values() if step.pk in due)
    left = ledger.balances([voucher.account_id for voucher in vouchers])
    worth = dict.fromkeys(by_id, 0)
    for step in steps:
        if step.pk in due:
            worth[step.voucher_id] += limits.get(step.pk, step.amount_minor)
    return {voucher: min(amount, left[by_id[voucher].account_id]) for voucher, amount in worth.items()}

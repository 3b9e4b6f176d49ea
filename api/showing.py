"""Showing: vouchers, redemptions and balances as the API writes them. Amounts are minor units, times are UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

import ledger
from accounts.models import LearningAccount, Scheme
from brokerage.advocacy.models import Advocacy
from brokerage.requesting import Quote
from providers.models import Provider
from vouchers import attending
from vouchers.attendance import AttendanceRecord
from vouchers.attending import Rate
from vouchers.models import AgreedPrice, Milestone, Payable, Redemption, Voucher, VoucherExtra, VoucherQuerySet
from vouchers.paying.owed import Owed
from vouchers.paying.statement import Movement
from vouchers.payouts import Payout, PayoutLine

Shown = dict[str, Any]


def moment(at: dt.datetime | None) -> str | None:
    """A time as RFC 3339 writes it, in UTC."""
    return None if at is None else at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def day(on: dt.date | None) -> str | None:
    return None if on is None else on.isoformat()


def with_details(vouchers: VoucherQuerySet) -> VoucherQuerySet:
    """The vouchers with all that `vouchers_in_full` shows: four queries, however many they are."""
    live = Prefetch("redemptions", queryset=Redemption.objects.live())
    milestones = Prefetch("milestones", queryset=Milestone.objects.order_by("number").prefetch_related(live))
    return vouchers.select_related("run__course", "learner", "learning_account__scheme").prefetch_related(
        milestones, "extras"
    )


def vouchers_in_full(vouchers: Sequence[Voucher]) -> list[Shown]:
    """Everything about vouchers that came `with_details`; two queries more: what is left, and who came how often."""
    left = ledger.balances([voucher.account_id for voucher in vouchers])
    came = attending.rates([voucher.pk for voucher in vouchers])
    return [
        {**_in_full(voucher, left[voucher.account_id]), "attendance": rate(came[voucher.pk])} for voucher in vouchers
    ]


def state(voucher: Voucher, left_minor: int) -> Shown:
    """Where a voucher stands, and what is left in it."""
    return {
        "code": voucher.code,
        "state": voucher.state,
        "outcome": voucher.outcome or None,
        "control": voucher.control,
        "left_minor": left_minor,
        "currency": voucher.currency,
    }


def advocacy(asked: Advocacy, agreed: AgreedPrice | None) -> Shown:
    """What an adviser asks, with the learner's name where they agreed to that, and they are still somebody."""
    run, learner = asked.run, asked.learner
    known = asked.named and learner.erased_at is None
    return {
        "id": str(asked.pk),
        "reference": asked.reference,
        "wanted": asked.wanted,
        "words": asked.words,
        "state": asked.state,
        "learner": {"given_name": learner.given_name, "family_name": learner.family_name} if known else None,
        "adviser": {"name": asked.adviser.user.name, "organisation": asked.adviser.organisation.name},
        "course": {"identifier": run.course.identifier, "title": run.course.title},
        "run": {"identifier": run.identifier, "starts_on": day(run.starts_on), "ends_on": day(run.ends_on)},
        "list_price_minor": run.price_minor,
        "currency": run.currency,
        "asked_at": moment(asked.consented_at),
        "answer_by": moment(asked.answer_by),
        "answered_at": moment(asked.answered_at),
        "answer": asked.answer,
        "agreed": agreed and {"price_minor": agreed.price_minor, "until": day(agreed.until)},
    }


def milestone(step: Milestone) -> Shown:
    return {
        "number": step.number,
        "code": step.code,
        "title": step.title,
        "amount_minor": step.amount_minor,
        "state": step.state,
        "occurred_on": day(step.occurred_on),
        "declared_at": moment(step.declared_at),
        "confirm_by": moment(step.confirm_by),
        "confirmed_at": moment(step.confirmed_at),
    }


def redemption(made: Redemption) -> Shown:
    """A redemption; its milestone is at hand."""
    return {
        "id": str(made.pk),
        "milestone": made.milestone.number,
        "amount_minor": made.amount_minor,
        "made_at": moment(made.made_at),
        "reversed_at": moment(made.reversed_at),
    }


def provider(whose: Provider) -> Shown:
    return {"id": str(whose.pk), "name": whose.name, "ukprn": whose.ukprn or None}


def rate(came: Rate) -> Shown:
    """How often somebody came."""
    return {"present": came.present, "absent": came.absent, "excused": came.excused, "percent": came.percent}


def attendance(record: AttendanceRecord) -> Shown:
    """What was recorded of one day. Who recorded it is the provider's own affair."""
    return {
        "day": day(record.day),
        "attended": record.attended,
        "hours": None if record.hours is None else float(record.hours),
        "recorded_at": moment(record.recorded_at),
        "replaced_at": moment(record.replaced_at),
    }


def payables(provider: Provider, schemes: Iterable[UUID] | None = None) -> list[Shown]:
    """What each scheme owes `provider`: two queries. `schemes` None: all that ever owed it something."""
    found = Payable.objects.filter(provider=provider).select_related("scheme").order_by("scheme__slug")
    if schemes is not None:
        found = found.filter(scheme__in=schemes)
    owed = ledger.balances([each.account_id for each in found])
    return [payable(each.scheme, owed[each.account_id]) for each in found]


def payable(scheme: Scheme, owed_minor: int) -> Shown:
    """What one scheme owes."""
    return {
        "scheme": scheme.slug,
        "scheme_name": scheme.name,
        "payable_minor": owed_minor,
        "currency": scheme.currency,
    }


def owed(standing: Owed) -> Shown:
    """What one scheme owes, and where it stands on its way to the bank."""
    return {
        **payable(standing.scheme, standing.owed_minor),
        "payable_now_minor": standing.payable_now_minor,
        "on_hold_minor": standing.on_hold_minor,
        "under_review_minor": standing.under_review_minor,
        "in_next_payout_minor": standing.in_next_payout_minor,
        "in_payout_minor": standing.in_payout_minor,
        "paid_minor": standing.paid_minor,
    }


def movement(moved: Movement) -> Shown:
    """One movement of what a scheme owes."""
    return {
        "id": str(moved.entry.transfer_id),
        "at": moment(moved.entry.created_at),
        "kind": str(moved.kind),
        "scheme": moved.scheme.slug,
        "amount_minor": moved.entry.amount_minor,
        "balance_minor": moved.balance_minor,
        "currency": moved.scheme.currency,
        "voucher": moved.voucher or None,
        "redemption": str(moved.redemption) if moved.redemption else None,
        "payout": str(moved.payout) if moved.payout else None,
    }


def payout(one: Payout) -> Shown:
    """A payout, with its run and scheme at hand. Of the account it went to, enough to know it by."""
    return {
        "id": str(one.pk),
        "scheme": one.run.scheme.slug,
        "state": one.state,
        "amount_minor": one.amount_minor,
        "currency": one.run.currency,
        "reference": one.reference,
        "iban_ends": one.iban[-4:],
        "prepared_at": moment(one.run.prepared_at),
        "sent_at": moment(one.run.sent_at),
        "settled_at": moment(one.settled_at),
        "ended_at": moment(one.ended_at),
        "reason": one.reason or None,
    }


def payout_line(line: PayoutLine) -> Shown:
    """One line of a remittance advice."""
    made = line.redemption
    return {
        "redemption": str(made.pk),
        "voucher": made.voucher.code,
        "milestone": made.milestone.number,
        "course": {"identifier": made.voucher.run.course.identifier, "title": made.voucher.run.course.title},
        "redeemed_at": moment(made.made_at),
        "clawback": line.clawback,
        "amount_minor": line.amount_minor,
    }


def ages(scheme: Scheme, sums: Sequence[int]) -> Shown:
    """What one scheme owes by how long ago it was redeemed, in the order of `vouchers.paying.owed.AGES`."""
    names = ("up_to_7_days_minor", "up_to_14_days_minor", "up_to_30_days_minor", "older_minor")
    return {**payable(scheme, sum(sums)), **dict(zip(names, sums, strict=True))}


def left_in(vouchers: Sequence[Voucher]) -> Mapping[UUID, int]:
    """What is left in each voucher, by its account: one query."""
    return ledger.balances([voucher.account_id for voucher in vouchers])


def _in_full(voucher: Voucher, left_minor: int) -> Shown:
    return {
        **state(voucher, left_minor),
        "price_minor": voucher.price_minor,
        "extras": [_extra(extra) for extra in voucher.extras.all()],
        "scheme": voucher.learning_account.scheme.slug,
        "learner": {"given_name": voucher.learner.given_name, "family_name": voucher.learner.family_name},
        "course": {"identifier": voucher.run.course.identifier, "title": voucher.run.course.title},
        "run": {
            "identifier": voucher.run.identifier,
            "starts_on": day(voucher.run.starts_on),
            "ends_on": day(voucher.run.ends_on),
        },
        "cancel_reason": voucher.cancel_reason or None,
        "issued_at": moment(voucher.issued_at),
        "accept_by": moment(voucher.accept_by),
        "accepted_at": moment(voucher.accepted_at),
        "started_at": moment(voucher.started_at),
        "completed_at": moment(voucher.completed_at),
        "closed_at": moment(voucher.closed_at),
        "expires_at": moment(voucher.expires_at),
        "milestones": [_with_redemption(step) for step in voucher.milestones.all()],
    }


def _extra(extra: VoucherExtra) -> Shown:
    """What the learner has with the course; how they pay for it is nobody's but theirs."""
    return {"kind": extra.earmark, "title": extra.title, "price_minor": extra.price_minor}


def _with_redemption(step: Milestone) -> Shown:
    """Of a milestone that came `with_details`, so that its redemptions are those that stand: at most one."""
    live = list(step.redemptions.all())
    return {**milestone(step), "redemption": redemption(live[0]) if live else None}


def quote(account: LearningAccount, priced: Quote) -> Shown:
    """What a course would cost a learner, with the lines that its page shows."""
    split = priced.split
    return {
        "learning_account": str(account.pk),
        "run": str(priced.run.pk),
        "rule_version": priced.rule_version.number,
        "rules_count_from": day(priced.rule_version.valid_from),
        "policy": str(priced.policy),
        "currency": account.scheme.currency,
        "price_minor": split.price_minor,
        "from_account_minor": split.from_purse_minor,
        "own_minor": split.own_minor,
        "lines": [
            {"code": line.code, "amount_minor": line.amount_minor, "says": line.sentence, "why": line.reason}
            for line in split.lines
        ],
    }

"""Issuing: a learner's choice becomes a voucher, an account of its own that pays one provider for one course run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import LearningAccount, Purse, RuleVersion
from accounts.pricing import Split
from accounts.purses import begin_years
from config.ids import uuid7
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event, NewAccount, Transfer
from providers.models import CourseRun
from vouchers import errors, events
from vouchers.models import Funding, Milestone, State, Voucher
from vouchers.shares import in_proportion


@dataclass(frozen=True, slots=True)
class Order:
    """What one learner buys: a course run at a price that was split for them under one rule version."""

    learning_account: LearningAccount
    run: CourseRun
    split: Split
    rule_version: RuleVersion
    reference: str


@dataclass(slots=True)
class _Reservation:
    """An order that passed: its voucher, and how much each purse gives."""

    voucher: Voucher
    takes: list[tuple[Purse, int]]
    milestones: list[Milestone] = field(default_factory=list)


def reserve(orders: Sequence[Order], *, actor: Actor) -> list[Voucher | Refusal]:
    """Set the purses' share of each order aside in a voucher of its own, each order judged on its own.

    A voucher whose learner has a share to pay waits as `reserved` until the card's capture; one that the
    purses pay whole is `issued` at once. Nothing is left in the purse to spend twice. The answer is in the
    order of `orders`. Purses pay in the order of `Purse.objects.spendable`: expiring first, then the most
    restricted, then general.

    Refuses `NotOnSale`, `PriceChanged`, `PurseShort`, `AlreadyReserved`. Locks the purses' balances in id
    order, then what `ledger.post` locks.
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        on_sale = CourseRun.objects.on_sale(today).select_related("course").in_bulk({order.run.pk for order in orders})
        taken = set(
            Voucher.objects.filter(reference__in=[order.reference for order in orders]).values_list(
                "reference", flat=True
            )
        )
        purses = Purse.objects.spendable_by({order.learning_account.pk for order in orders}, today)
        left = ledger.lock([purse.ledger_account_id for several in purses.values() for purse in several])
        answers: list[_Reservation | Refusal] = []
        for order in orders:
            run = on_sale.get(order.run.pk)
            answer = _judge(order, run, purses.get(order.learning_account.pk, []), left, taken, now)
            if isinstance(answer, _Reservation):
                taken.add(order.reference)
                for purse, amount in answer.takes:
                    left[purse.ledger_account_id] -= amount
            answers.append(answer)
        reserved = [answer for answer in answers if isinstance(answer, _Reservation)]
        begin_years({purse.pk for answer in reserved for purse, _amount in answer.takes}, today, actor=actor)
        _store(reserved, actor)
    return [answer.voucher if isinstance(answer, _Reservation) else answer for answer in answers]


def _judge(
    order: Order,
    run: CourseRun | None,
    purses: Sequence[Purse],
    left: dict[UUID, int],
    taken: set[str],
    now: dt.datetime,
) -> _Reservation | Refusal:
    if order.reference in taken:
        return errors.AlreadyReserved()
    if run is None:
        return errors.NotOnSale()
    if run.price_minor != order.split.price_minor:
        return errors.PriceChanged()
    takes, wanted = [], order.split.from_purse_minor
    for purse in purses:
        if amount := min(wanted, left[purse.ledger_account_id]):
            takes.append((purse, amount))
            wanted -= amount
    if wanted or not takes:
        return errors.PurseShort()
    return _Reservation(voucher=_voucher(order, run, now), takes=takes)


def _voucher(order: Order, run: CourseRun, now: dt.datetime) -> Voucher:
    delivery = order.rule_version.parsed.delivery
    ends = run.ends_on or run.starts_on
    voucher = Voucher(
        reference=order.reference,
        learning_account=order.learning_account,
        learner_id=order.learning_account.learner_id,
        provider_id=run.course.provider_id,
        run=run,
        rule_version=order.rule_version,
        band=order.split.band,
        price_minor=order.split.price_minor,
        from_purse_minor=order.split.from_purse_minor,
        own_minor=order.split.own_minor,
        currency=run.currency,
        reserved_at=now,
        lapses_at=now + dt.timedelta(hours=delivery.lapse_hours),
        expires_at=dt.datetime.combine(ends, dt.time(), dt.UTC) + dt.timedelta(days=delivery.expire_days_after_end + 1),
    )
    if not voucher.own_minor:
        mark_issued(voucher, now)
    return voucher


def mark_issued(voucher: Voucher, now: dt.datetime) -> None:
    """The voucher as it stands once all its money is in it; the caller saves it and posts the money."""
    voucher.state = State.ISSUED
    voucher.issued_at = now
    voucher.accept_by = now + dt.timedelta(days=voucher.rule_version.parsed.delivery.accept_days)


def _store(reservations: Sequence[_Reservation], actor: Actor) -> None:
    if not reservations:
        return
    vouchers = [reservation.voucher for reservation in reservations]
    accounts = ledger.open_accounts(
        [NewAccount("voucher", voucher.currency, True, "voucher", voucher.id) for voucher in vouchers]
    )
    for voucher, account in zip(vouchers, accounts, strict=True):
        voucher.account_id = account
    with walled_by({"vouchers_voucher_reference_key": errors.AlreadyReserved()}):
        Voucher.objects.bulk_create(vouchers)
    Funding.objects.bulk_create(
        Funding(voucher=reservation.voucher, purse=purse, amount_minor=amount)
        for reservation in reservations
        for purse, amount in reservation.takes
    )
    Milestone.objects.bulk_create(milestone for voucher in vouchers for milestone in _milestones(voucher))
    reserved = {voucher.id: _reserved(voucher, actor) for voucher in vouchers}
    ledger.post(
        [
            Transfer(
                debit=purse.ledger_account_id,
                credit=reservation.voucher.account_id,
                amount_minor=amount,
                currency=reservation.voucher.currency,
                kind="reservation",
                reference=f"reservation:{reservation.voucher.id}:{purse.id}",
                event=reserved[reservation.voucher.id],
                journal=reservation.voucher.id,
            )
            for reservation in reservations
            for purse, amount in reservation.takes
        ],
        events=[issued(voucher, actor) for voucher in vouchers if voucher.state == State.ISSUED],
    )


def _milestones(voucher: Voucher) -> list[Milestone]:
    """The steps of the rule version, each worth its percentage of the price, to the penny by largest remainder."""
    plan = voucher.rule_version.parsed.delivery.milestones
    amounts = in_proportion(voucher.price_minor, [step.percent for step in plan])
    return [
        Milestone(id=uuid7(), voucher=voucher, number=number, code=step.code, title=step.title, amount_minor=amount)
        for number, (step, amount) in enumerate(zip(plan, amounts, strict=True), start=1)
    ]


def parties(voucher: Voucher) -> dict[str, UUID]:
    """Whom an event of this voucher concerns."""
    return {
        "learner": voucher.learner_id,
        "provider": voucher.provider_id,
        "scheme": voucher.learning_account.scheme_id,
    }


def _reserved(voucher: Voucher, actor: Actor) -> Event:
    return events.RESERVED.by(
        actor,
        subject=voucher.subject,
        run=voucher.run_id,
        price_minor=voucher.price_minor,
        from_purse_minor=voucher.from_purse_minor,
        own_minor=voucher.own_minor,
        **parties(voucher),
    )


def issued(voucher: Voucher, actor: Actor) -> Event:
    """The event that a voucher may now be taken to its provider."""
    return events.ISSUED.by(
        actor, subject=voucher.subject, price_minor=voucher.price_minor, accept_by=voucher.accept_by, **parties(voucher)
    )

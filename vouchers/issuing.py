"""Issuing: a learner's choice becomes a voucher, an account of its own that pays one provider for one course run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import LearningAccount, Purse, RuleVersion
from accounts.pricing import Extra, Split
from accounts.purses import begin_years
from accounts.spending import Contents, earmarked, payable, takes
from config.ids import uuid7
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event, NewAccount, Transfer
from providers.models import CourseRun, RunExtra
from vouchers import errors, events
from vouchers.agreeing import agreed_prices
from vouchers.holdings import Holding, holdings
from vouchers.models import AgreedPrice, Funding, Milestone, State, Voucher, VoucherExtra
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
    """An order that passed: its voucher with what comes with the course, and how much each purse gives."""

    voucher: Voucher
    extras: tuple[Extra, ...]
    takes: list[tuple[Purse, int]]

    @property
    def cash_minor(self) -> int:
        """What has to follow from the pot, where a scheme's awards are rights to spend; a sponsor's money is there."""
        if not self.voucher.learning_account.scheme.commits:
            return 0
        return sum(amount for purse, amount in self.takes if purse.award_id)


def reserve(orders: Sequence[Order], *, actor: Actor) -> list[Voucher | Refusal]:
    """Set the purses' share of each order aside in a voucher of its own, each order judged on its own.

    A voucher whose learner has a share to pay waits as `reserved` until the card's capture; one that the
    purses pay whole is `issued` at once. Nothing is left in the purse to spend twice. The answer is in the
    order of `orders`. Purses pay in the order of `accounts.spending`: expiring first, then the most
    restricted, then general; what comes with the course, from those that are earmarked for it.

    Where awards are rights to spend, the cash follows from the pot now, so that no card is charged for a voucher that
    the scheme cannot pay.

    Refuses `AccountFrozen`, `NotOnSale`, `PriceChanged`, `ExtraGone`, `PurseShort`, `SchemeShort`, `AlreadyReserved`.
    Locks the learning accounts in id order, the balances of the purses, and of such pots, in id order, then what
    `ledger.post` locks.
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        frozen = _lock_accounts({order.learning_account.pk for order in orders})
        on_sale = CourseRun.objects.on_sale(today).select_related("course").in_bulk({order.run.pk for order in orders})
        extras = _offered(orders)
        agreed = agreed_prices(
            [(order.learning_account.learner_id, run) for order in orders if (run := on_sale.get(order.run.pk))], today
        )
        taken = set(
            Voucher.objects.filter(reference__in=[order.reference for order in orders]).values_list(
                "reference", flat=True
            )
        )
        held, cash = _held_and_cash([order.learning_account for order in orders], today)
        answers: list[_Reservation | Refusal] = []
        for order in orders:
            run = on_sale.get(order.run.pk)
            answer: _Reservation | Refusal = errors.AccountFrozen()
            if order.learning_account.pk not in frozen:
                own_price = agreed.get((order.learning_account.learner_id, order.run.pk))
                answer = _judge(order, run, own_price, extras, held[order.learning_account.pk], taken, cash, now)
            if isinstance(answer, _Reservation):
                taken.add(order.reference)
                cash[order.learning_account.scheme.pot_id] -= answer.cash_minor
                held[order.learning_account.pk].spend({purse.pk: amount for purse, amount in answer.takes})
            answers.append(answer)
        reserved = [answer for answer in answers if isinstance(answer, _Reservation)]
        begin_years({purse.pk for answer in reserved for purse, _amount in answer.takes}, today, actor=actor)
        _store(reserved, actor)
    return [answer.voucher if isinstance(answer, _Reservation) else answer for answer in answers]


def _lock_accounts(accounts: set[UUID]) -> set[UUID]:
    """Those of the accounts that are frozen; all are held, so that none is frozen between this answer and the end."""
    mine = LearningAccount.objects.filter(pk__in=accounts).order_by("pk").select_for_update(no_key=True)
    return {account for account, frozen_at in mine.values_list("pk", "frozen_at") if frozen_at}


def _judge(
    order: Order,
    run: CourseRun | None,
    agreed: AgreedPrice | None,
    extras: Mapping[UUID, RunExtra],
    held: Holding,
    taken: set[str],
    cash: Mapping[UUID, int],
    now: dt.datetime,
) -> _Reservation | Refusal:
    if order.reference in taken:
        return errors.AlreadyReserved()
    if run is None:
        return errors.NotOnSale()
    price_minor = agreed.price_minor if agreed else run.price_minor
    if price_minor != order.split.course_minor:
        return errors.PriceChanged()
    for extra in order.split.extras:
        if refusal := _changed(extra, extras.get(extra.id), run):
            return refusal
    given = _given(order, held, run.course.category)
    if not given or sum(amount for _contents, amount in given) != order.split.from_purse_minor:
        return errors.PurseShort()
    reservation = _Reservation(
        voucher=_voucher(order, run, now),
        extras=order.split.extras,
        takes=[(held.purses[contents.purse], amount) for contents, amount in given],
    )
    if reservation.cash_minor > cash.get(order.learning_account.scheme.pot_id, 0):
        return errors.SchemeShort(scheme=order.learning_account.scheme.name)
    return reservation


def _offered(orders: Sequence[Order]) -> Mapping[UUID, RunExtra]:
    """Those of the extras in these orders that can be had now, by id. One query, and none where nobody wants any."""
    wanted = {extra.id for order in orders for extra in order.split.extras}
    return RunExtra.objects.offered().in_bulk(wanted) if wanted else {}


def _changed(wanted: Extra, offered: RunExtra | None, run: CourseRun) -> Refusal | None:
    """Why something cannot be had with the run as it was priced."""
    if offered is None or (offered.run_id, offered.earmark) != (run.pk, wanted.earmark):
        return errors.ExtraGone(title=wanted.title)
    return errors.PriceChanged() if offered.price_minor != wanted.price_minor else None


def _given(order: Order, held: Holding, category: str) -> list[tuple[Contents, int]]:
    """What each purse gives: to the course those that its band draws on, to the rest those that are earmarked."""
    given = []
    for earmark, wanted_minor in order.split.from_earmarks.items():
        paying = (
            earmarked(held.contents, category=category, earmark=earmark)
            if earmark
            else payable(held.contents, kinds=_kinds(order), category=category)
        )
        given += takes(paying, wanted_minor)
    return given


def _held_and_cash(
    accounts: Iterable[LearningAccount], today: dt.date
) -> tuple[Mapping[UUID, Holding], dict[UUID, int]]:
    """What these accounts hold, and by pot the cash of those of their schemes whose awards are rights to spend.

    The balances of purses and pots are locked together, in id order, as whoever returns a right with its cash does.
    """
    schemes = {account.pk: account.scheme for account in accounts}
    pots = {scheme.pot_id for scheme in schemes.values() if scheme.commits}
    cash = {scheme.pot_id: 0 for scheme in schemes.values()}

    def look(purses: Sequence[UUID]) -> Mapping[UUID, int]:
        found = ledger.lock([*purses, *pots])
        cash.update({pot: found[pot] for pot in pots})
        return found

    return holdings(schemes.keys(), today, look), cash


def _kinds(order: Order) -> tuple[str, ...]:
    """The kinds of award that the price band of an order draws on; empty for any."""
    bands = order.rule_version.parsed.price.bands
    return next((band.awards for band in bands if band.code == order.split.band), ())


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
    walls = {
        "vouchers_voucher_reference_key": errors.AlreadyReserved(),
        "voucher_is_of_an_account_that_is_not_frozen": errors.AccountFrozen(),
    }
    with walled_by(walls):
        Voucher.objects.bulk_create(vouchers)
    Funding.objects.bulk_create(
        Funding(voucher=reservation.voucher, purse=purse, amount_minor=amount)
        for reservation in reservations
        for purse, amount in reservation.takes
    )
    VoucherExtra.objects.bulk_create(
        VoucherExtra.of(extra, voucher=reservation.voucher)
        for reservation in reservations
        for extra in reservation.extras
    )
    Milestone.objects.bulk_create(milestone for voucher in vouchers for milestone in _milestones(voucher))
    reserved = {reservation.voucher.id: _reserved(reservation, actor) for reservation in reservations}
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
        ]
        + [
            cash_moves(reservation.voucher, reservation.cash_minor, reserved[reservation.voucher.id])
            for reservation in reservations
            if reservation.cash_minor
        ],
        events=[issued(voucher, actor) for voucher in vouchers if voucher.state == State.ISSUED],
    )


def cash_moves(voucher: Voucher, amount_minor: int, event: Event, *, back: str = "") -> Transfer:
    """Cash follows a right to spend that was put into a voucher, or goes `back` with it under that reference."""
    scheme = voucher.learning_account.scheme
    assert scheme.authority_id is not None
    return Transfer(
        debit=scheme.authority_id if back else scheme.pot_id,
        credit=scheme.pot_id if back else scheme.authority_id,
        amount_minor=amount_minor,
        currency=voucher.currency,
        kind="cash_returned" if back else "cash_followed",
        reference=f"cash_{back}" if back else f"cash:{voucher.id}",
        event=event,
        journal=event.id if back else voucher.id,
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


def _reserved(reservation: _Reservation, actor: Actor) -> Event:
    voucher = reservation.voucher
    return events.RESERVED.by(
        actor,
        subject=voucher.subject,
        run=voucher.run_id,
        extras=[extra.id for extra in reservation.extras],
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

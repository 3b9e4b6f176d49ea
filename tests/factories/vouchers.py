"""Vouchers in the situations that tests begin from, made by the rooms' own capabilities and by nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts import awarding, opening, people, schemes
from accounts.models import LearningAccount, Scheme
from accounts.people import Person
from accounts.pricing import split
from accounts.scheme_files import preset
from config.ids import uuid7
from config.refusals import all_of
from ledger import Actor, today
from providers.models import CourseRun, Provider
from tests.factories.accounts import in_purse
from tests.factories.payments import session_event, signed
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory
from vouchers import confirmation, copayment, delivery, issuing, redemption
from vouchers.confirmation import Confirmation
from vouchers.delivery import Declaration
from vouchers.issuing import Order
from vouchers.models import Factor, State, Voucher
from vouchers.redemption import Line

ACTOR = Actor.system("test")
POT = 100_000_000_00
_ORDER = [State.RESERVED, State.ISSUED, State.ACCEPTED, State.STARTED, State.COMPLETED, State.CLOSED]
MILESTONES = 2


def a_scheme(slug: str = "ila-wales-2003") -> Scheme:
    """The scheme of a preset, with money in its pot: the same one within a test."""
    found = Scheme.objects.filter(slug=slug).first()
    if found is None:
        found = schemes.set_up(preset(slug), actor=ACTOR)
        schemes.pay_in(found, POT, reference="first", actor=ACTOR)
    return found


def learning_accounts(count: int, *, benefits: Sequence[str] = ("jobseekers_allowance",)) -> list[LearningAccount]:
    """Learners of ILA Wales with an account each and £200 in it; on a benefit, the scheme pays all of it."""
    learners = people.sign_up_learners(
        [
            Person(
                email=f"{uuid7().hex}@learner.example",
                given_name="Megan",
                family_name="Rees",
                date_of_birth=dt.date(1990, 5, 1),
                residence="wales",
                qualification_level=1,
                benefits=tuple(benefits),
            )
            for _ in range(count)
        ],
        actor=ACTOR,
    )
    scheme = a_scheme()
    opened = all_of(opening.open_learning_accounts([(learner, scheme) for learner in learners], actor=ACTOR))
    all_of(awarding.award(opened, actor=ACTOR))
    return opened


def a_run(provider: Provider, worth: int) -> CourseRun:
    """A run of `provider` that began yesterday and can still be joined, so that its start may be declared today."""
    yesterday = today() - dt.timedelta(days=1)
    run: CourseRun = CourseRunFactory(
        course=CourseFactory(provider=provider),
        starts_on=yesterday,
        apply_until=yesterday + dt.timedelta(days=7),
        price_minor=worth,
    )
    return run


def vouchers(
    count: int,
    *,
    provider: Provider | None = None,
    state: State = State.ISSUED,
    declared: int = 0,
    confirmed: int = 0,
    worth: int = 120_00,
    own: bool = False,
) -> list[Voucher]:
    """Vouchers worth `worth` pennies, as they are in `state`, with so many milestones declared and confirmed.

    The scheme is ILA Wales: the start is worth a quarter, completion the rest. `own`: the learner pays half by card,
    and has paid unless the state is reserved. What a state or a confirmation needs to have happened before, has.
    """
    provider = provider or ProviderFactory()
    run = a_run(provider, worth)
    bought = reserved(learning_accounts(count, benefits=() if own else ("jobseekers_allowance",)), run)
    declared = max(declared, confirmed, {State.STARTED: 1}.get(state, 0))
    if state in (State.COMPLETED, State.CLOSED):
        declared = MILESTONES
    confirmed = MILESTONES if state == State.CLOSED else confirmed
    wanted = max(_ORDER.index(state), _ORDER.index(State.STARTED) if declared else 0)
    if own and wanted >= _ORDER.index(State.ISSUED):
        for voucher in bought:
            pay_own_share(voucher)
    codes = [voucher.code for voucher in bought]
    if wanted >= _ORDER.index(State.ACCEPTED):
        all_of(delivery.accept(codes, by=provider, actor=ACTOR))
    for number in range(1, declared + 1):
        lines = [Declaration(code, number, today()) for code in codes]
        all_of(delivery.declare(lines, by=provider, actor=ACTOR))
    for number in range(1, confirmed + 1):
        confirm(bought, number)
    if state == State.CLOSED:
        all_of(redemption.redeem([Line(code) for code in codes], by=provider, actor=ACTOR))
    found = Voucher.objects.select_related("provider", "learner", "learning_account__scheme").in_bulk(
        [voucher.pk for voucher in bought]
    )
    return [found[voucher.pk] for voucher in bought]


def a_voucher(**situation: Any) -> Voucher:
    """One voucher; see `vouchers`."""
    return vouchers(1, **situation)[0]


def pay_own_share(voucher: Voucher) -> None:
    """The learner's card pays, and the gateway says so."""
    checkout = copayment.begin(
        voucher, success_url="http://testserver/paid", cancel_url="http://testserver/back", actor=ACTOR
    )
    refusal = copayment.hear(*signed(session_event(checkout)))
    if refusal is not None:
        raise refusal


def confirm(bought: Sequence[Voucher], number: int) -> None:
    """Each learner confirms that milestone with their password."""
    words = [Confirmation(voucher.pk, number, Factor.PASSWORD) for voucher in bought]
    all_of(confirmation.confirm(words, learner=None, actor=ACTOR))


def reserved(accounts: Sequence[LearningAccount], run: CourseRun) -> list[Voucher]:
    """A voucher from each of these learning accounts for the run."""
    scheme = a_scheme()
    version = schemes.current_rules({scheme.pk}, today())[scheme.pk]
    orders = [
        Order(
            learning_account=account,
            run=run,
            split=split(
                price_minor=run.price_minor or 0,
                category=run.course.category,
                learner=account.learner.circumstances(),
                rules=version.parsed,
                used_minor={},
                contents=[in_purse(version.parsed.awards[0].amount_minor)],
                on=today(),
            ),
            rule_version=version,
            reference=f"request:{uuid7()}",
        )
        for account in accounts
    ]
    return all_of(issuing.reserve(orders, actor=ACTOR))

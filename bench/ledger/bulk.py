"""Many redemptions in one call against the bare writes in one statement, and a cohort's awards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString, cast

from django.db import transaction

import ledger
from accounts import cohorts, opening, people
from accounts.models import Scheme
from bench.ledger.telling import Figures, seconds
from bench.ledger.world import World
from config.ids import new_code, uuid7
from config.refusals import Refusal
from ledger import Actor, Transfer
from providers.models import Provider
from tests.factories.accounts import a_person, a_scheme
from vouchers import events, redemption
from vouchers.issuing import parties
from vouchers.models import Milestone, Payable, Voucher

MANY = 10_000
BY_HAND = "10,000 bare writes in one statement"
POSTED = "10,000 by ledger_post, in SQL"
FROM_PYTHON = "10,000 by ledger.post, from Python"
REDEEMED = "10,000 lines by redeem, each judged in Python"
AWARDED = "awards of a cohort of 10,000"
ACTOR = Actor.system("bench")


def measure(world: World, figures: Figures, *, rounds: int) -> None:
    """All into one provider, as a provider's own call has it; interleaved, each on vouchers of its own."""
    world.install("bulk")
    for place in range(rounds + 1):
        codes = [new_code() for _ in range(4 * MANY)]
        world.vouchers(len(codes), hot=True, codes=codes)
        cohort = _cohort()
        world.settle()
        provider = Voucher.objects.select_related("run__course__provider").get(code=codes[0]).run.course.provider
        shares = [codes[first : first + MANY] for first in range(0, len(codes), MANY)]
        transfers = transfers_of(shares[2], provider)
        for name, run, *given in (
            (BY_HAND, _in_sql, world, "by_hand", shares[0], provider),
            (POSTED, _in_sql, world, "posted", shares[1], provider),
            (FROM_PYTHON, post, transfers),
            (REDEEMED, _redeem, shares[3], provider),
            (AWARDED, _award, cohort),
        ):
            figures.add(name, MANY / seconds(run, *given), warm=place > 0)
    world.owner.execute("SELECT bench_mark_redeemed()")
    figures.ratio("bulk_vs_raw_insert", FROM_PYTHON, BY_HAND, 0.5)
    figures.ratio("bulk_in_sql_vs_raw_insert", POSTED, BY_HAND)
    figures.ratio("bulk_redeem_vs_raw_insert", REDEEMED, BY_HAND)


def _in_sql(world: World, how: str, codes: Sequence[str], provider: Provider) -> None:
    amount = Milestone.objects.get(voucher__code=codes[0], number=1).amount_minor
    call = f"SELECT bench_bulk_{how}(%s, %s, %s)"
    made = world.owner.execute(cast(LiteralString, call), [list(codes), provider.pk, amount]).fetchone()
    if made != (len(codes),):
        raise RuntimeError(f"{made} of {len(codes)} were written")


def transfers_of(codes: Sequence[str], provider: Provider) -> list[Transfer]:
    """What a redemption of each voucher posts."""
    payable, transfers = Payable.objects.get(provider=provider).account_id, []
    for voucher in Voucher.objects.filter(code__in=codes).select_related("learning_account"):
        made, account = uuid7(), voucher.account_id
        event = events.REDEEMED.by(
            ACTOR, subject=voucher.subject, redemption=made, number=1, amount_minor=100, **parties(voucher)
        )
        reference = f"redemption:{made}"
        transfers.append(Transfer(account, payable, 100, "GBP", "redemption", reference, event, journal=made))
    return transfers


def post(transfers: Sequence[Transfer]) -> None:
    """In a transaction of its own, as a redemption does."""
    with transaction.atomic():
        ledger.post(transfers)


def _redeem(codes: Sequence[str], provider: Provider) -> None:
    answers = redemption.redeem([redemption.Line(code, milestone=1) for code in codes], by=provider, actor=ACTOR)
    if refused := [answer for answer in answers if isinstance(answer, Refusal)]:
        raise RuntimeError(f"{len(refused)} lines were refused: {refused[0]}")


def _cohort() -> Scheme:
    """A scheme of its own, funded, that so many eligible learners have joined."""
    scheme = a_scheme(paid_in=MANY * 500_00)
    for _ in range(0, MANY, 1000):
        learners = people.sign_up_learners([a_person() for _ in range(1000)], actor=ACTOR)
        opening.open_learning_accounts([(learner, scheme) for learner in learners], actor=ACTOR)
    return scheme


def _award(scheme: Scheme) -> None:
    *_, last = cohorts.award_cohort(scheme, actor=ACTOR)
    if last.awarded != last.accounts:
        raise RuntimeError(f"{last.awarded} of {last.accounts} were awarded: {last.stopped or last.refused}")

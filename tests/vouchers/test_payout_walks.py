"""Whatever happens in whatever order, the parts of what is owed add up to the ledger, and what is paid is paid once."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

import ledger
from config.refusals import Refusal
from payments.sandbox import SandboxBank
from providers.models import Provider
from tests.factories.payouts import (
    ACTOR,
    COMES_BACK,
    REFUSED,
    a_bank_account,
    a_provider,
    redeemed,
    release,
    somebody,
)
from tests.factories.payouts import (
    suspend as stop_provider,
)
from tests.factories.vouchers import a_scheme
from vouchers import control, redemption
from vouchers.invariants import payout_is_a_transfer, payout_is_its_lines
from vouchers.models import Control, Payable, Redemption
from vouchers.paying import approving, owed, preparing, sending, settling
from vouchers.payouts import Payout, PayoutRun, PayoutState
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


class Walk:
    """A scheme and two providers to whom things happen by chance."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.providers = [a_provider(), a_provider(self.dice.choice([REFUSED, COMES_BACK]))]
        self.people = [somebody(), somebody()]
        self.unheard: list[bytes] = []
        self.steps: list[Callable[[], object]] = [
            *[self.redeem, self.redeem, self.redeem_again, self.give_back, self.hold, self.let_go],
            *[self.prepare, self.prepare, self.approve, self.approve, self.send, self.send, self.cancel],
            *[self.hear, self.hear, self.hear, self.stop, self.go_on, self.move_account],
        ]

    def step(self) -> None:
        # What cannot be done now changes nothing.
        with suppress(Refusal):
            self.dice.choice(self.steps)()

    def some(self, things: list[object]) -> list[object]:
        return [self.dice.choice(things)] if things else []

    def redeem(self) -> None:
        redeemed(self.dice.choice(self.providers), worth=self.dice.choice([40_00, 80_00, 120_00]))

    def redeem_again(self) -> None:
        for made in self.some(list(Redemption.objects.exclude(reversed_at=None).select_related("voucher__provider"))):
            redemption.redeem([Line(made.voucher.code)], by=made.voucher.provider, actor=ACTOR)

    def give_back(self) -> None:
        for made in self.some(list(Redemption.objects.live().select_related("voucher__provider"))):
            redemption.reverse(made.pk, by=made.voucher.provider, actor=ACTOR)

    def hold(self) -> None:
        for made in self.some(list(Redemption.objects.live())):
            control.set_control(made.voucher_id, self.dice.choice([Control.FROZEN, Control.UNDER_REVIEW]), actor=ACTOR)

    def let_go(self) -> None:
        for made in self.some(list(Redemption.objects.exclude(voucher__control=Control.CLEAR))):
            control.set_control(made.voucher_id, Control.CLEAR, actor=ACTOR)

    def prepare(self) -> None:
        preparing.prepare(a_scheme(), by=self.people[0], actor=ACTOR)

    def approve(self) -> None:
        for run in PayoutRun.objects.open():
            approving.approve(run.pk, by=self.people[1], actor=ACTOR)

    def send(self) -> None:
        for run in PayoutRun.objects.open():
            sent = sending.send(run.pk, actor=ACTOR)
            if sent.state == "sent":
                self.unheard += SandboxBank().answers(sending.file(sent))

    def cancel(self) -> None:
        if self.dice.random() < 0.3:
            for run in PayoutRun.objects.open():
                approving.cancel(run.pk, actor=ACTOR)

    def hear(self) -> None:
        """The bank's answers come in their order, and sometimes twice."""
        if self.unheard:
            answer = self.unheard[0] if self.dice.random() < 0.2 else self.unheard.pop(0)
            settling.hear(answer, actor=ACTOR)

    def stop(self) -> None:
        stop_provider(self.dice.choice(self.providers))

    def go_on(self) -> None:
        for provider in self.providers:
            provider.refresh_from_db()
            if provider.state == Provider.State.SUSPENDED:
                release(provider)

    def move_account(self) -> None:
        a_bank_account(self.dice.choice(self.providers), self.dice.choice(["0000", COMES_BACK]))

    def holds(self) -> None:
        for provider in self.providers:
            provider.refresh_from_db()
            accounts = list(Payable.objects.filter(provider=provider).values_list("account_id", flat=True))
            in_ledger = sum(ledger.balances(accounts).values())
            paid = sum(
                payout.amount_minor for payout in Payout.objects.filter(provider=provider, state=PayoutState.SETTLED)
            )
            found = owed.owed_to(provider)
            assert sum(one.owed_minor for one in found) == in_ledger
            assert sum(one.paid_minor for one in found) == paid
            assert sum(sum(sums) for sums in owed.by_age(provider).values()) == in_ledger
            standing = Redemption.objects.live().filter(voucher__provider=provider)
            assert in_ledger + paid == sum(made.amount_minor for made in standing)
        for check in (payout_is_its_lines, payout_is_a_transfer):
            assert list(check()) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_add_up_after_every_step(seed: int) -> None:
    walk = Walk(seed)
    for _ in range(40):
        walk.step()
        walk.holds()


def test_in_the_end_everybody_is_paid_what_stands() -> None:
    walk = Walk(7)
    for _ in range(30):
        walk.step()
    walk.go_on()
    for provider in walk.providers:
        a_bank_account(provider)
    for made in Redemption.objects.exclude(voucher__control=Control.CLEAR):
        control.set_control(made.voucher_id, Control.CLEAR, actor=ACTOR)
    for run in PayoutRun.objects.open():
        approving.cancel(run.pk, actor=ACTOR)
    for answer in walk.unheard:
        settling.hear(answer, actor=ACTOR)
    walk.unheard = []
    # It is refused when nothing is left to pay.
    with suppress(Refusal):
        walk.prepare()
        walk.approve()
        walk.send()
    for answer in walk.unheard:
        settling.hear(answer, actor=ACTOR)
    walk.holds()
    for provider in walk.providers:
        assert all(one.owed_minor <= 0 for one in owed.owed_to(provider))

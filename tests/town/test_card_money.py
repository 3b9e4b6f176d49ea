"""What the town's learners paid by card comes to the bank, less the sandbox's fees."""

from __future__ import annotations

import random

import pytest

import ledger
from payments.models import GatewayPayout
from tests.factories.vouchers import a_scheme, a_voucher
from town import life
from town.founding import Town
from vouchers.cards.reconciling import clearings
from vouchers.models import State

pytestmark = pytest.mark.django_db


def test_what_was_paid_by_card_is_paid_out_and_nothing_is_left_with_the_gateway() -> None:
    a_voucher(own=True, state=State.RESERVED)
    willing = Town(random.Random(1))  # its first throw is 0.13, and it pays below 0.94
    life.pay(willing)
    life.pay_out_cards()
    [mine] = clearings(a_scheme())
    assert (mine.captured_minor, mine.fees_minor, mine.paid_out_minor, mine.held_minor) == (60_00, 1_10, 58_90, 0)
    assert GatewayPayout.objects.get().taken_in_at is not None
    life.pay_out_cards()  # there is no more
    assert GatewayPayout.objects.count() == 1
    assert ledger.balances([a_scheme().card_clearing_id]) == {a_scheme().card_clearing_id: 0}

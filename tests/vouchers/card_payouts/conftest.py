"""Stripe's double, and what holds whatever it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.payments.stripe_double import StripeDouble, running
from vouchers.cards.invariants import card_payout_is_its_transfers, clearing_is_what_has_not_gone


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeDouble]:
    with running(settings) as double:
        yield double


@pytest.fixture(autouse=True)
def always_true() -> Iterator[None]:
    """Whatever came, the shares are their transfers, and card clearing holds what has not gone."""
    yield
    assert not [*card_payout_is_its_transfers(), *clearing_is_what_has_not_gone()]

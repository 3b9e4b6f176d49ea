"""Payments at Stripe's double, and what is said of its payouts.

The learner's share is 60.00, and of it the gateway keeps 1.5% and 0.20.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

import ledger
from accounts.models import Scheme
from payments.models import (
    Checkout,
    GatewayPayout,
)
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from tests.payments.stripe_double import StripeDouble
from vouchers import copayment
from vouchers.cards import paying_out
from vouchers.models import State, Voucher

Books = Callable[[], dict[UUID, int]]
SHARE, FEE = 60_00, 1_10
NET = SHARE - FEE


def hear(stripe: StripeDouble) -> None:
    """Everything that Stripe has to say is heard."""
    assert set(stripe.post_webhooks(post)) <= {200}


def post(body: bytes, signature: str) -> int:
    return 200 if copayment.hear(body, signature) is None else 409


def paid(stripe: StripeDouble) -> Voucher:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    stripe.pay(checkout.gateway_id)
    hear(stripe)
    return Voucher.objects.get(pk=voucher.pk)


def session_of(voucher: Voucher) -> str:
    return Checkout.objects.get(voucher=voucher).gateway_id


def follow() -> int:
    return paying_out.follow(actor=ACTOR)


def accounts(of: Scheme | None = None) -> dict[str, int]:
    """With the gateway, kept by it, and come to the bank, in minor units."""
    scheme = of or a_scheme()
    kinds = ("card_fees", "bank")
    opened = ledger.open_accounts([ledger.NewAccount(kind, "GBP", False, "scheme", scheme.pk) for kind in kinds])
    left = ledger.balances([scheme.card_clearing_id, *opened])
    return {"gateway": -left[scheme.card_clearing_id]} | {k: -left[a] for k, a in zip(kinds, opened, strict=True)}


def a_day_later() -> None:
    GatewayPayout.objects.update(heard_at=timezone.now() - dt.timedelta(days=1, minutes=1))


def reconcile() -> str:
    out = io.StringIO()
    call_command("cards", "reconcile", stdout=out)
    return out.getvalue()


def does_not_match() -> str:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("cards", "reconcile", stdout=out)
    return out.getvalue()

"""The port to whoever takes card payments: five verbs that a Stripe account and the sandbox both speak."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

What = Literal[
    "paid",
    "expired",
    "refunded",
    "refund_failed",
    "disputed",
    "dispute_won",
    "dispute_lost",
    "paid_out",
    "payout_failed",
]


@dataclass(frozen=True, slots=True)
class Session:
    """A payment page at the gateway."""

    gateway_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook whose signature held. `what` is None for kinds that nothing follows from.

    `gateway_id` is the checkout session's, the refund's, the dispute's or the payout's, `reference` the one we gave it.
    `body` is the message without what names somebody or their card. `amount_minor` (minor units) is None when the
    gateway named no whole number; `currency` is ISO 4217 in capitals.
    """

    event_id: str
    kind: str
    body: dict[str, Any]
    what: What | None
    gateway_id: str
    reference: str
    payment_id: str
    amount_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a payout is made of. It adds `amount_minor` less `fee_minor`, and either may be less than nothing.

    `kind` is Stripe's type of a balance transaction. `source_id` is what it is about: a payment, a refund, a dispute or
    an earlier payout; `payment_id` whose payment that was, and `reference` what we called it, where there is one.
    """

    gateway_id: str
    kind: str
    source_id: str
    payment_id: str
    reference: str
    amount_minor: int
    fee_minor: int
    currency: str


class Gateway(Protocol):
    name: str

    def begin_checkout(
        self,
        *,
        reference: str,
        attempt: int,
        amount_minor: int,
        currency: str,
        description: str,
        success_url: str,
        cancel_url: str,
        closes_at: dt.datetime | None = None,
    ) -> Session:
        """Open a payment page. The same reference and attempt, asked in the same words, give the same page.

        It closes by itself at `closes_at`, within what the gateway allows. Raises `GatewayRefused`, `GatewayAway`.
        """

    def expire_checkout(self, gateway_id: str) -> None:
        """Close an open page, so that it cannot be paid any more. Harmless when it is paid or closed already.

        Raises `GatewayAway`.
        """

    def refund(self, *, reference: str, payment_id: str, amount_minor: int) -> str:
        """Give part of a payment back and return the refund's id; its outcome comes by webhook.

        The same reference is one refund however often it is asked. Raises `GatewayRefused` for a final no,
        `GatewayAway` for one that is not.
        """

    def made_of(self, payout_id: str) -> list[Entry]:
        """What a payout is made of, without the payout itself. It may take hours until that is all of it.

        Raises `GatewayRefused` where it cannot say, `GatewayAway`.
        """

    def read_webhook(self, body: bytes, signature: str) -> Message:
        """Verify and read a message. Raises `WebhookUnsigned`, `WebhookUnreadable`, `WebhookOfOtherMode`."""


def gateway() -> Gateway:
    """The gateway of this installation: `settings.PAYMENTS_GATEWAY`, a dotted path."""
    return cast(Gateway, import_string(settings.PAYMENTS_GATEWAY)())

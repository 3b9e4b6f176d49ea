"""What we asked of the card gateway and what it told us, what banks told us; and the sandbox's own side."""

from payments.models.bank import BankAnswer
from payments.models.cards import (
    CardDispute,
    CardRefund,
    Checkout,
    CheckoutState,
    DisputeState,
    FollowedBy,
    GatewayEvent,
    Problem,
    RefundState,
)
from payments.models.payouts import GatewayEntry, GatewayPayout, PayoutState
from payments.models.sandbox import SandboxDelivery, SandboxEntry, SandboxPayout, SandboxRefund, SandboxSession

__all__ = [
    "BankAnswer",
    "CardDispute",
    "CardRefund",
    "Checkout",
    "CheckoutState",
    "DisputeState",
    "FollowedBy",
    "GatewayEntry",
    "GatewayEvent",
    "GatewayPayout",
    "PayoutState",
    "Problem",
    "RefundState",
    "SandboxDelivery",
    "SandboxEntry",
    "SandboxPayout",
    "SandboxRefund",
    "SandboxSession",
]

"""Stripe behind the gateway port: its Checkout pages, its refunds, its webhooks, what it pays out."""

from payments.stripe.adapter import StripeGateway

__all__ = ["StripeGateway"]

"""What `manage check --deploy` says about the border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def cards_are_real(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The sandbox lets anybody pay with money that does not exist."""
    if settings.PAYMENTS_GATEWAY == "payments.sandbox.SandboxGateway":
        return [Warning("Card payments go to the sandbox: no money is taken from anybody.", id="payments.W001")]
    return []


@register(Tags.security)
def stripe_is_set_up(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """A key in the wrong place takes real money for a demonstration, or none for real vouchers."""
    if settings.PAYMENTS_GATEWAY != "payments.stripe.StripeGateway":
        return []
    key = settings.STRIPE_SECRET_KEY
    found: list[CheckMessage] = []
    if not key or not settings.STRIPE_WEBHOOK_SECRETS:
        found.append(Error("Stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRETS.", id="payments.E001"))
    if settings.STRIPE_LIVE and settings.DEMO:
        found.append(
            Error("STRIPE_LIVE and DEMO are both on: a demonstration takes no real money.", id="payments.E002")
        )
    mode = "live" if settings.STRIPE_LIVE else "test"
    if key and not key.startswith((f"sk_{mode}_", f"rk_{mode}_")):
        found.append(
            Error(f"STRIPE_LIVE says that this is {mode} money, and STRIPE_SECRET_KEY does not.", id="payments.E003")
        )
    if settings.STRIPE_LIVE and settings.STRIPE_API:
        found.append(Error("Real money goes to Stripe's own address: STRIPE_API is set.", id="payments.E004"))
    return found


@register(Tags.security, deploy=True)
def stripe_is_live(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Test cards pay with money that does not exist."""
    if settings.PAYMENTS_GATEWAY == "payments.stripe.StripeGateway" and not settings.STRIPE_LIVE:
        return [Warning("Card payments are Stripe's test ones: no money is taken from anybody.", id="payments.W003")]
    return []


@register(Tags.security, deploy=True)
def bank_is_real(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The sandbox's bank pays providers with money that does not exist."""
    if settings.PAYMENTS_BANK == "payments.sandbox.SandboxBank":
        return [Warning("Payouts go to the sandbox's bank: no provider is paid anything.", id="payments.W002")]
    return []

"""What `manage check --deploy` says about the border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def cards_are_real(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The sandbox lets anybody pay with money that does not exist."""
    if settings.PAYMENTS_GATEWAY == "payments.sandbox.SandboxGateway":
        return [Warning("Card payments go to the sandbox: no money is taken from anybody.", id="payments.W001")]
    return []


@register(Tags.security, deploy=True)
def bank_is_real(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """The sandbox's bank pays providers with money that does not exist."""
    if settings.PAYMENTS_BANK == "payments.sandbox.SandboxBank":
        return [Warning("Payouts go to the sandbox's bank: no provider is paid anything.", id="payments.W002")]
    return []

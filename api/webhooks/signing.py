"""Signing: a webhook's headers, as Standard Webhooks has them (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Sequence
from uuid import UUID

from standardwebhooks import Webhook

_BYTES = 32


class Secret(str):
    """What signs, as receivers' libraries take it. A traceback that shows what variables hold does not show it."""

    def __repr__(self) -> str:
        return "<a webhook's secret>"


def new_secret() -> Secret:
    """A secret of 256 random bits."""
    return Secret("whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode())


def headers(webhook_id: UUID, body: str, signers: Sequence[Secret], at: dt.datetime) -> dict[str, str]:
    """The three headers of a webhook that is sent at that moment: one signature of each secret."""
    at = at.astimezone(dt.UTC)
    return {
        "webhook-id": str(webhook_id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(str(webhook_id), at, body) for secret in signers),
    }

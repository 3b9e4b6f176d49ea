"""The link under a letter about somebody's money, "this was not me".

It works without signing in, and can do nothing but stop things and open a case.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.urls import reverse

import ledger

_SALT = "web.notifications.not_me"
# As long as banks in Europe have to take such word (PSD2, article 71: thirteen months).
WORKS_FOR = dt.timedelta(days=396)

# Each opening, hold, capture and refund, and what led to money moving. What it is about is a voucher, or an account.
KINDS = frozenset(
    {
        "learning_account.opened",
        "voucher.reserved",
        "voucher.issued",
        "milestone.confirmed",
        "voucher.redeemed",
        "voucher.redemption_reversed",
        "voucher.copayment_returned",
        "voucher.refund_arrived",
        "voucher.closed",
    }
)


@dataclass(frozen=True, slots=True)
class Contested:
    """What a link is about: `about` is voucher or learning_account."""

    about: str
    subject: UUID
    learner: UUID


def path(kind: str, facts: dict[str, Any]) -> str:
    """The link's path for a letter of this kind with these facts; "" where there is nothing to contest."""
    if kind not in KINDS or facts.get("outcome") == "disowned":
        return ""
    until = (ledger.today() + WORKS_FOR).isoformat()
    token = signing.dumps([facts["subject"], facts["learner"], until], salt=_SALT)
    return reverse("not-me", args=[token])


def read(token: str) -> Contested | None:
    """What a link is about, if we made it and it is not too old."""
    try:
        subject, learner, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    if dt.date.fromisoformat(until) < ledger.today():
        return None
    about, _, pk = subject.partition(":")
    return Contested(about, UUID(pk), UUID(learner))

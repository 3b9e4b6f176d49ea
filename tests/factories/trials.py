"""A scheme that runs a trial, with learners who are in none of its arms yet."""

from __future__ import annotations

from typing import Any

from accounts.models import LearningAccount
from tests.factories.brokerage import an_adviser, under
from tests.factories.vouchers import learning_accounts

TRIAL: dict[str, Any] = {
    "code": "advice_2027",
    "arms": [
        {"code": "plain_way", "policy": "open"},
        {"code": "talked_way", "policy": "guided"},
        {"code": "decided_way", "policy": "structured", "share": 2},
    ],
    "stratify_by": ["residence", "qualification", "employment"],
}


def in_trial(count: int, *, trial: dict[str, Any] = TRIAL, **adviser: Any) -> list[LearningAccount]:
    """Accounts of a scheme with this trial, guided but for its arms, and somebody to answer them."""
    accounts = learning_accounts(count)
    under(accounts[0], **{"policy": "guided", "trial": trial} | adviser)
    an_adviser(cover=an_adviser("Elin Pugh"))
    return accounts

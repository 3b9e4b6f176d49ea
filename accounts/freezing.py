"""Freezing: nothing more is bought from a learning account that its learner says is not theirs."""

from __future__ import annotations

import ledger
from accounts import events
from accounts.models import LearningAccount
from ledger import Actor


def freeze(account: LearningAccount, *, actor: Actor) -> None:
    """Let nothing be bought from a locked learning account from now on; twice is once. What is in it stays there."""
    if account.frozen_at is None:
        account.frozen_at = ledger.now()
        _save(account, events.ACCOUNT_FROZEN, actor)


def release(account: LearningAccount, *, actor: Actor) -> None:
    """Let a locked learning account be used again; twice is once."""
    if account.frozen_at is not None:
        account.frozen_at = None
        _save(account, events.ACCOUNT_RELEASED, actor)


def _save(account: LearningAccount, kind: ledger.EventKind, actor: Actor) -> None:
    account.save(update_fields=["frozen_at"])
    ledger.record(kind.by(actor, subject=account.subject, learner=account.learner_id, scheme=account.scheme_id))

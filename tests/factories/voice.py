"""Proposals in the situations that tests begin from, made by the room's own capabilities."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Learner, Scheme, SchemeManager
from brokerage.voice import proposing, voting
from brokerage.voice.models import Choice, Proposal
from ledger import today
from tests.factories.accounts import a_manager
from tests.factories.vouchers import ACTOR, learning_accounts

WORDS = {"title": "Pay for the bus", "what": "Pay bus fares to a course.", "why": "I cannot get to evening courses."}


def proposed(learner: Learner | None = None, **words: str) -> Proposal:
    """What a learner of ILA Wales proposed, and nobody has looked at."""
    learner = learner or learning_accounts(1)[0].learner
    scheme = proposing.schemes_of(learner)[0]
    return proposing.propose(scheme.pk, **WORDS | words, learner=learner, actor=ACTOR)


def shown(proposal: Proposal | None = None, *, days: int = 20) -> Proposal:
    """One that others may vote on for so many days."""
    found = proposal or proposed()
    closes_on = today() + dt.timedelta(days=days)
    return proposing.show(found.pk, closes_on=closes_on, by=a_manager(found.scheme), actor=ACTOR)


def voted(proposal: Proposal, choices: list[Choice]) -> None:
    """As many learners of the scheme vote."""
    for account, choice in zip(learning_accounts(len(choices)), choices, strict=True):
        voting.vote(proposal.pk, choice, learner=account.learner, actor=ACTOR)


def closed(clock: Any, choices: list[Choice] | None = None) -> tuple[Proposal, SchemeManager]:
    """One whose vote is over, and somebody who answers it."""
    found = shown()
    voted(found, choices or [])
    clock.move_by(days=21)
    return found, a_manager(Scheme.objects.get(pk=found.scheme_id))

"""Joining: a learner opens an account in a scheme by themselves, and is given what its rules give them at once."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.awarding import award
from accounts.cohorts import kinds
from accounts.models import Award, Learner, LearningAccount, Scheme
from accounts.opening import open_learning_accounts
from config.refusals import Refusal, only
from ledger import Actor


@dataclass(frozen=True, slots=True)
class Joined:
    """The account, the awards that were made, and why each of the others was not: they wait, or are for others."""

    account: LearningAccount
    awards: tuple[Award, ...]
    refused: tuple[Refusal, ...]


def join(learner: Learner, scheme: Scheme, *, actor: Actor) -> Joined:
    """Open the account, then make each award that the rules of the day have for this learner.

    Refuses what `opening.open_learning_accounts` refuses, and then nothing has changed. What `awarding.award` refuses
    takes nothing back: the account is open, each award is a transaction of its own, and one that there is no money for
    waits or comes with the scheme's next round.
    """
    account = only(open_learning_accounts([(learner, scheme)], actor=actor))
    answers = [award([account], kind, actor=actor)[0] for kind in kinds(scheme)]
    return Joined(
        account,
        tuple(answer for answer in answers if isinstance(answer, Award)),
        tuple(answer for answer in answers if isinstance(answer, Refusal)),
    )

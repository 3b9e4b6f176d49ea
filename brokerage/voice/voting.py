"""Voting: one person, one vote, changed until the end; by their own hand, or through an adviser who is with them.

Who voted how is told to nobody, and no number before the vote is over: whoever watched it would see each vote come in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count

import ledger
from accounts.models import Learner, LearningAccount
from brokerage.errors import LearnerNotFound
from brokerage.models import Adviser
from brokerage.talking.reading import with_whom
from brokerage.voice import errors, events
from brokerage.voice.models import Choice, Proposal, Vote
from config.walls import walled_by
from ledger import Actor

# Of fewer, somebody who knows who takes part could tell who voted how.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Tally:
    votes_for: int
    votes_against: int
    votes_either: int

    @property
    def votes(self) -> int:
        return self.votes_for + self.votes_against + self.votes_either

    @property
    def told(self) -> bool:
        """Whether there are enough to say how many were for and against."""
        return self.votes >= ENOUGH


def vote(proposal: UUID, choice: Choice | str, *, learner: Learner, actor: Actor) -> Vote:
    """The learner's own vote, in place of any that they or an adviser for them gave before. Locks the proposal.

    Refuses `ProposalUnknown` (also of a scheme that they are not in), `VoteOver`.
    """
    with transaction.atomic():
        found = open_to(proposal, learner)
        cast = _cast(found, learner, choice, None)
        ledger.record(events.VOTED.by(actor, found.subject, learner=learner.pk, scheme=found.scheme_id))
    return cast


def vote_through(proposal: UUID, choice: Choice | str, *, learner: UUID, by: Adviser, actor: Actor) -> Vote:
    """What a learner of this adviser's caseload says to them, on the telephone or on paper. It is marked as such, the
    learner is told by letter, and changes it with their own hand until the end. Locks the proposal.

    Refuses `LearnerNotFound`, `ProposalUnknown`, `VoteOver`, and `VotedThemselves`: nobody else changes such a vote.
    """
    with transaction.atomic():
        person = with_whom(by).filter(pk=learner).first()
        if person is None:
            raise LearnerNotFound()
        found = open_to(proposal, person)
        if Vote.objects.filter(proposal=found, learner=person, through=None).exists():
            raise errors.VotedThemselves()
        cast = _cast(found, person, choice, by)
        ledger.record(
            events.VOTED_THROUGH_ADVISER.by(
                actor, found.subject, learner=person.pk, scheme=found.scheme_id, adviser=by.pk
            )
        )
    return cast


def count(proposal: Proposal) -> Tally:
    """How many voted how. For a page only once the vote is over; see `tallies`."""
    by_choice = Counter(dict(proposal.votes.order_by().values_list("choice").annotate(Count("pk"))))
    return Tally(by_choice[Choice.FOR], by_choice[Choice.AGAINST], by_choice[Choice.EITHER])


def tallies(proposals: Collection[Proposal]) -> dict[UUID, Tally]:
    """Of those whose vote is over. One query, none where all are answered: their numbers stand with the answer."""
    today = ledger.today()
    over = [each for each in proposals if each.closes_on and each.closes_on < today]
    told = {each.pk: _answered(each) for each in over if hasattr(each, "outcome")}
    if waiting := [each for each in over if each.pk not in told]:
        by_choice: dict[UUID, Counter[str]] = {each.pk: Counter() for each in waiting}
        rows = Vote.objects.filter(proposal__in=waiting).values_list("proposal", "choice").annotate(Count("pk"))
        for proposal, choice, number in rows:
            by_choice[proposal][choice] = number
        for pk, found in by_choice.items():
            told[pk] = Tally(found[Choice.FOR], found[Choice.AGAINST], found[Choice.EITHER])
    return told


def _answered(proposal: Proposal) -> Tally:
    outcome = proposal.outcome
    return Tally(outcome.votes_for, outcome.votes_against, outcome.votes_either)


def open_to(proposal: UUID, learner: Learner) -> Proposal:
    """The proposal, locked, so that nothing is counted while a vote is on its way.

    Refuses `ProposalUnknown` (also of a scheme that they are not in), `VoteOver`.
    """
    found = Proposal.objects.shown().select_for_update(no_key=True).filter(pk=proposal).first()
    if found is None or not LearningAccount.objects.filter(learner=learner, scheme=found.scheme_id).exists():
        raise errors.ProposalUnknown()
    assert found.closes_on is not None  # what is shown has an end
    if ledger.today() > found.closes_on:
        raise errors.VoteOver()
    return found


def _cast(proposal: Proposal, learner: Learner, choice: Choice | str, through: Adviser | None) -> Vote:
    with walled_by({"vote_is_one_of_three": errors.ChoiceUnknown(field="choice")}):
        cast, _made = Vote.objects.update_or_create(
            proposal=proposal,
            learner=learner,
            defaults={"choice": choice, "through": through, "cast_at": ledger.now()},
        )
    return cast

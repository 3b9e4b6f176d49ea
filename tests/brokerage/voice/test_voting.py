"""One person, one vote: changed until the end, through an adviser where they have no e-mail, and told to nobody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from brokerage import assigning
from brokerage.errors import LearnerNotFound
from brokerage.voice import errors, voting
from brokerage.voice.models import Choice, Proposal, Vote
from brokerage.voice.voting import Tally
from ledger import now
from ledger.models import Event
from tests.factories.accounts import a_learner
from tests.factories.brokerage import an_adviser
from tests.factories.voice import closed, proposed, shown
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.racing import together

pytestmark = pytest.mark.django_db
FOR, AGAINST, EITHER = Choice.FOR, Choice.AGAINST, Choice.EITHER


def vote(proposal: Proposal, choice: Choice | str = FOR, **facts: Any) -> Vote:
    learner = facts.get("learner") or proposal.learner
    return voting.vote(proposal.pk, choice, learner=learner, actor=ACTOR)


def test_a_vote_that_is_changed_is_still_one() -> None:
    proposal = shown()
    vote(proposal)
    vote(proposal, AGAINST)
    assert voting.count(proposal) == Tally(0, 1, 0)


def test_the_ledger_does_not_know_how_anybody_voted() -> None:
    proposal = shown()
    vote(proposal, AGAINST)
    assert Event.objects.get(kind="proposal.voted").data.keys() == {"learner", "scheme"}


def test_a_choice_that_there_is_not_is_no_vote() -> None:
    proposal = shown()
    with pytest.raises(errors.ChoiceUnknown):
        vote(proposal, "maybe")
    assert not Vote.objects.exists()


def test_the_last_day_counts_and_the_next_does_not(clock: Any) -> None:
    proposal, _manager = closed(clock)
    with pytest.raises(errors.VoteOver):
        vote(proposal)
    assert not Vote.objects.exists()
    clock.move_by(days=-1)
    vote(proposal)
    assert Vote.objects.count() == 1


def test_of_another_scheme_or_not_shown_there_is_nothing_to_vote_on() -> None:
    proposal = shown()
    stranger = a_learner()
    for each, learner in ((proposal, stranger), (proposed(), proposal.learner)):
        with pytest.raises(errors.ProposalUnknown):
            vote(each, learner=learner)
    with pytest.raises(errors.ProposalUnknown):
        voting.vote(uuid4(), FOR, learner=stranger, actor=ACTOR)
    assert not Vote.objects.exists()


def test_no_number_is_told_before_the_end_and_no_split_of_a_few(clock: Any) -> None:
    proposal = shown()
    vote(proposal)
    assert voting.tallies([proposal]) == {}
    clock.move_by(days=21)
    told = voting.tallies([proposal])[proposal.pk]
    assert told == Tally(1, 0, 0)
    assert not told.told
    assert Tally(2, 2, 1).told


def test_the_database_keeps_one_a_person() -> None:
    proposal = shown()
    vote(proposal)
    with pytest.raises(IntegrityError, match="one_vote_a_person_and_proposal"), transaction.atomic():
        Vote.objects.create(proposal=proposal, learner=proposal.learner, choice=FOR, cast_at=now())


class TestThroughAnAdviser:
    def test_it_is_one_vote_marked_as_such_and_their_own_hand_replaces_it(self) -> None:
        proposal, adviser = shown(), an_adviser()
        learner = proposal.learner
        assigning.name_advisers([learner], [adviser])
        cast = voting.vote_through(proposal.pk, FOR, learner=learner.pk, by=adviser, actor=ACTOR)
        assert cast.through == adviser
        assert Event.objects.get(kind="proposal.voted_through_adviser").data["adviser"] == str(adviser.pk)
        voting.vote_through(proposal.pk, EITHER, learner=learner.pk, by=adviser, actor=ACTOR)
        vote(proposal, AGAINST)
        assert Vote.objects.get().through is None
        with pytest.raises(errors.VotedThemselves):
            voting.vote_through(proposal.pk, FOR, learner=learner.pk, by=adviser, actor=ACTOR)
        assert voting.count(proposal) == Tally(0, 1, 0)

    def test_nobody_votes_for_a_learner_who_is_not_theirs_or_after_the_end(self, clock: Any) -> None:
        proposal, adviser = shown(), an_adviser()
        learner = proposal.learner
        with pytest.raises(LearnerNotFound):
            voting.vote_through(proposal.pk, FOR, learner=learner.pk, by=adviser, actor=ACTOR)
        assigning.name_advisers([learner], [adviser])
        clock.move_by(days=21)
        with pytest.raises(errors.VoteOver):
            voting.vote_through(proposal.pk, FOR, learner=learner.pk, by=adviser, actor=ACTOR)
        assert not Vote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_voted_twice_at_once_it_is_one_vote() -> None:
    proposal = shown()
    learner, other = proposal.learner, learning_accounts(1)[0].learner
    cast = together(
        lambda: vote(proposal, FOR, learner=learner).choice,
        lambda: vote(proposal, AGAINST, learner=learner).choice,
        lambda: vote(proposal, FOR, learner=other).choice,
    )
    assert cast == [FOR, AGAINST, FOR]
    assert voting.count(proposal).votes == 2

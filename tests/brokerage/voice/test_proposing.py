"""A learner proposes how the scheme works: read by a person before others see it, answered for good."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from brokerage import leaving
from brokerage.voice import commenting, errors, proposing
from brokerage.voice.models import Choice, Comment, Proposal, ProposalOutcome, Vote
from ledger import today
from ledger.models import Event
from tests.factories.accounts import a_manager, a_scheme
from tests.factories.voice import WORDS, closed, proposed, shown, voted
from tests.factories.vouchers import ACTOR, learning_accounts
from vouchers.moderated import HeldBack

pytestmark = pytest.mark.django_db
FOR, AGAINST, EITHER = Choice.FOR, Choice.AGAINST, Choice.EITHER


def test_nobody_else_reads_it_before_a_person_at_the_scheme_has() -> None:
    proposal = proposed()
    other = learning_accounts(1)[0].learner
    assert list(proposing.readable(proposal.learner)) == [proposal]
    assert not proposing.readable(other).exists()
    shown(proposal)
    assert list(proposing.readable(other)) == [proposal]


def test_a_proposal_s_event_has_no_word_of_it() -> None:
    proposal = proposed()
    assert Event.objects.get(kind="proposal.made").data == {
        "learner": str(proposal.learner_id),
        "scheme": str(proposal.scheme_id),
    }


def test_another_scheme_is_not_proposed_to() -> None:
    learner = learning_accounts(1)[0].learner
    with pytest.raises(errors.NotInScheme):
        proposing.propose(a_scheme("ita-scotland").pk, **WORDS, learner=learner, actor=ACTOR)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", ["title", "what", "why"])
def test_words_are_needed(name: str) -> None:
    with pytest.raises(errors.WordsMissing) as refused:
        proposed(**{name: " \n "})
    assert refused.value.field == name
    assert not Proposal.objects.exists()


def test_one_person_has_three_at_once() -> None:
    learner = learning_accounts(1)[0].learner
    for _ in range(3):
        proposed(learner)
    with pytest.raises(errors.TooManyProposals):
        proposed(learner)
    assert Proposal.objects.count() == 3


def test_what_is_held_back_is_said_in_other_words_and_looked_at_again() -> None:
    proposal = proposed(what="Mr Rees is a fool.")
    manager = a_manager(proposal.scheme)
    held = proposing.hold_back(proposal.pk, reason=HeldBack.INSULTS, by=manager, actor=ACTOR)
    assert (held.state, held.held_back, held.closes_on) == ("held_back", "insults", None)
    changed = proposing.change(proposal.pk, **WORDS, learner=proposal.learner, actor=ACTOR)
    assert (changed.state, changed.held_back, changed.what) == ("waiting", "", WORDS["what"])
    assert list(proposing.to_look_at(proposal.scheme, manager)) == [proposal]
    proposing.show(proposal.pk, closes_on=today() + dt.timedelta(days=14), by=manager, actor=ACTOR)
    with pytest.raises(errors.ProposalShown):
        proposing.change(proposal.pk, **WORDS | {"what": "Else."}, learner=proposal.learner, actor=ACTOR)
    proposal.refresh_from_db()
    assert proposal.what == WORDS["what"]


@pytest.mark.parametrize("days", [-1, 13, 91])
def test_there_is_no_vote_without_a_fair_end(days: int) -> None:
    proposal = proposed()
    with pytest.raises(errors.NoEnd):
        shown(proposal, days=days)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_the_database_shows_nothing_without_an_end_or_a_look() -> None:
    proposal = shown()
    with pytest.raises(IntegrityError, match="shown_proposal_has_an_end"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(closes_on=None)
    with pytest.raises(IntegrityError, match="proposal_is_shown_once_looked_at"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(looked_by=None)


def test_of_another_scheme_or_one_s_own_it_does_not_exist() -> None:
    proposal = proposed()
    stranger, myself = a_manager(a_scheme("ita-scotland")), a_manager(proposal.scheme)
    type(myself).objects.filter(pk=myself.pk).update(user=proposal.learner.user)
    myself.refresh_from_db()
    for manager in (stranger, myself):
        with pytest.raises(errors.ProposalUnknown):
            proposing.hold_back(proposal.pk, reason=HeldBack.NAMES, by=manager, actor=ACTOR)
    assert not proposing.to_look_at(proposal.scheme, myself).exists()


def test_a_colleague_was_quicker() -> None:
    proposal = shown()
    with pytest.raises(errors.LookedAtAlready):
        proposing.hold_back(proposal.pk, reason=HeldBack.NAMES, by=a_manager(proposal.scheme), actor=ACTOR)


class TestAnswering:
    def answer(self, proposal: Proposal, manager: Any, **facts: Any) -> ProposalOutcome:
        said = {"answer": "partly", "reason": "For those without a car."} | facts
        return proposing.answer(proposal.pk, **said, by=manager, actor=ACTOR)

    def test_the_answer_has_its_reason_and_how_the_votes_were(self, clock: Any) -> None:
        proposal, manager = closed(clock, [FOR, FOR, FOR, AGAINST, EITHER])
        assert list(Proposal.objects.to_answer(today())) == [proposal]
        outcome = self.answer(proposal, manager)
        assert (outcome.votes_for, outcome.votes_against, outcome.votes_either) == (3, 1, 1)
        assert not Proposal.objects.to_answer(today()).exists()

    def test_it_stays_for_good(self, clock: Any) -> None:
        proposal, manager = closed(clock)
        self.answer(proposal, manager)
        with pytest.raises(errors.AnsweredAlready):
            self.answer(proposal, manager, answer="no")
        for edit in (lambda: ProposalOutcome.objects.update(answer="no"), ProposalOutcome.objects.all().delete):
            with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
                edit()
        assert ProposalOutcome.objects.get().answer == "partly"

    def test_not_while_people_vote_not_by_others_and_not_without_a_reason(self, clock: Any) -> None:
        proposal, manager = closed(clock)
        with pytest.raises(errors.ProposalUnknown):
            self.answer(proposal, a_manager(a_scheme("ita-scotland")))
        with pytest.raises(errors.WordsMissing):
            self.answer(proposal, manager, reason=" ")
        with pytest.raises(errors.RuleChangeUnknown):
            self.answer(proposal, manager, rule_proposal=uuid4())
        clock.move_by(days=-1)
        with pytest.raises(errors.VoteStillOpen):
            self.answer(proposal, manager)
        assert not ProposalOutcome.objects.exists()


class TestCommenting:
    def test_a_comment_is_read_by_a_person_first(self) -> None:
        proposal = shown()
        other = learning_accounts(1)[0].learner
        made = commenting.comment(proposal.pk, "And the train.", learner=other, actor=ACTOR)
        manager = a_manager(proposal.scheme)
        assert list(commenting.to_look_at(proposal.scheme, manager)) == [made]
        assert commenting.look_at(made.pk, held_back=None, by=manager, actor=ACTOR).state == "shown"
        with pytest.raises(errors.LookedAtAlready):
            commenting.look_at(made.pk, held_back=HeldBack.NAMES, by=manager, actor=ACTOR)
        with pytest.raises(errors.CommentUnknown):
            commenting.look_at(made.pk, held_back=None, by=a_manager(a_scheme("ita-scotland")), actor=ACTOR)

    def test_not_without_words_not_without_end_and_not_after_the_vote(self, clock: Any) -> None:
        proposal, _manager = closed(clock)
        learner = proposal.learner
        with pytest.raises(errors.VoteOver):
            commenting.comment(proposal.pk, "Late.", learner=learner, actor=ACTOR)
        clock.move_by(days=-1)
        with pytest.raises(errors.WordsMissing):
            commenting.comment(proposal.pk, " ", learner=learner, actor=ACTOR)
        for _ in range(5):
            commenting.comment(proposal.pk, "Again.", learner=learner, actor=ACTOR)
        with pytest.raises(errors.TooManyComments):
            commenting.comment(proposal.pk, "Again.", learner=learner, actor=ACTOR)
        assert Comment.objects.count() == 5


def test_whoever_leaves_takes_along_what_nobody_has_read_and_their_vote() -> None:
    public = shown()
    learner = public.learner
    proposed(learner)
    commenting.comment(public.pk, "Please.", learner=learner, actor=ACTOR)
    voted(public, [FOR])
    Vote.objects.update(learner=learner)
    leaving.leave(learner.pk, actor=ACTOR)
    assert [(each.pk, each.learner) for each in Proposal.objects.all()] == [(public.pk, None)]
    assert not Comment.objects.exists()
    assert not Vote.objects.exists()

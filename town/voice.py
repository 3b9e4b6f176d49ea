"""What the town's learners say about how their scheme works, and what it does about it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import ledger
from accounts.models import Learner, Scheme, SchemeManager
from brokerage.voice import commenting, proposing, said_and_done, voting
from brokerage.voice.models import Choice, Proposal
from ledger import Actor
from town.founding import ACTOR, Town

FOR, AGAINST, EITHER = Choice
VOTES = [FOR, FOR, FOR, AGAINST, FOR, EITHER, FOR, FOR]


def propose_letters(town: Town) -> None:
    """A proposal that is voted on, and answered by `answer_letters` when its vote is over."""
    scheme = _scheme(town)
    _shown(
        scheme,
        _learners(scheme)[0],
        "Letters that are easier to read",
        "Write every letter in short sentences, with the amount and the day at the top.",
        "I read the letter about my share three times, and then I rang to ask.",
        VOTES,
    )


def answer_letters(town: Town) -> None:
    scheme = _scheme(town)
    manager, proposal = _manager(scheme), scheme.voice_proposals.get()
    actor = Actor.user(manager.user_id)
    proposing.answer(
        proposal.pk,
        answer="yes",
        reason="You are right, and most of you say so. All letters are written again, those about money first.",
        by=manager,
        actor=actor,
    )
    _done(
        scheme,
        "Our letters are hard to read.",
        "We wrote the letters about money again: the amount and the day now stand at the top.",
        proposal.pk,
    )


def morning(town: Town) -> None:
    """Today: one proposal can be voted on, and one waits to be read."""
    scheme = _scheme(town)
    writer, talker, other, *_ = _learners(scheme)[1:]
    proposal = _shown(
        scheme,
        writer,
        "Help with the bus to evening courses",
        "Let the account pay the bus fare to a course that ends after seven.",
        "The last bus that my day ticket is good for leaves at half past six.",
        VOTES[:6],
    )
    said = "It should count for the train too: there is no bus where I live."
    comment = commenting.comment(proposal.pk, said, learner=talker, actor=ACTOR)
    manager = _manager(scheme)
    commenting.look_at(comment.pk, held_back=None, by=manager, actor=Actor.user(manager.user_id))
    proposing.propose(
        scheme.pk,
        title="Courses on Saturdays",
        what="Ask the colleges for more courses on Saturdays.",
        why="I work late from Monday to Friday.",
        learner=other,
        actor=ACTOR,
    )
    _done(
        scheme,
        "Nobody answers the telephone after five.",
        "An adviser now answers until eight on Tuesdays and Thursdays.",
    )


def _shown(scheme: Scheme, writer: Learner, title: str, what: str, why: str, votes: list[Choice]) -> Proposal:
    made = proposing.propose(scheme.pk, title=title, what=what, why=why, learner=writer, actor=ACTOR)
    manager = _manager(scheme)
    closes_on = ledger.today() + dt.timedelta(days=28)
    proposing.show(made.pk, closes_on=closes_on, by=manager, actor=Actor.user(manager.user_id))
    for learner, choice in zip(_learners(scheme), votes, strict=False):
        voting.vote(made.pk, choice, learner=learner, actor=ACTOR)
    return made


def _done(scheme: Scheme, said: str, done: str, proposal: UUID | None = None) -> None:
    manager = _manager(scheme)
    said_and_done.say(
        scheme,
        said=said,
        done=done,
        done_on=ledger.today(),
        proposal=proposal,
        by=manager,
        actor=Actor.user(manager.user_id),
    )


def _scheme(town: Town) -> Scheme:
    return town.schemes["wales"]


def _manager(scheme: Scheme) -> SchemeManager:
    return scheme.managers.order_by("id").select_related("user")[0]


def _learners(scheme: Scheme) -> list[Learner]:
    """Those who were there first: none of them is a guest."""
    return list(Learner.objects.filter(learning_accounts__scheme=scheme).order_by("id").select_related("user")[:10])

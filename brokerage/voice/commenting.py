"""Commenting: those who may vote on a proposal talk about it. A person at the scheme reads it before others do."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner, Scheme, SchemeManager
from brokerage.voice import errors, events
from brokerage.voice.models import Comment
from brokerage.voice.voting import open_to
from ledger import Actor
from providers.feeds.plain_text import paragraphs
from vouchers.moderated import HeldBack

# One person's; more leave no room for others.
MOST = 5


def comment(proposal: UUID, words: str, *, learner: Learner, actor: Actor) -> Comment:
    """Say something about a proposal while it can be voted on. Locks the proposal.

    Refuses `ProposalUnknown`, `VoteOver`, `WordsMissing`, `TooManyComments`.
    """
    if not (said := paragraphs(words)):
        raise errors.WordsMissing(field="words")
    with transaction.atomic():
        found = open_to(proposal, learner)
        if found.comments.filter(learner=learner).count() >= MOST:
            raise errors.TooManyComments(most=MOST)
        made = Comment.objects.create(proposal=found, learner=learner, words=said, written_at=ledger.now())
        ledger.record(
            events.COMMENTED.by(actor, made.subject, learner=learner.pk, scheme=found.scheme_id, proposal=found.pk)
        )
    return made


def to_look_at(scheme: Scheme, manager: SchemeManager) -> QuerySet[Comment]:
    """What waits for this manager, the oldest first; not what they wrote themselves."""
    waiting = Comment.objects.filter(proposal__scheme=scheme, state=Comment.State.WAITING)
    return waiting.exclude(learner__user=manager.user_id).select_related("proposal")


def look_at(comment: UUID, *, held_back: HeldBack | None, by: SchemeManager, actor: Actor) -> Comment:
    """A person at the scheme has read it: it is shown, or held back for that reason. Locks the comment.

    Refuses `CommentUnknown` (also of another's scheme, or one's own), `LookedAtAlready`.
    """
    with transaction.atomic():
        theirs = Comment.objects.filter(proposal__scheme__managers=by).exclude(learner__user=by.user_id)
        found = theirs.select_for_update(of=("self",)).select_related("proposal").filter(pk=comment).first()
        if found is None:
            raise errors.CommentUnknown()
        if found.state != Comment.State.WAITING:
            raise errors.LookedAtAlready()
        fields = found.look_at(held_back, by.user, ledger.now())
        found.save(update_fields=fields)
        ledger.record(
            events.COMMENT_LOOKED_AT.by(
                actor,
                found.subject,
                learner=found.learner_id,
                scheme=found.proposal.scheme_id,
                proposal=found.proposal_id,
                held_back=found.held_back,
            )
        )
    return found

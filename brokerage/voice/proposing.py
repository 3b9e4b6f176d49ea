"""Proposing: a learner says how their scheme should work, others read it once a person at the scheme has, they vote,
and the scheme answers with its reason. The rule is in `docs/voice.md`. Nothing here changes a rule of a scheme."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

import ledger
from accounts.models import Learner, LearningAccount, RuleProposal, Scheme, SchemeManager
from brokerage.voice import errors, events
from brokerage.voice.models import Comment, Proposal, ProposalOutcome, ProposalQuerySet
from brokerage.voice.voting import count
from config.walls import walled_by
from ledger import Actor
from providers.feeds.plain_text import one_line, paragraphs
from vouchers.moderated import HeldBack

# As many as a scheme can look at with care, if one person writes them.
AT_ONCE = 3
# Long enough that whoever looks once a fortnight can vote; short enough that the answer still matters to them.
SHORTEST, LONGEST = dt.timedelta(days=14), dt.timedelta(days=90)


def schemes_of(learner: Learner) -> QuerySet[Scheme]:
    """Those in which they have an account."""
    return Scheme.objects.filter(learning_accounts__learner=learner).order_by("name")


def readable(learner: Learner) -> ProposalQuerySet:
    """What is shown in the learner's schemes, and what they wrote themselves."""
    in_scheme = LearningAccount.objects.filter(learner=learner, scheme=OuterRef("scheme"))
    shown = Q(Exists(in_scheme), state=Proposal.State.SHOWN)
    return Proposal.objects.filter(shown | Q(learner=learner)).select_related("scheme", "outcome")


def propose(scheme: UUID, *, title: str, what: str, why: str, learner: Learner, actor: Actor) -> Proposal:
    """It waits for a person at the scheme. Locks the learner.

    Refuses `NotInScheme`, `WordsMissing`, `TooManyProposals`.
    """
    words = _words(title, what, why)
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        if not schemes_of(learner).filter(pk=scheme).exists():
            raise errors.NotInScheme(field="scheme")
        if Proposal.objects.filter(learner=learner, outcome=None).count() >= AT_ONCE:
            raise errors.TooManyProposals(most=AT_ONCE)
        made = Proposal.objects.create(scheme_id=scheme, learner=learner, written_at=ledger.now(), **words)
        ledger.record(events.PROPOSED.by(actor, made.subject, learner=learner.pk, scheme=scheme))
    return made


def change(proposal: UUID, *, title: str, what: str, why: str, learner: Learner, actor: Actor) -> Proposal:
    """Say it in other words, while nobody else reads it; what was held back is looked at again. Locks the proposal.

    Refuses `ProposalUnknown`, `ProposalShown`, `WordsMissing`.
    """
    words = _words(title, what, why)
    with transaction.atomic():
        found = Proposal.objects.select_for_update().filter(pk=proposal, learner=learner).first()
        if found is None:
            raise errors.ProposalUnknown()
        if found.state == Proposal.State.SHOWN:
            raise errors.ProposalShown()
        for name, said in words.items():
            setattr(found, name, said)
        found.state, found.held_back, found.looked_at, found.looked_by = Proposal.State.WAITING, "", None, None
        found.written_at = ledger.now()
        found.save()
        ledger.record(events.CHANGED.by(actor, found.subject, learner=learner.pk, scheme=found.scheme_id))
    return found


def to_look_at(scheme: Scheme, manager: SchemeManager) -> QuerySet[Proposal]:
    """What waits for this manager, the oldest first; not what they wrote themselves."""
    waiting = Proposal.objects.filter(scheme=scheme, state=Proposal.State.WAITING)
    return waiting.exclude(learner__user=manager.user_id).order_by("written_at", "id")


def show(proposal: UUID, *, closes_on: dt.date, by: SchemeManager, actor: Actor) -> Proposal:
    """Others may read it, talk about it and vote, up to and with `closes_on`. Locks the proposal.

    Refuses `ProposalUnknown` (also of another's scheme, or one's own), `LookedAtAlready`, `NoEnd`.
    """
    if not SHORTEST <= closes_on - ledger.today() <= LONGEST:
        raise errors.NoEnd(field="closes_on", shortest=SHORTEST.days, longest=LONGEST.days)
    return _look_at(proposal, None, closes_on, by, actor)


def hold_back(proposal: UUID, *, reason: HeldBack, by: SchemeManager, actor: Actor) -> Proposal:
    """Others do not read it as it is; whoever wrote it is told why and may change it. Locks the proposal.

    Refuses as `show` does, but for `NoEnd`.
    """
    return _look_at(proposal, reason, None, by, actor)


def answer(
    proposal: UUID,
    *,
    answer: ProposalOutcome.Answer | str,
    reason: str,
    rule_proposal: UUID | None = None,
    by: SchemeManager,
    actor: Actor,
) -> ProposalOutcome:
    """What the scheme does about it and why, for everybody to read, with how the votes were. Never changed, never
    deleted. Locks the proposal.

    Refuses `ProposalUnknown`, `VoteStillOpen`, `AnsweredAlready`, `WordsMissing`, `RuleChangeUnknown`.
    """
    if not (because := paragraphs(reason)):
        raise errors.WordsMissing(field="reason")
    with transaction.atomic():
        shown = Proposal.objects.shown().filter(scheme__managers=by)
        found = shown.select_for_update(of=("self",)).select_related("scheme").filter(pk=proposal).first()
        if found is None:
            raise errors.ProposalUnknown()
        if ProposalOutcome.objects.filter(pk=proposal).exists():
            raise errors.AnsweredAlready()
        assert found.closes_on is not None  # what is shown has an end
        if ledger.today() <= found.closes_on:
            raise errors.VoteStillOpen()
        changes = RuleProposal.objects.filter(scheme=found.scheme_id)
        if rule_proposal is not None and not changes.filter(pk=rule_proposal).exists():
            raise errors.RuleChangeUnknown(field="rule_proposal")
        tally = count(found)
        made = ProposalOutcome.objects.create(
            proposal=found,
            answer=answer,
            reason=because,
            rule_proposal_id=rule_proposal,
            votes_for=tally.votes_for,
            votes_against=tally.votes_against,
            votes_either=tally.votes_either,
            answered_by=by.user,
            answered_at=ledger.now(),
        )
        ledger.record(
            events.ANSWERED.by(
                actor,
                found.subject,
                learner=found.learner_id,
                scheme=found.scheme_id,
                answer=made.answer,
                rule_proposal=rule_proposal,
            )
        )
    return made


def forget_unshown(learner: Learner) -> None:
    """Whoever leaves takes along what nobody else has read. For whoever has locked the learner."""
    Comment.objects.filter(learner=learner).exclude(state=Comment.State.SHOWN).delete()
    Proposal.objects.filter(learner=learner).exclude(state=Proposal.State.SHOWN).delete()


def _look_at(
    proposal: UUID, held_back: HeldBack | None, closes_on: dt.date | None, by: SchemeManager, actor: Actor
) -> Proposal:
    with transaction.atomic():
        theirs = Proposal.objects.filter(scheme__managers=by).exclude(learner__user=by.user_id)
        found = theirs.select_for_update(of=("self",)).filter(pk=proposal).first()
        if found is None:
            raise errors.ProposalUnknown()
        if found.state != Proposal.State.WAITING:
            raise errors.LookedAtAlready()
        fields = found.look_at(held_back, by.user, ledger.now())
        found.closes_on = closes_on
        end = errors.NoEnd(field="closes_on", shortest=SHORTEST.days, longest=LONGEST.days)
        with walled_by({"shown_proposal_has_an_end": end}):
            found.save(update_fields=[*fields, "closes_on"])
        ledger.record(
            events.LOOKED_AT.by(
                actor,
                found.subject,
                learner=found.learner_id,
                scheme=found.scheme_id,
                held_back=found.held_back,
                closes_on=closes_on,
            )
        )
    return found


def _words(title: str, what: str, why: str) -> dict[str, str]:
    """As they are kept. Refuses `WordsMissing`."""
    words = {"title": one_line(title), "what": paragraphs(what), "why": paragraphs(why)}
    for name, said in words.items():
        if not said:
            raise errors.WordsMissing(field=name)
    return words

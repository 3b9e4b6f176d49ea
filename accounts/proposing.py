"""Proposing: one person wants other rules for a scheme, or a new scheme; a second one decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

import ledger
from accounts import ceilings, errors, events, schemes
from accounts.models import RuleProposal, Scheme, SchemeManager, User
from accounts.rules import parse
from accounts.scheme_files import read_file
from config.walls import walled_by
from ledger import Actor

State = RuleProposal.State


def schemes_of(manager: SchemeManager) -> QuerySet[Scheme]:
    """The schemes that somebody manages; whoever sets schemes up sees also those that wait for a second person."""
    mine = Q(managers=manager)
    if manager.sets_up:
        mine |= Q(state=Scheme.State.DRAFT)
    return Scheme.objects.filter(mine).distinct()


def propose_scheme(data: Mapping[str, Any], *, by: SchemeManager, actor: Actor) -> RuleProposal:
    """A new scheme with its rules, which opens once a second person has approved them.

    Raises RulesInvalid; refuses `MayNotSetUp`, `SchemeExists`.
    """
    if not by.sets_up:
        raise errors.MayNotSetUp()
    said = read_file(data)
    with transaction.atomic():
        scheme = schemes.create(said, actor=actor)
        by.schemes.add(scheme)
        return _propose(scheme, said.rules, scheme.opens_on, said.source, by, actor)


def propose(
    scheme: Scheme, rules: Any, *, valid_from: dt.date, source: str = "", by: SchemeManager, actor: Actor
) -> RuleProposal:
    """Other rules for a scheme from a day on.

    Raises RulesInvalid; refuses `RulesOfThePast`, `RulesOverlap`, `RulesUnchanged`, `CeilingTooLow`. Of a scheme that
    is not theirs, the caller has not heard.
    """
    wanted = parse(rules)
    if valid_from < ledger.today():
        raise errors.RulesOfThePast(field="valid_from")
    with transaction.atomic():
        ceilings.check(scheme, wanted)
        if valid_from > ledger.today() and scheme.rule_versions.filter(valid_from=valid_from).exists():
            raise errors.RulesOverlap(field="valid_from")
        before = schemes.current_rules([scheme.pk], valid_from).get(scheme.pk)
        if before is not None and before.parsed == wanted:
            raise errors.RulesUnchanged()
        return _propose(scheme, rules, valid_from, source, by, actor)


def approve(proposal: UUID, *, by: SchemeManager, actor: Actor) -> RuleProposal:
    """The second person agrees: the rules count from their day, or from today if that has passed.

    A scheme that was being set up opens. Refuses `ProposalNotFound`, `ProposalOver`, `SecondPersonNeeded`, and what
    `schemes.publish_rules` does. Locks the proposal and the scheme.
    """
    with transaction.atomic():
        found = _lock(proposal, by)
        if found.proposed_by_id == by.user_id:
            raise errors.SecondPersonNeeded()
        if found.scheme.state == Scheme.State.DRAFT:
            version = schemes.open_with(found.scheme, found.rules, source=found.source, actor=actor)
            by.schemes.add(found.scheme)
        else:
            valid_from = max(found.valid_from, ledger.today())
            version = schemes.publish_rules(
                found.scheme, found.rules, valid_from=valid_from, source=found.source, actor=actor
            )
        found.rule_version = version
        return _decide(found, State.APPROVED, by.user, actor)


def reject(proposal: UUID, *, by: SchemeManager, actor: Actor) -> RuleProposal:
    """The second person does not agree. Refuses as `approve` does. Locks the proposal."""
    with transaction.atomic():
        found = _lock(proposal, by)
        if found.proposed_by_id == by.user_id:
            raise errors.SecondPersonNeeded()
        return _decide(found, State.REJECTED, by.user, actor)


def withdraw(proposal: UUID, *, by: SchemeManager, actor: Actor) -> RuleProposal:
    """Whoever proposed rules takes them back. Refuses `ProposalNotFound` (also a colleague's), `ProposalOver`."""
    with transaction.atomic():
        found = _lock(proposal, by)
        if found.proposed_by_id != by.user_id:
            raise errors.ProposalNotFound()
        return _decide(found, State.WITHDRAWN, by.user, actor)


def _propose(
    scheme: Scheme, rules: Any, valid_from: dt.date, source: str, by: SchemeManager, actor: Actor
) -> RuleProposal:
    proposal = RuleProposal.objects.create(
        scheme=scheme,
        rules=rules,
        valid_from=valid_from,
        source=source,
        proposed_by=by.user,
        proposed_at=ledger.now(),
    )
    ledger.record(events.RULES_PROPOSED.by(actor, subject=scheme.subject, proposal=proposal.id, valid_from=valid_from))
    return proposal


def _lock(proposal: UUID, by: SchemeManager) -> RuleProposal:
    """The proposal, locked, if it is of a scheme that this person manages and still waits."""
    found = (
        RuleProposal.objects.filter(pk=proposal, scheme__in=schemes_of(by))
        .select_related("scheme")
        .select_for_update(of=("self", "scheme"), no_key=True)
        .first()
    )
    if found is None:
        raise errors.ProposalNotFound()
    if found.state != State.PROPOSED:
        raise errors.ProposalOver(state=found.get_state_display())
    return found


def _decide(proposal: RuleProposal, state: State, by: User, actor: Actor) -> RuleProposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, ledger.now()
    with walled_by({"rules_are_decided_by_a_second_person": errors.SecondPersonNeeded()}):
        proposal.save(update_fields=["state", "decided_by", "decided_at", "rule_version"])
    ledger.record(
        events.RULES_DECIDED.by(actor, subject=proposal.scheme.subject, proposal=proposal.id, outcome=state.value)
    )
    return proposal

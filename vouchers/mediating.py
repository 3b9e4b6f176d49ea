"""Mediating: somebody who runs the scheme takes a case, asks what they have to know, and decides it with reasons.

Never somebody who had a hand in it: not its learner, nor whoever advised on or approved what it is about, nor anybody
who works for the provider. What follows from a decision is in `docs/cases.md`.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from accounts import freezing
from accounts.models import Learner, LearningAccount, Scheme, User
from ledger import Actor
from ledger.models import Event
from providers.models import Staff
from vouchers import complaining, contesting, disputing, errors, events, making_good
from vouchers.cases import CaseAbout, CaseKind, CaseOutcome, CaseQuerySet, CaseState, Recovery, Side
from vouchers.models import Case, CaseEntry, Voucher
from vouchers.releasing import release


def of_schemes(schemes: list[Scheme]) -> CaseQuerySet:
    """The cases of these schemes."""
    return Case.objects.filter(scheme__in=schemes)


def take(case: UUID, *, by: User, scheme: Scheme, actor: Actor) -> Case:
    """A mediator takes a case that is open, also from a colleague. Twice is once.

    Refuses `CaseNotFound`, `CaseIsSettled`, `MediatorInvolved`. Locks the case.
    """
    with transaction.atomic():
        found = complaining.lock_open(Case.objects.filter(scheme=scheme, pk=case))
        if _had_a_hand(found, by):
            raise errors.MediatorInvolved()
        if found.mediator_id != by.pk:
            found.mediator, found.state = by, CaseState.WITH_MEDIATOR
            found.save(update_fields=["mediator", "state"])
            ledger.record(events.CASE_TAKEN.by(actor, subject=found.subject, **contesting.concerns(found)))
    return found


def ask(case: UUID, who: Side, words: str, *, by: User, scheme: Scheme, actor: Actor) -> CaseEntry:
    """The mediator asks the learner or the provider something; a provider that is asked sees the case from then on.

    Refuses `CaseNotFound`, also where there is no provider to ask; `CaseIsSettled`, `CaseNotYours`, `WordsMissing`.
    Locks the case.
    """
    with transaction.atomic():
        found = _mine(case, by, scheme)
        if who == Side.PROVIDER and found.provider_id is None:
            raise errors.CaseNotFound()
        to_provider = who == Side.PROVIDER
        entry = complaining.add(found, Side.MEDIATOR, words, author=by, to_provider=to_provider, asks=who)
        found.waits_for, found.asked_at = who, ledger.now()
        if to_provider:
            found.provider_told_at = found.provider_told_at or ledger.now()
        found.save(update_fields=["waits_for", "asked_at", "provider_told_at"])
        happened = complaining.told_provider(found, "asked", actor) if to_provider else []
        if not to_provider:
            happened = [events.CASE_ASKED.by(actor, subject=found.subject, **contesting.concerns(found))]
        ledger.record(*happened)
    return entry


def settle(case: UUID, *, upheld: bool, reasons: str, by: User, scheme: Scheme, actor: Actor) -> Case:
    """The mediator decides, with reasons that the learner reads, and what follows is done at once.

    Upheld: a voucher that was not them ends, and its money goes back where it came from; a disputed step is undone.
    Not upheld: what was frozen goes on, its deadlines later by as long as it stood still; a disputed step is confirmed.
    Refuses `CaseNotFound`, `CaseIsSettled`, `CaseNotYours`, `MediatorInvolved`, `WordsMissing`.
    Locks the case, its learning account where it is about that, the vouchers, then what `ledger.post` locks.
    """
    with transaction.atomic():
        found = _mine(case, by, scheme)
        if _had_a_hand(found, by):
            raise errors.MediatorInvolved()
        # A provider that was told of a complaint or a dispute reads how it ended.
        shown = found.kind != CaseKind.NOT_ME and found.provider_told_at is not None
        complaining.add(found, Side.MEDIATOR, reasons, author=by, to_provider=shown)
        return _end(found, CaseOutcome.UPHELD if upheld else CaseOutcome.NOT_UPHELD, actor)


def withdraw(case: UUID, *, learner: Learner, actor: Actor) -> Case:
    """The learner takes a case back that is open: what it held goes on. Refuses `CaseNotFound`, `CaseIsSettled`.

    Locks as `settle`.
    """
    with transaction.atomic():
        found = complaining.lock_open(Case.objects.of_learner(learner).filter(pk=case))
        return _end(found, CaseOutcome.WITHDRAWN, actor)


def recover(case: UUID, *, from_provider: bool, reasons: str, by: User, scheme: Scheme, actor: Actor) -> Case:
    """Decide who bears what a provider had been paid before the case was upheld: the provider, or the scheme.

    From the provider it comes off its next payouts. The vouchers, frozen until now, are released.
    Refuses `CaseNotFound`, `NothingToRecover`, `MediatorInvolved`, `WordsMissing`. Locks as `settle`.
    """
    with transaction.atomic():
        found = complaining.lock(Case.objects.filter(scheme=scheme, pk=case))
        if found.recovery != Recovery.DUE:
            raise errors.NothingToRecover()
        if _had_a_hand(found, by):
            raise errors.MediatorInvolved()
        vouchers = _vouchers(found)
        complaining.add(found, Side.MEDIATOR, reasons, author=by, to_provider=found.provider_told_at is not None)
        found.recovery = Recovery.CLAWED_BACK if from_provider else Recovery.BORNE
        found.save(update_fields=["recovery"])
        amount_minor = making_good.stood_in_minor(found)
        happened = events.CASE_RECOVERED.by(
            actor,
            subject=found.subject,
            recovery=found.recovery,
            amount_minor=amount_minor,
            **contesting.concerns(found),
        )
        if from_provider:
            making_good.claw_back(found, happened=[happened], actor=actor)
        else:
            ledger.record(happened)
        release(vouchers, found, since=found.opened_at, actor=actor)
    return found


def _end(case: Case, outcome: CaseOutcome, actor: Actor) -> Case:
    account = _account(case)
    vouchers = _vouchers(case)
    case.state, case.outcome, case.settled_at = CaseState.SETTLED, outcome, ledger.now()
    case.waits_for, case.asked_at = "", None
    undone = case.kind == CaseKind.NOT_ME and outcome == CaseOutcome.UPHELD
    # Before anything is posted: the event says whether a provider was paid what the scheme then stands in for.
    if undone and making_good.was_paid(vouchers):
        case.recovery = Recovery.DUE
    case.save(update_fields=["state", "outcome", "settled_at", "waits_for", "asked_at", "recovery"])
    settled = events.CASE_SETTLED.by(
        actor, subject=case.subject, outcome=outcome, recovery=case.recovery, **contesting.concerns(case)
    )
    happened = [settled, *complaining.told_provider(case, "settled", actor)]
    if undone:
        making_good.undo(vouchers, case, happened=happened, actor=actor)
        if case.recovery != Recovery.DUE:
            release(vouchers, case, since=case.opened_at, actor=actor)
        return case
    ledger.record(*happened)
    if case.kind == CaseKind.COMPLAINT:
        return case
    if account is not None:
        freezing.release(account, actor=actor)
    if case.kind == CaseKind.DISPUTE:
        disputing.decide(case, vouchers[0], actor=actor)
    release(vouchers, case, since=case.opened_at, actor=actor)
    return case


def _mine(case: UUID, by: User, scheme: Scheme) -> Case:
    """An open case that this mediator has taken, locked."""
    found = complaining.lock_open(Case.objects.filter(scheme=scheme, pk=case))
    if found.mediator_id != by.pk:
        raise errors.CaseNotYours()
    return found


def _account(case: Case) -> LearningAccount | None:
    """The learning account that a case is about as a whole, locked."""
    if case.about != CaseAbout.ACCOUNT:
        return None
    return LearningAccount.objects.select_for_update(no_key=True).get(cases=case)


def _vouchers(case: Case) -> list[Voucher]:
    """The vouchers that a case holds, locked in id order: none for a complaint."""
    if case.kind == CaseKind.COMPLAINT:
        return []
    if case.about == CaseAbout.ACCOUNT:
        assert case.learning_account is not None
        return contesting.of_account(case.learning_account)
    return list(Voucher.objects.lock_ids([case.voucher_id] if case.voucher_id else []).values())


def _had_a_hand(case: Case, by: User) -> bool:
    """Whether this person is the learner, advised on or approved what the case is about, or works for its provider."""
    if case.learner.user_id == by.pk:
        return True
    mine = Voucher.objects.filter(learning_account=case.learning_account_id)
    if case.voucher_id:
        mine = mine.filter(pk=case.voucher_id)
    concerned = list(mine.values_list("reference", "provider"))
    providers = {provider for _reference, provider in concerned if case.kind != CaseKind.COMPLAINT}
    providers |= {case.provider_id} if case.provider_id else set()
    if Staff.objects.current().filter(user=by, provider__in=providers).exists():
        return True
    subjects = {reference for reference, _provider in concerned}
    if case.about == CaseAbout.ACCOUNT and case.learning_account is not None:
        subjects.add(case.learning_account.subject)
    return Event.objects.filter(subject__in=subjects, actor=f"user:{by.pk}").exists()

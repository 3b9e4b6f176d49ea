"""Complaining: a learner says what is not right, and everybody concerned says their part, in words that are kept."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner, LearningAccount, User
from ledger import Actor
from providers.models import Provider
from vouchers import contesting, errors, events
from vouchers.cases import CaseAbout, CaseKind, CaseQuerySet, Side
from vouchers.models import Case, CaseEntry, Milestone, Voucher


def complain(
    about: CaseAbout,
    words: str,
    *,
    learner: Learner,
    account: UUID,
    voucher: UUID | None = None,
    actor: Actor,
) -> Case:
    """A learner's complaint about a voucher, its provider, their adviser or the service; nothing is stopped by it.

    `account` is the learning account whose scheme answers; `voucher` the one it is about, or through which they know
    the provider, who reads it then and may answer. Refuses `WordsMissing`, `VoucherNotFound`.
    """
    with transaction.atomic():
        mine = LearningAccount.objects.filter(learner=learner).select_related("scheme")
        bought = None
        if about in (CaseAbout.VOUCHER, CaseAbout.PROVIDER):
            bought = Voucher.objects.of_learner(learner).filter(pk__in=[voucher]).select_related("provider").first()
            if bought is None:
                raise errors.VoucherNotFound(field="voucher")
            account = bought.learning_account_id
        whose = mine.filter(pk=account).first()
        if whose is None:
            raise errors.VoucherNotFound(field="account")
        case = contesting.opened(CaseKind.COMPLAINT, about, account=whose)
        case.voucher = bought if about == CaseAbout.VOUCHER else None
        case.provider = bought.provider if bought else None
        return start(case, words, by=learner.user, actor=actor)


def start(case: Case, words: str, *, by: User | None, actor: Actor, milestone: Milestone | None = None) -> Case:
    """Save a new case with the learner's words; its provider, if it has one, is told."""
    case.milestone = milestone
    case.provider_told_at = ledger.now() if case.provider_id else None
    case.save(force_insert=True)
    add(case, Side.LEARNER, words, author=by, to_provider=bool(case.provider_id))
    ledger.record(contesting.told(case, actor), *told_provider(case, "opened", actor))
    return case


def say(case: UUID, words: str, *, learner: Learner, actor: Actor) -> CaseEntry:
    """The learner adds to their case, or answers what they were asked: the clock goes on from there.

    Refuses `CaseNotFound`, `CaseIsSettled`, `WordsMissing`. Locks the case.
    """
    with transaction.atomic():
        found = lock_open(Case.objects.of_learner(learner).filter(pk=case))
        # What the learner says of a provider the provider reads; of a voucher that was not them, it does not.
        shown = found.kind != CaseKind.NOT_ME and found.provider_told_at is not None
        return _said(found, Side.LEARNER, words, author=learner.user, to_provider=shown, actor=actor)


def answer(case: UUID, words: str, *, by: Provider, author: User, actor: Actor) -> CaseEntry:
    """A provider says its part in a case that it was told of. Refuses and locks as `say`."""
    with transaction.atomic():
        found = lock_open(Case.objects.shown_to(by).filter(pk=case))
        return _said(found, Side.PROVIDER, words, author=author, to_provider=True, actor=actor)


def speak_for(case: UUID, words: str, *, author: User, actor: Actor) -> CaseEntry:
    """An adviser says something for the learner, who wished it. It is read by whoever reads what the learner says.

    For whoever knows of the wish. Refuses and locks as `say`.
    """
    with transaction.atomic():
        found = lock_open(Case.objects.filter(pk=case))
        shown = found.kind != CaseKind.NOT_ME and found.provider_told_at is not None
        return _said(found, Side.ADVISER, words, author=author, to_provider=shown, actor=actor)


def add(case: Case, side: Side, words: str, *, author: User | None, to_provider: bool, asks: str = "") -> CaseEntry:
    """Keep what somebody said. Refuses `WordsMissing`."""
    if not words.strip():
        raise errors.WordsMissing(field="words")
    return CaseEntry.objects.create(
        case=case,
        side=side,
        author=author,
        words=words.strip(),
        asks=asks,
        to_provider=to_provider,
        made_at=ledger.now(),
    )


def lock_open(cases: CaseQuerySet) -> Case:
    """The one case of these, locked. Refuses `CaseNotFound`, `CaseIsSettled`."""
    found = lock(cases)
    if not found.is_open:
        raise errors.CaseIsSettled()
    return found


def lock(cases: CaseQuerySet) -> Case:
    """The one case of these, locked, whatever its state. Refuses `CaseNotFound`."""
    locked = cases.select_related("scheme", "learning_account__scheme", "learner")
    found = locked.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise errors.CaseNotFound()
    return found


def told_provider(case: Case, step: str, actor: Actor) -> list[ledger.Event]:
    """The event that a case's provider is told of a step of it; none where it was told nothing."""
    if case.provider_told_at is None:
        return []
    about = {"case_kind": case.kind, "voucher": case.voucher_id, "scheme": case.scheme_id}
    told = events.CASE_TOLD_PROVIDER.by(actor, subject=case.subject, provider=case.provider_id, step=step, **about)
    return [told]


def _said(case: Case, side: Side, words: str, *, author: User | None, to_provider: bool, actor: Actor) -> CaseEntry:
    entry = add(case, side, words, author=author, to_provider=to_provider)
    if case.waits_for == side:
        if side == Side.LEARNER and case.asked_at is not None:
            case.answer_by += ledger.now() - case.asked_at
        case.waits_for, case.asked_at = "", None
        case.save(update_fields=["waits_for", "asked_at", "answer_by"])
    ledger.record(
        events.CASE_ANSWERED.by(
            actor, subject=case.subject, side=side, answer_by=case.answer_by, **contesting.concerns(case)
        )
    )
    return entry

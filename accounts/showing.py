"""Showing: a learner sends in a copy of a document that a scheme wants as proof; somebody looks at it, and it is gone.

What stays of a document that proves something is what `accounts.proving` keeps: that it was seen.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts import errors, events
from accounts.circumstances import Criterion, Document
from accounts.models import Checker, Copy, Evidence, Learner, LearningAccount, Scheme, SchemeManager, User
from accounts.models.copies import FOLDER
from accounts.proposing import schemes_of
from accounts.proving import record_evidence
from accounts.rules import Proof
from accounts.schemes import current_rules, on_offer
from config.uploads import MOST_BYTES, MediaType, media_type, redrawn, stored
from config.walls import walled_by
from ledger import Actor, EventKind

State = Copy.State
# A copy that nobody has looked at by then lies about for nothing. It is longer than any scheme's wait for an answer.
WAITS = dt.timedelta(days=30)
# How long a learner can read why theirs was not taken.
TOLD = dt.timedelta(days=90)


def wanted(learner: Learner, scheme: Scheme, criterion: str, on: dt.date) -> Proof:
    """The proof that this scheme, which the learner is in or could join, wants of this criterion on that day.

    Refuses `CopyNotFound` where it wants none.
    """
    version = current_rules({scheme.pk}, on).get(scheme.pk)
    joined = LearningAccount.objects.filter(learner=learner, scheme=scheme).exists()
    if version is not None and (joined or scheme in on_offer(on)):
        for proof in version.parsed.proofs:
            if proof.criterion == criterion:
                return proof
    raise errors.CopyNotFound()


def show(content: bytes, document: Document, *, criterion: str, scheme: Scheme, learner: Learner, actor: Actor) -> Copy:
    """Send in a copy; another one for the same proof, looked at or not, makes way for it.

    Refuses `CopyNotFound` (the scheme does not want it), `DocumentNotTaken`, `CopyTooLarge`, `CopyNotReadable`.
    Locks the learner. A picture is kept as it is drawn anew (`config.uploads.redrawn`).
    """
    proof = wanted(learner, scheme, criterion, ledger.today())
    if document not in proof.documents:
        raise errors.DocumentNotTaken(field="document", criterion=criterion, documents=proof.documents)
    kept, kind = _readable(content)
    with stored(kept, kind, FOLDER) as name, transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        for before in Copy.objects.filter(learner=learner, scheme=scheme, criterion=criterion):
            _remove(before)
        copy = Copy(
            learner=learner,
            scheme=scheme,
            criterion=criterion,
            document=document,
            checker=Checker(proof.checked_by),
            file=name,
            media_type=kind,
            sent_at=ledger.now(),
        )
        with walled_by({"one_copy_a_proof": errors.CopyNotFound()}):
            copy.save(force_insert=True)
        _record(events.COPY_SENT, copy, actor)
    return copy


def take_back(copy: UUID, *, learner: Learner, actor: Actor) -> None:
    """The learner wants it looked at no more: it is deleted. Refuses `CopyNotFound`. Locks the copy."""
    with transaction.atomic():
        found = _locked(copy, Copy.objects.filter(learner=learner))
        _record(events.COPY_TAKEN_BACK, found, actor)
        _remove(found)


def for_scheme(manager: SchemeManager) -> QuerySet[Copy]:
    """What waits for somebody who runs one of this manager's schemes, the oldest first."""
    theirs = Copy.objects.waiting().filter(checker=Checker.SCHEME, scheme__in=schemes_of(manager))
    return theirs.exclude(learner__user=manager.user_id)


def accept(copy: UUID, document: Document, *, among: QuerySet[Copy], by: User, actor: Actor) -> Evidence:
    """It is this document, and proves what it was sent for: that is kept, and the copy deleted.

    `among` are those that `by` has to decide about: `for_scheme`, or of an adviser `brokerage.witnessing.copies_for`.
    Refuses `CopyNotFound` (also when another of the learner's has taken its place), and what `record_evidence` does.
    Locks the copy.
    """
    with transaction.atomic():
        found = _locked(copy, among)
        evidence = record_evidence(
            found.learner,
            Criterion(found.criterion),
            document,
            by=by,
            checker="scheme" if found.checker == Checker.SCHEME else "adviser",
            actor=actor,
        )
        _record(events.COPY_ACCEPTED, found, actor)
        _remove(found)
    return evidence


def turn_down(copy: UUID, reason: str, *, among: QuerySet[Copy], by: User, actor: Actor) -> Copy:
    """It is not good enough, for a reason that the learner reads; the file is deleted. `among` as for `accept`.

    Refuses `CopyNotFound`, `OwnEvidence`, `ReasonMissing`. Locks the copy.
    """
    if not (said := reason.strip()):
        raise errors.ReasonMissing(field="reason")
    with transaction.atomic():
        found = _locked(copy, among)
        if found.learner.user_id == by.pk:
            raise errors.OwnEvidence()
        found.decided_by, found.reason = by, said
        return _end(found, State.TURNED_DOWN, events.COPY_TURNED_DOWN, actor)


def let_go(*, actor: Actor) -> int:
    """Delete the files that nobody looked at within `WAITS`, and what was `TOLD` for long enough; how many files.

    Each is its own transaction, under its own lock. Can run twice.
    """
    now, gone = ledger.now(), 0
    Copy.objects.exclude(state=State.WAITING).filter(decided_at__lt=now - TOLD).delete()
    for pk in list(Copy.objects.waiting().filter(sent_at__lt=now - WAITS).values_list("pk", flat=True)):
        with transaction.atomic():
            late = Copy.objects.waiting().select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if late is not None:
                _end(late, State.LAPSED, events.COPY_LAPSED, actor)
                gone += 1
    return gone


def _readable(content: bytes) -> tuple[bytes, MediaType]:
    """What is kept of an upload, and what it is."""
    if len(content) > MOST_BYTES:
        raise errors.CopyTooLarge(field="file", megabytes=MOST_BYTES // 1024**2)
    kind = media_type(content)
    kept = content if kind is MediaType.PDF else redrawn(content, kind) if kind else None
    if kept is None or kind is None:
        raise errors.CopyNotReadable(field="file")
    return kept, kind


def _locked(copy: UUID, among: QuerySet[Copy]) -> Copy:
    waiting = among.filter(state=State.WAITING).select_related("learner")
    found = waiting.select_for_update(of=("self",)).filter(pk=copy).first()
    if found is None:
        raise errors.CopyNotFound()
    return found


def _end(copy: Copy, state: State, kind: EventKind, actor: Actor) -> Copy:
    _forget_file(copy)
    copy.state, copy.file, copy.decided_at = state, "", ledger.now()
    copy.save(update_fields=["state", "file", "decided_at", "decided_by", "reason"])
    _record(kind, copy, actor)
    return copy


def _remove(copy: Copy) -> None:
    _forget_file(copy)
    copy.delete()


def _forget_file(copy: Copy) -> None:
    """Once it is certain that nobody needs it."""
    if copy.file:
        transaction.on_commit(partial(default_storage.delete, str(copy.file)))


def _record(kind: EventKind, copy: Copy, actor: Actor) -> None:
    """Not which document it is: of a medical letter, the log would say more than anybody needs, and for ever."""
    happened = {"learner": copy.learner_id, "scheme": copy.scheme_id, "criterion": copy.criterion}
    ledger.record(kind.by(actor, subject=f"copy:{copy.pk}", **happened))

"""Witnessing: an adviser has seen a document of a learner whom they have to do with."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.circumstances import Criterion, Document
from accounts.models import Checker, Copy, Evidence, Learner
from accounts.proving import record_evidence
from brokerage import errors
from brokerage.models import Adviser, Request
from ledger import Actor


def witness(learner: UUID, criterion: Criterion, document: Document, *, by: Adviser, actor: Actor) -> Evidence:
    """Keep that this adviser saw the document, as the scheme's rules ask.

    Refuses `LearnerNotFound` (also when they exist and are not this adviser's), and what
    `accounts.proving.record_evidence` refuses.
    """
    with transaction.atomic():
        found = theirs(by).filter(pk=learner).first()
        if found is None:
            raise errors.LearnerNotFound()
        return record_evidence(found, criterion, document, by=by.user, actor=actor)


def copies_for(adviser: Adviser) -> QuerySet[Copy]:
    """The documents that these learners sent in for an adviser to look at, the oldest first; never their own."""
    waiting = Copy.objects.waiting().filter(checker=Checker.ADVISER, learner__in=theirs(adviser))
    return waiting.exclude(learner__user=adviser.user_id)


def theirs(adviser: Adviser) -> QuerySet[Learner]:
    """The learners whom an adviser has to do with now: named for them, waiting on their desk, or covered for."""
    waiting = Request.objects.on_the_desk_of(adviser).waiting().order_by()
    named = Q(caseload__adviser=adviser) | Q(caseload__adviser__cover=adviser) | Q(caseload__adviser__stand_in=adviser)
    return Learner.objects.filter(named | Q(pk__in=waiting.values("learner")))

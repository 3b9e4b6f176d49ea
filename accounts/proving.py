"""Proving: somebody saw a document that proves what a learner says of themselves, where a scheme's rules want proof.

Only that it was seen is kept, by whom, when, and until when it is good: never the document, nor a number from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.circumstances import Circumstances, Criterion, Document
from accounts.eligibility import assess_group
from accounts.models import Evidence, Learner, LearningAccount, User
from accounts.rules import Proof, Rules, Who
from accounts.schemes import current_rules, on_offer
from ledger import Actor

Checker = Literal["adviser", "scheme"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A proof that rules want, and the last document seen that they take for it, if any. `holds`: and it is good."""

    proof: Proof
    seen: Evidence | None
    holds: bool


def record_evidence(
    learner: Learner,
    criterion: Criterion,
    document: Document,
    *,
    by: User,
    checker: Checker = "adviser",
    actor: Actor,
) -> Evidence:
    """Keep that `by` saw this document, which proves this criterion of the learner; `checker` is what they are.

    Asked are the rules of the day of the schemes that the learner is in, and of those that they could still join. One
    document may serve several, and each may want to see it again after another time: it is good until the earliest of
    those, so that nobody's proof is ever older than their scheme allows, and some are asked a little sooner than theirs
    would. None of them lapses: nor does the evidence.

    Refuses `OwnEvidence`, `ProofNotAsked`, `DocumentNotTaken`. Whether `by` has to do with the learner is for the
    caller to know (`brokerage.witnessing`).
    """
    if learner.user_id == by.pk:
        raise errors.OwnEvidence()
    with transaction.atomic():
        today = ledger.today()
        asked = [
            proof for proof in _proofs(learner.pk, today) if (proof.criterion, proof.checked_by) == (criterion, checker)
        ]
        if not asked:
            raise errors.ProofNotAsked(field="criterion", criterion=criterion)
        taking = [proof for proof in asked if document in proof.documents]
        if not taking:
            taken = {document for proof in asked for document in proof.documents}
            raise errors.DocumentNotTaken(field="document", criterion=criterion, documents=sorted(taken))
        evidence = Evidence.objects.create(
            learner=learner,
            criterion=criterion,
            document=document,
            checked_by=by,
            checked_at=ledger.now(),
            valid_until=_valid_until(taking, today),
        )
        ledger.record(
            # Not which document: of a medical letter, the log would say more than anybody needs, and for ever.
            events.EVIDENCE_SEEN.by(
                actor,
                subject=learner.subject,
                learner=learner.pk,
                evidence=evidence.pk,
                criterion=criterion,
                valid_until=evidence.valid_until,
            )
        )
    return evidence


def standing(learner: UUID, rules: Rules, on: dt.date) -> list[Standing]:
    """Each proof that these rules want, and how the learner stands. One query, and none where they want none."""
    if not rules.proofs:
        return []
    seen = list(Evidence.objects.filter(learner=learner).select_related("checked_by").order_by("checked_at", "id"))
    found = []
    for proof in rules.proofs:
        fitting = [one for one in seen if one.criterion == proof.criterion and one.document in proof.documents]
        last = fitting[-1] if fitting else None
        found.append(Standing(proof, last, last is not None and _is_good(last, on)))
    return found


def still_needed(person: Circumstances, rules: Rules, on: dt.date) -> list[tuple[str, Proof]]:
    """What this person has to show so that everything counts for them that they say: a sentence each, with its proof.

    Only what makes a difference: of a group that they are not in anyway, nobody wants to see a proof. Pure.
    """
    needed: dict[str, str] = {}
    for group in _groups(rules):
        reasons = assess_group(person, group, rules.proofs, on).reasons
        if all(reason.code in ("proof", "proof_lapsed") for reason in reasons):
            needed |= {reason.facts["criterion"]: reason.sentence for reason in reasons}
    return [(needed[proof.criterion], proof) for proof in rules.proofs if proof.criterion in needed]


def _groups(rules: Rules) -> Iterator[Who]:
    """Every group of people that these rules treat in a way of its own."""
    yield rules.who
    for award in rules.awards:
        yield award.who
        yield from (more.who for more in award.more)
    yield from (band.who for band in rules.price.bands)
    yield from rules.price.fee_exempt


def _proofs(learner: UUID, today: dt.date) -> list[Proof]:
    """What is asked by the schemes that the learner is in, and by those that take new learners."""
    joined = LearningAccount.objects.filter(learner=learner).values_list("scheme", flat=True)
    asking = {scheme: version.parsed for scheme, version in current_rules(set(joined), today).items()}
    asking |= {scheme.pk: rules for scheme, rules in on_offer(today).items()}
    return [proof for rules in asking.values() for proof in rules.proofs]


def _valid_until(proofs: Collection[Proof], today: dt.date) -> dt.date | None:
    days = [proof.lasts_days for proof in proofs if proof.lasts_days is not None]
    return today + dt.timedelta(days=min(days)) if days else None


def _is_good(evidence: Evidence, on: dt.date) -> bool:
    return evidence.valid_until is None or on <= evidence.valid_until

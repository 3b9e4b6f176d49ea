"""Opening: an eligible learner gets a learning account in a scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.circumstances import Circumstances
from accounts.eligibility import Assessment, assess
from accounts.models import Evidence, Learner, LearningAccount, RuleVersion, Scheme
from accounts.rules import Rules
from accounts.schemes import current_rules, on_offer
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor


def open_learning_accounts(
    wanted: Sequence[tuple[Learner, Scheme]], *, actor: Actor
) -> list[LearningAccount | Refusal]:
    """Open accounts for those whom the rules of the day have room for, each judged on its own.

    The answer is in the order of `wanted`. Refuses `SchemeClosed`, `AlreadyOpen`, `NotEligible` (with every reason,
    and the schemes there are instead). A fixed number of queries.
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        versions = current_rules({scheme.pk for _learner, scheme in wanted}, today)
        taken = _taken(learner for learner, _scheme in wanted)
        people = _people([learner for learner, _scheme in wanted], [version.parsed for version in versions.values()])
        judged: list[LearningAccount | Refusal | Assessment] = []
        for learner, scheme in wanted:
            answer = _judge((learner.pk, scheme.pk), people[learner.pk], scheme, versions.get(scheme.pk), taken, today)
            if isinstance(answer, Assessment) and answer.eligible:
                judged.append(LearningAccount(id=uuid7(), learner=learner, scheme=scheme, opened_at=now))
                taken.add((learner.pk, scheme.pk))
            else:
                judged.append(answer)
        opened = _store([answer for answer in judged if isinstance(answer, LearningAccount)], actor)
        against = zip(wanted, judged, strict=True)
        refused = iter(
            not_eligible([(*pair, answer) for pair, answer in against if isinstance(answer, Assessment)], today)
        )
    return [_answer(next(refused) if isinstance(answer, Assessment) else answer, opened) for answer in judged]


def open_to(learner: Learner, on: dt.date) -> list[Scheme]:
    """The schemes that this learner could have an account in on that day, by name. Two queries."""
    offered = on_offer(on)
    return _open_to(_people([learner], offered.values())[learner.pk], offered, on)


def alternatives(learner: Learner, on: dt.date) -> list[Scheme]:
    """The schemes that this learner could join on that day and has not joined, by name. Three queries."""
    taken = _taken([learner])
    return [scheme for scheme in open_to(learner, on) if (learner.pk, scheme.pk) not in taken]


def not_eligible(assessed: Sequence[tuple[Learner, Scheme, Assessment]], on: dt.date) -> list[errors.NotEligible]:
    """Refusals with all their reasons and the schemes that each learner could join instead. Three queries, or none."""
    if not assessed:
        return []
    offered, taken = on_offer(on), _taken(learner for learner, _scheme, _assessment in assessed)
    people = _people([learner for learner, _scheme, _assessment in assessed], offered.values())
    return [
        errors.NotEligible(
            scheme=scheme.name,
            reasons=assessment.reasons,
            alternatives=[
                other.name for other in _open_to(people[learner.pk], offered, on) if (learner.pk, other.pk) not in taken
            ],
        )
        for learner, scheme, assessment in assessed
    ]


def _judge(
    key: tuple[UUID, UUID],
    person: Circumstances,
    scheme: Scheme,
    version: RuleVersion | None,
    taken: set[tuple[UUID, UUID]],
    today: dt.date,
) -> Refusal | Assessment:
    # The scheme as it is now, not as it was when the caller read it.
    if version is None or not version.scheme.takes_new(today):
        return errors.SchemeClosed(scheme=scheme.name)
    if key in taken:
        return errors.AlreadyOpen()
    return assess(person, version.parsed, today)


def _answer(answer: LearningAccount | Refusal, opened: set[UUID]) -> LearningAccount | Refusal:
    """The constraint has decided against somebody who opens the same account at the same instant."""
    if isinstance(answer, LearningAccount) and answer.pk not in opened:
        return errors.AlreadyOpen()
    return answer


def _people(learners: Sequence[Learner], rules: Iterable[Rules]) -> dict[UUID, Circumstances]:
    """These learners as those rules see them, with what was proven of them where they ask. One query at most."""
    proven = Evidence.objects.proven({learner.pk for learner in learners}, rules)
    return {learner.pk: learner.circumstances(proven.get(learner.pk)) for learner in learners}


def _open_to(person: Circumstances, offered: Mapping[Scheme, Rules], on: dt.date) -> list[Scheme]:
    return [scheme for scheme, rules in offered.items() if assess(person, rules, on).eligible]


def _taken(learners: Iterable[Learner]) -> set[tuple[UUID, UUID]]:
    """The (learner, scheme) pairs of these learners for which there is an account."""
    found = LearningAccount.objects.filter(learner__in=[learner.pk for learner in learners])
    return set(found.values_list("learner_id", "scheme_id"))


def _store(accounts: Sequence[LearningAccount], actor: Actor) -> set[UUID]:
    """The ids of those that are new."""
    if not accounts:
        return set()
    LearningAccount.objects.bulk_create(accounts, ignore_conflicts=True)
    ids = [account.pk for account in accounts]
    opened = set(LearningAccount.objects.filter(pk__in=ids).values_list("pk", flat=True))
    ledger.record(
        *(
            events.ACCOUNT_OPENED.by(
                actor, subject=account.subject, learner=account.learner_id, scheme=account.scheme_id
            )
            for account in accounts
            if account.pk in opened
        )
    )
    return opened

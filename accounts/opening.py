"""Opening: an eligible learner gets a learning account in a scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import ledger
from accounts import errors, events
from accounts.eligibility import assess
from accounts.models import Learner, LearningAccount, Scheme
from accounts.rules import Rules
from accounts.schemes import current_rules
from config.refusals import Refusal
from ledger import Actor


def open_learning_accounts(
    wanted: Sequence[tuple[Learner, Scheme]], *, actor: Actor
) -> list[LearningAccount | Refusal]:
    """Open accounts for those whom the rules of the day have room for, each judged on its own.

    Refuses `SchemeClosed`, `AlreadyOpen`, `NotEligible` (with every reason, and the schemes there are instead).
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        rules = current_rules({scheme.pk for _learner, scheme in wanted}, today)
        opened: list[LearningAccount] = []
        taken = set(
            LearningAccount.objects.filter(learner__in=[learner.pk for learner, _scheme in wanted]).values_list(
                "learner_id", "scheme_id"
            )
        )
        answers: list[LearningAccount | Refusal] = []
        for learner, scheme in wanted:
            answer: LearningAccount | Refusal | None = _refusal(learner, scheme, rules[scheme.pk].parsed, taken, today)
            if answer is None:
                answer = LearningAccount(learner=learner, scheme=scheme, opened_at=now)
                opened.append(answer)
                taken.add((learner.pk, scheme.pk))
            answers.append(answer)
        LearningAccount.objects.bulk_create(opened)
        ledger.record(
            *(
                events.ACCOUNT_OPENED.by(
                    actor, subject=account.subject, learner=account.learner_id, scheme=account.scheme_id
                )
                for account in opened
            )
        )
    return answers


def open_to(learner: Learner, on: dt.date) -> list[Scheme]:
    """The schemes that this learner could have an account in on that day."""
    schemes = {scheme.pk: scheme for scheme in Scheme.objects.filter(state=Scheme.State.OPEN, opens_on__lte=on)}
    rules = current_rules(set(schemes), on)
    return [
        scheme
        for scheme in schemes.values()
        if scheme.pk in rules and assess(learner, rules[scheme.pk].parsed, on).eligible
    ]


def _refusal(
    learner: Learner, scheme: Scheme, rules: Rules, taken: set[tuple[UUID, UUID]], today: dt.date
) -> Refusal | None:
    if scheme.state != Scheme.State.OPEN or not scheme.opens_on <= today <= (scheme.closes_on or today):
        return errors.SchemeClosed(scheme=scheme.name)
    if (learner.pk, scheme.pk) in taken:
        return errors.AlreadyOpen()
    assessment = assess(learner, rules, today)
    if assessment.eligible:
        return None
    others = ", ".join(other.name for other in open_to(learner, today))
    return errors.NotEligible(
        scheme=scheme.name,
        why=" ".join(reason.sentence for reason in assessment.reasons),
        instead=_("You could have an account in: {schemes}.").format(schemes=others)
        if others
        else _("An adviser can tell you what else there is, free of charge."),
    )

"""Telling: a learner says what schemes ask about them, and says it anew when it changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import ledger
from accounts import errors, events
from accounts.circumstances import Benefit, Criterion, Employment, Need
from accounts.models import Evidence, Learner
from ledger import Actor

# What a learner says by themselves, and where it is kept. Not when they were born or where they live: that is who they
# signed up as.
TOLD = {
    Criterion.QUALIFICATION: "qualification_level",
    Criterion.EMPLOYMENT: "employment",
    Criterion.BENEFITS: "benefits",
    Criterion.NEEDS: "needs",
    Criterion.INCOME: "income_minor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A learner's own answers, as `accounts.circumstances.Circumstances` has them."""

    qualification_level: int | None = None
    employment: str = ""
    benefits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    income_minor: int | None = None


def tell(learner: Learner, told: Told, *, actor: Actor) -> Learner:
    """Keep what the learner says of themselves; what was priced or decided before stays as it was.

    The event names what changed, and not to what. Nothing new is nothing at all. Refuses `PersonInvalid` for a code
    that there is not, and `AnswerProven` where it would change what somebody has seen a document for. Locks the
    learner.
    """
    _check(told)
    with transaction.atomic():
        locked = Learner.objects.select_for_update().get(pk=learner.pk)
        new = {field: _kept(getattr(told, field)) for field in TOLD.values()}
        changed = {criterion: field for criterion, field in TOLD.items() if _kept(getattr(locked, field)) != new[field]}
        if not changed:
            return locked
        proven = Evidence.objects.filter(learner=locked, criterion__in=changed).order_by("criterion").first()
        if proven is not None:
            raise errors.AnswerProven(field=changed[Criterion(proven.criterion)], criterion=proven.criterion)
        for field in changed.values():
            setattr(locked, field, new[field])
        locked.save(update_fields=list(changed.values()))
        ledger.record(
            events.LEARNER_TOLD.by(actor, subject=locked.subject, learner=locked.pk, criteria=sorted(changed))
        )
    return locked


def _kept(answer: object) -> object:
    return sorted(answer) if isinstance(answer, list | tuple) else answer


def _check(told: Told) -> None:
    level, income = told.qualification_level, told.income_minor
    wrong = {
        "qualification_level": level is not None and not 0 <= level <= 8,
        "employment": told.employment not in Employment.values,
        "benefits": not set(told.benefits) <= set(Benefit.values),
        "needs": not set(told.needs) <= set(Need.values),
        "income_minor": income is not None and income < 0,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise errors.PersonInvalid(field=field, why=_("choose from the list."))

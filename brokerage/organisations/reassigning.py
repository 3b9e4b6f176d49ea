"""Reassigning: a learner has another adviser, without giving a reason, and what waits goes along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

import ledger
from accounts.models import Learner
from brokerage import assigning
from brokerage.models import WAITING, Adviser, Caseload, GuidanceOrganisation, Request
from brokerage.organisation_models import AdviserChange, Interest
from brokerage.organisations import errors, events, handing_over
from brokerage.talking import booking, calling_back
from config.walls import walled_by
from ledger import Actor

# As often as somebody may need to find the right person; more often would leave nobody who knows them.
MOST_CHANGES = 3
COUNTED_FOR = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a learner chooses: this adviser, else anybody of this organisation, else anybody at all."""

    adviser: Adviser | None = None
    organisation: GuidanceOrganisation | None = None


def may_choose(learner: Learner) -> QuerySet[Any]:
    """Advisers with a place who may broker, but theirs, themselves and their family: by name, since nothing ranks
    advisers."""
    family = Interest.objects.against(learner.pk).values("adviser")
    return (
        assigning.with_a_place(assigning.brokering(ledger.today()))
        .exclude(pk__in=family)
        .exclude(user=learner.user_id)
        .exclude(caseload__learner=learner)
        .select_related("user", "organisation", "stand_in__user")
        .order_by("user__name", "id")
    )


def change_adviser(learner: Learner, choice: Choice, *, actor: Actor) -> Caseload:
    """The learner's own choice: from now on this adviser has them, and everything they asked; the former one sees
    nothing of it any more. What waits has as long to be answered as when it was asked.

    Refuses `TooManyChanges`, `AdviserAlready`, `AdviserNotFound`, `NoPlace`, `NobodyFree`. Locks the learner, the
    adviser, then their requests in id order.
    """
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        current = Caseload.objects.filter(learner=learner).select_related("adviser").first()
        if current is not None:
            _refuse_too_many(learner)
        adviser = _chosen(learner, choice, current)
        with walled_by({"caseload_is_within_its_limit": errors.NoPlace(field="to")}):
            return _name(learner, current, adviser, chosen=True, actor=actor)


def leave_adviser(learner: Learner, adviser: Adviser, *, actor: Actor) -> None:
    """This adviser has the learner no more, nor anything they asked: somebody of the same organisation with a place
    has, else anybody with one, else nobody until they choose. What waits is answered all the same.

    For whoever has locked the adviser. Locks the learner's requests in id order.
    """
    current = Caseload.objects.filter(learner=learner, adviser=adviser).select_related("adviser").first()
    if current is None:
        _move(learner, adviser, None, actor)
        return
    free = may_choose(learner).order_by("is_away", "waiting", "id")
    found = free.filter(organisation=adviser.organisation_id).first() or free.first()
    if found is None:
        current.delete()
        _record(learner, adviser, None, False, actor)
        _move(learner, adviser, None, actor)
        return
    _name(learner, current, found, chosen=False, actor=actor)


def changes_left(learner: Learner) -> int:
    """How many times the learner may still change within `COUNTED_FOR`."""
    return max(0, MOST_CHANGES - _recent(learner).count())


def _recent(learner: Learner) -> QuerySet[AdviserChange]:
    since = ledger.now() - COUNTED_FOR
    return AdviserChange.objects.filter(learner=learner, chosen=True, former__isnull=False, changed_at__gt=since)


def _refuse_too_many(learner: Learner) -> None:
    recent = list(_recent(learner).order_by("-changed_at")[:MOST_CHANGES])
    if len(recent) == MOST_CHANGES:
        day = (recent[-1].changed_at + COUNTED_FOR).date()
        raise errors.TooManyChanges(most=MOST_CHANGES, days=COUNTED_FOR.days, day=day)


def _chosen(learner: Learner, choice: Choice, current: Caseload | None) -> Adviser:
    """Who it is, locked, with a place that nobody takes meanwhile."""
    free = may_choose(learner).order_by("is_away", "waiting", "id")
    if choice.adviser is not None:
        if current is not None and choice.adviser.pk == current.adviser_id:
            raise errors.AdviserAlready(field="to")
        Adviser.objects.select_for_update(no_key=True).get(pk=choice.adviser.pk)
        if not free.filter(pk=choice.adviser.pk).exists():
            raise errors.NoPlace(field="to")
        return choice.adviser
    if choice.organisation is not None:
        free = free.filter(organisation=choice.organisation)
    for each in free:
        found = Adviser.objects.select_for_update(no_key=True).get(pk=each.pk)
        if free.filter(pk=each.pk).exists():
            return found
    raise errors.NobodyFree(field="to")


def _name(learner: Learner, current: Caseload | None, adviser: Adviser, *, chosen: bool, actor: Actor) -> Caseload:
    former = current.adviser if current else None
    entry = current or Caseload(learner=learner)
    entry.adviser, entry.since = adviser, ledger.now()
    entry.save()
    _record(learner, former, adviser, chosen, actor)
    _move(learner, former, adviser, actor)
    return entry


def _record(learner: Learner, former: Adviser | None, adviser: Adviser | None, chosen: bool, actor: Actor) -> None:
    AdviserChange.objects.create(
        learner=learner, former=former, adviser=adviser, chosen=chosen, changed_at=ledger.now()
    )
    ledger.record(
        events.ADVISER_CHANGED.by(
            actor,
            subject=learner.subject,
            former=former and former.pk,
            adviser=adviser and adviser.pk,
            chosen=chosen,
        )
    )


def _move(learner: Learner, former: Adviser | None, adviser: Adviser | None, actor: Actor) -> None:
    """Everything the learner asked leaves the former adviser's desk: what waits, with a clock of its own, for the new
    one where they may answer it, else for another; what is over, so that the former one sees it no more."""
    if former is None:
        return
    booking.cancel_all(learner, having=former, actor=actor)
    calling_back.leave(learner, former, adviser, actor=actor)
    theirs = Request.objects.of_learner(learner).filter(Q(adviser=former) | Q(cover=former))
    for request in theirs.locked().order_by("id"):
        why: handing_over.Why = "chosen" if adviser else "family"
        waits = request.state in WAITING and not request.voucher_id
        if waits and request.adviser_id == former.pk:
            if adviser is not None and _may_answer(request, adviser):
                cover = adviser.cover if adviser.cover_id != former.pk else None
                handing_over.give_to(request, (adviser, cover), former=former, why=why, actor=actor)
            else:
                others = assigning.another_adviser(request, not_by=[former.pk])
                if others is not None:
                    handing_over.give_to(request, others, former=former, why=why, actor=actor)
            continue
        if request.adviser_id == former.pk:
            request.adviser = adviser
        request.cover = None if request.cover_id == former.pk else request.cover
        request.save(update_fields=["adviser", "cover"])


def _may_answer(request: Request, adviser: Adviser) -> bool:
    against = Interest.objects.against(request.learner_id, request.run.course.provider_id)
    return not (against.filter(adviser=adviser).exists() or request.decisions.filter(adviser=adviser).exists())

"""Asking: how a talk or a decision was, the day after; and what became of a learner, half a year after a course.

Each is asked once. Whoever has said that they do not want to be asked is not asked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

import ledger
from accounts.models import Learner, LearningAccount
from brokerage.hearing import events
from brokerage.hearing.models import Destination, GuidanceFeedback, Heard
from brokerage.models import Consultation, Decision
from ledger import Actor, Event
from vouchers.feeding_back import COMPLETED
from vouchers.models import Voucher

# Nobody is asked about guidance more often, however often they talk; and until then they can answer.
EVERY = dt.timedelta(days=60)
# A talk is over, and nobody has forgotten it.
FROM, UNTIL = dt.timedelta(days=1), dt.timedelta(days=14)
# Long enough to have found work, short enough to be reached under the same address. Asked late, after a breakdown or
# when a scheme begins to ask, somebody would tell of another time.
AFTER = dt.timedelta(days=182)
LATE = dt.timedelta(days=91)
SWEEP = 500


@dataclass(frozen=True, slots=True)
class _Talked:
    """What a learner can be asked about."""

    learner: UUID
    scheme: UUID
    organisation: UUID
    at: dt.datetime
    consultation: UUID | None = None
    decision: UUID | None = None


def about_guidance(*, actor: Actor) -> int:
    """Ask how their latest talk or decision was; how many were asked. Two who ask at once ask once. Locks learners."""
    return _sweep(_to_ask_about_guidance, _ask_about_guidance, actor)


def what_became(*, actor: Actor) -> int:
    """Ask what became of them after a course; how many were asked. Two who ask at once ask once. Locks learners."""
    return _sweep(_to_ask_what_became, _ask_what_became, actor)


def _sweep(
    whom: Callable[[dt.datetime], QuerySet[Learner]],
    ask: Callable[[list[Learner], dt.datetime, Actor], list[Event]],
    actor: Actor,
) -> int:
    asked = 0
    while True:
        with transaction.atomic():
            now = ledger.now()
            locked = list(whom(now).order_by("pk").select_for_update(no_key=True, skip_locked=True)[:SWEEP])
            # A statement after the lock: it sees whom another has asked who held it before.
            put = ask(locked, now, actor)
            ledger.record(*put)
        asked += len(put)
        if not locked:
            return asked


def _to_ask_about_guidance(now: dt.datetime) -> QuerySet[Learner]:
    lately = Q(asked_at__gt=now - EVERY) | Q(state=Heard.DECLINED)
    asked = GuidanceFeedback.objects.filter(lately, learner=OuterRef("pk"))
    accounts = LearningAccount.objects.filter(learner=OuterRef("pk"))
    talked = Q(pk__in=_talks(now).values("learner")) | Q(pk__in=_decisions(now).values("request__learner"))
    return Learner.objects.filter(~Exists(asked), Exists(accounts), talked, user__is_active=True)


def _ask_about_guidance(learners: list[Learner], now: dt.datetime, actor: Actor) -> list[Event]:
    still = _to_ask_about_guidance(now).filter(pk__in=[each.pk for each in learners]).values("pk")
    latest = {each.learner: each for each in sorted(_talked(still, now), key=lambda each: each.at)}
    put = GuidanceFeedback.objects.bulk_create(
        GuidanceFeedback(
            learner_id=each.learner,
            scheme_id=each.scheme,
            organisation_id=each.organisation,
            consultation_id=each.consultation,
            decision_id=each.decision,
            asked_at=now,
        )
        for each in latest.values()
    )
    return [
        events.GUIDANCE_ASKED.by(
            actor,
            each.subject,
            learner=each.learner_id,
            scheme=each.scheme_id,
            organisation=each.organisation_id,
            decision=each.decision_id,
        )
        for each in put
    ]


def _talked(learners: QuerySet[Any], now: dt.datetime) -> Iterable[_Talked]:
    account = LearningAccount.objects.filter(learner=OuterRef("learner")).order_by("-opened_at", "-pk")
    for talk in (
        _talks(now)
        .filter(learner__in=learners)
        .annotate(own_scheme=account.values("scheme")[:1])
        .values_list(
            "learner", "request__learning_account__scheme", "own_scheme", "adviser__organisation", "held_at", "pk"
        )
    ):
        learner, scheme, own_scheme, organisation, at, pk = talk
        yield _Talked(learner, scheme or own_scheme, organisation, at, consultation=pk)
    for learner, scheme, organisation, at, pk in (
        _decisions(now)
        .filter(request__learner__in=learners)
        .values_list(
            "request__learner", "request__learning_account__scheme", "adviser__organisation", "decided_at", "pk"
        )
    ):
        yield _Talked(learner, scheme, organisation, at, decision=pk)


def _talks(now: dt.datetime) -> QuerySet[Consultation]:
    return Consultation.objects.filter(held_at__lte=now - FROM, held_at__gt=now - UNTIL, feedback=None)


def _decisions(now: dt.datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(decided_at__lte=now - FROM, decided_at__gt=now - UNTIL, feedback=None)


def _to_ask_what_became(now: dt.datetime) -> QuerySet[Learner]:
    declined = Destination.objects.filter(state=Heard.DECLINED, voucher__learner=OuterRef("pk"))
    return Learner.objects.filter(~Exists(declined), pk__in=_completed(now).values("learner"), user__is_active=True)


def _ask_what_became(learners: list[Learner], now: dt.datetime, actor: Actor) -> list[Event]:
    still = _to_ask_what_became(now).filter(pk__in=[each.pk for each in learners]).values("pk")
    due = _completed(now).filter(learner__in=still).select_related("learning_account")
    put = Destination.objects.bulk_create(Destination(voucher=each, asked_at=now) for each in due)
    return [
        events.DESTINATION_ASKED.by(
            actor,
            each.subject,
            learner=each.voucher.learner_id,
            scheme=each.voucher.learning_account.scheme_id,
            voucher=each.voucher_id,
        )
        for each in put
    ]


def _completed(now: dt.datetime) -> QuerySet[Voucher]:
    return Voucher.objects.filter(
        COMPLETED, completed_at__lte=now - AFTER, completed_at__gt=now - AFTER - LATE, destination=None
    )

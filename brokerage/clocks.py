"""Clocks: what happens when nobody answered in time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

import ledger
from accounts import purses
from brokerage import events
from brokerage.models import Request
from config.bulk import write_back
from ledger import Actor

SWEEP = 200


def run_out(*, actor: Actor) -> int:
    """Escalate requests under `structured` whose time to be answered is over; how many.

    The colleague who covers answers now, with a clock of the same length, and the learner's purses live longer by
    as much: waiting costs them nothing, and silence approves nothing. Under `open` and `guided` the learner may
    simply go ahead (`buying.may_buy`). Locks the requests in id order, in chunks of `SWEEP`.
    """
    escalated = 0
    while True:
        with transaction.atomic():
            now = ledger.now()
            due = list(
                Request.objects.run_out(now)
                .select_related("rule_version", "learning_account")
                .order_by("id")
                .select_for_update(of=("self",))[:SWEEP]
            )
            for request in due:
                wait = dt.timedelta(hours=request.rule_version.parsed.adviser.answer_within_hours)
                if request.cover_id:
                    request.adviser_id, request.cover_id = request.cover_id, request.adviser_id
                request.answer_by, request.escalated_at = now + wait, now
            write_back(due, "adviser", "cover", "answer_by", "escalated_at")
            purses.extend(
                [request.learning_account_id for request in due],
                days=max(
                    (request.rule_version.parsed.adviser.answer_within_hours // 24 + 1 for request in due), default=0
                ),
                actor=actor,
            )
            ledger.record(
                *(
                    events.ESCALATED.by(
                        actor,
                        subject=request.subject,
                        learner=request.learner_id,
                        scheme=request.learning_account.scheme_id,
                        adviser=request.adviser_id,
                        answer_by=request.answer_by,
                    )
                    for request in due
                )
            )
        escalated += len(due)
        if not due:
            return escalated

"""Approving: a second person says yes to a run of payouts, or somebody calls it off before it is sent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import User
from config.walls import walled_by
from ledger import Actor
from vouchers import errors, events
from vouchers.payouts import UNSENT, Payout, PayoutLine, PayoutRun, PayoutState, Reason, RunState


def approve(run: UUID, *, by: User, actor: Actor) -> PayoutRun:
    """Somebody other than who prepared it lets a run go to the bank; it is judged again when it is sent.

    Refuses `PayoutRunNotFound`, `PayoutRunState`, `PayoutNeedsSecondPerson`. Locks the run, then its payouts.
    """
    second = errors.PayoutNeedsSecondPerson()
    with transaction.atomic(), walled_by({"payouts_are_approved_by_a_second_person": second}):
        found = lock_run(run, RunState.PREPARED)
        if found.prepared_by_id == by.pk:
            raise second
        found.state, found.approved_by, found.approved_at = RunState.APPROVED, by, ledger.now()
        found.save(update_fields=["state", "approved_by", "approved_at"])
        payouts = lock_payouts(found)
        Payout.objects.filter(run=found, state=PayoutState.PREPARED).update(state=PayoutState.APPROVED)
        ledger.record(
            *(events.of_payout(events.PAYOUT_APPROVED, payout, actor, scheme=found.scheme_id) for payout in payouts),
            events.RUN_APPROVED.by(actor, subject=found.subject, scheme=found.scheme_id),
        )
    return found


def cancel(run: UUID, *, actor: Actor) -> PayoutRun:
    """Call a run off that is not with the bank yet: what it was to pay goes into the next one.

    Refuses `PayoutRunNotFound`, `PayoutRunState`. Locks the run, then its payouts.
    """
    with transaction.atomic():
        found = lock_run(run, RunState.PREPARED, RunState.APPROVED)
        payouts = lock_payouts(found)
        drop([(payout, Reason.RUN_CANCELLED) for payout in payouts], found, actor)
        end(found, RunState.CANCELLED)
        ledger.record(events.RUN_CANCELLED.by(actor, subject=found.subject, scheme=found.scheme_id))
    return found


def lock_run(run: UUID, *states: RunState) -> PayoutRun:
    """The run with its scheme, locked. Refuses `PayoutRunNotFound`, and `PayoutRunState` in another state."""
    found = PayoutRun.objects.select_related("scheme").select_for_update(of=("self",)).filter(pk=run).first()
    if found is None:
        raise errors.PayoutRunNotFound()
    if found.state not in states:
        raise errors.PayoutRunState(state=found.get_state_display())
    return found


def lock_payouts(run: PayoutRun) -> list[Payout]:
    """Its payouts that are not cancelled, locked in id order."""
    return list(run.payouts.filter(state__in=UNSENT).select_for_update().order_by("pk"))


def drop(payouts: list[tuple[Payout, Reason]], run: PayoutRun, actor: Actor) -> None:
    """Cancel payouts that are not sent, and let go of what they were to pay. The caller holds them."""
    now = ledger.now()
    for payout, reason in payouts:
        payout.state, payout.reason, payout.ended_at = PayoutState.CANCELLED, reason, now
    Payout.objects.bulk_update([payout for payout, _reason in payouts], ["state", "reason", "ended_at"])
    PayoutLine.objects.filter(payout__in=[payout.pk for payout, _reason in payouts]).update(live=False)
    ledger.record(
        *(
            events.of_payout(events.PAYOUT_CANCELLED, payout, actor, scheme=run.scheme_id, reason=str(reason))
            for payout, reason in payouts
        )
    )


def end(run: PayoutRun, state: RunState) -> None:
    """Nothing more comes of this run. The caller holds it."""
    run.state, run.ended_at = state, ledger.now()
    run.save(update_fields=["state", "ended_at"])

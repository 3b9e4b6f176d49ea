"""Stopping: what becomes of a provider's vouchers when it may no longer do all that it did, and when it may again.

The whole of it is the table in `docs/providers.md`: what cannot be used any more ends and its money goes back to where
it came from; what may still be used stands still or goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

import ledger
from ledger import Actor
from providers import registering
from providers.models import Provider
from providers.registering import Because
from vouchers import events
from vouchers.control import later
from vouchers.delivery import DELIVERS
from vouchers.ending import sweep
from vouchers.issuing import parties
from vouchers.models import (
    LIVE,
    CancelReason,
    Control,
    Milestone,
    MilestoneState,
    Outcome,
    Redemption,
    State,
    Voucher,
    VoucherQuerySet,
)

Standing = Provider.State

# Vouchers that can never be used while their provider is in this state: they end, and their money goes back.
ENDS: dict[str, tuple[State, ...]] = {
    Standing.NO_NEW_STARTS: (State.RESERVED, State.ISSUED),
    Standing.SUSPENDED: (State.RESERVED,),
    Standing.REMOVED: LIVE,
}
# Those that a suspension leaves as they are, with their deadlines standing still.
STAND_STILL = (State.ISSUED, State.ACCEPTED, State.STARTED, State.COMPLETED)
# What the end of such a voucher is called in its event.
TOLD = "provider_stopped"


class Effect(models.TextChoices):
    """What a provider's state does to a voucher."""

    ENDS = "ends", _("Ends, and its money goes back to the learner")
    STANDS_STILL = "stands_still", _("Stands still; the learner may withdraw before the start")
    GOES_ON = "goes_on", _("Goes on")


@dataclass(frozen=True, slots=True)
class Consequence:
    """So many vouchers in this state, holding so much, and what would become of them. Minor units of `currency`."""

    state: State
    currency: str
    vouchers: int
    held_minor: int
    effect: Effect


def move(
    provider: Provider, to: Standing, *, because: Because, actor: Actor, new_until: dt.date | None = None
) -> Provider:
    """Move a provider to another state, with everything that follows for its vouchers.

    After a suspension the deadlines of what stood still are later by as long as it lasted. `new_until` is for a
    provider that is taken on; one that comes back is new for as long as it was. Raises what `registering.activate`
    does. Locks the provider, then its vouchers in id order, then their milestones; what ends does so afterwards, in
    transactions of its own, and is taken up again by the sweep if it was interrupted.
    """
    with transaction.atomic():
        _registered(provider, to, because, actor, new_until)
        change, *before = provider.state_changes.all()[:2]
        if change.from_state == Standing.SUSPENDED and to in DELIVERS and before:
            _go_on(provider, change.moved_at - before[0].moved_at, actor)
        if to == Standing.SUSPENDED:
            standing = _standing(provider)
            ledger.record(
                *(events.PROVIDER_STOPPED.by(actor, subject=each.subject, **parties(each)) for each in standing)
            )
    end_stranded(actor=actor, provider=provider)
    return provider


def end_stranded(*, actor: Actor, provider: Provider | None = None) -> int:
    """End the vouchers that their provider's state leaves no use for; how many. Safe to run twice.

    Not one whose control is not clear: it ends once it is released.
    """
    due = _stranded(provider)
    return sweep(due, Outcome.CANCELLED, actor, reason=CancelReason.COURSE_CANCELLED, told=TOLD)


def consequences(provider: Provider, to: Standing) -> list[Consequence]:
    """What moving a provider would do to its vouchers, by their state and currency. One query."""
    rows = (
        Voucher.objects.live()
        .filter(provider=provider)
        .values_list("state", "currency")
        .annotate(vouchers=Count("pk"), held_minor=Sum("account__balance__posted"))
        .order_by("currency")
    )
    found = [
        Consequence(State(state), currency, many, held_minor, effect(State(state), to))
        for state, currency, many, held_minor in rows
    ]
    return sorted(found, key=lambda one: LIVE.index(one.state))


def effect(state: State, to: str) -> Effect:
    """What becomes of a voucher in this state when its provider is in that one."""
    if state in ENDS.get(to, ()):
        return Effect.ENDS
    return Effect.STANDS_STILL if to == Standing.SUSPENDED else Effect.GOES_ON


def still_to_redeem(provider: Provider) -> dict[str, int]:
    """What learners have confirmed and the provider has not redeemed, by currency, in minor units. One query."""
    redeemed = Redemption.objects.live().filter(milestone=OuterRef("pk"))
    confirmed = Milestone.objects.filter(
        ~Exists(redeemed), voucher__provider=provider, voucher__state__in=LIVE, state=MilestoneState.CONFIRMED
    ).filter(amount_minor__gt=0)
    sums = confirmed.order_by().values_list("voucher__currency").annotate(Sum("amount_minor"))
    return dict(sums)


def _registered(
    provider: Provider, to: Standing, because: Because, actor: Actor, new_until: dt.date | None
) -> Provider:
    """Write the move itself."""
    if to == Standing.NO_NEW_STARTS:
        return registering.stop_new_starts(provider, actor, because=because)
    if to == Standing.SUSPENDED:
        return registering.suspend(provider, actor, because=because)
    if to == Standing.REMOVED:
        return registering.remove(provider, actor, because=because)
    return registering.activate(provider, actor, because=because, new_until=new_until or provider.new_until)


def _standing(provider: Provider) -> list[Voucher]:
    """The provider's vouchers that a suspension leaves as they are, locked in id order."""
    mine = Voucher.objects.filter(provider=provider, state__in=STAND_STILL)
    return list(mine.select_related("learning_account").select_for_update(of=("self",)).order_by("id"))


def _go_on(provider: Provider, stood: dt.timedelta, actor: Actor) -> None:
    """Every deadline that stood still is later by `stood`."""
    standing = _standing(provider)
    later(standing, stood)
    ledger.record(
        *(
            events.PROVIDER_GOES_ON.by(
                actor, subject=voucher.subject, expires_at=voucher.expires_at, **parties(voucher)
            )
            for voucher in standing
        )
    )


def _stranded(provider: Provider | None) -> Callable[[dt.datetime], VoucherQuerySet]:
    ends = reduce(or_, (Q(provider__state=standing, state__in=states) for standing, states in ENDS.items()))
    whose = Q() if provider is None else Q(provider=provider)
    return lambda _at: Voucher.objects.filter(ends, whose, control=Control.CLEAR)

"""Closing: a scheme pauses, goes on, and comes to an orderly end: no new awards, and what was issued is honoured."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

import ledger
from accounts import errors, events, purses, waiting
from accounts.models import Scheme, Waiting
from ledger import Actor, Event

State = Scheme.State
# From, to, and who may.
TRANSITIONS: dict[tuple[State, State], str] = {
    (State.DRAFT, State.OPEN): "a second person, who approves its rules: `proposing`",
    (State.OPEN, State.PAUSED): "whoever runs the scheme",
    (State.PAUSED, State.OPEN): "whoever runs the scheme",
    (State.OPEN, State.CLOSED): "whoever runs the scheme",
    (State.PAUSED, State.CLOSED): "whoever runs the scheme",
}
SWEEP = 500


def pause(scheme: Scheme, *, actor: Actor) -> Scheme:
    """No accounts are opened and no awards made until the scheme is open again; who waits keeps their place.

    Refuses `SchemeNotInState`. Locks the scheme, and the balance that awards come from: none is made that is not
    seen by then.
    """
    return _become(scheme, State.PAUSED, events.SCHEME_PAUSED.by(actor, subject=scheme.subject))


def reopen(scheme: Scheme, *, actor: Actor) -> Scheme:
    """A paused scheme goes on. Refuses `SchemeNotInState`. Locks what `pause` does."""
    return _become(scheme, State.OPEN, events.SCHEME_REOPENED.by(actor, subject=scheme.subject))


def close(scheme: Scheme, *, spend_until: dt.date, actor: Actor) -> Scheme:
    """No new awards ever; learners may spend what they hold until that day, and nobody waits any more.

    Vouchers are honoured until their own end. What is left in purses then goes back to where awards come from, and so
    does what vouchers give back after it. Once the scheme is closed, `wind_down` follows, and goes on where it was
    interrupted when it is run again.

    Refuses `SpendUntilPassed`, `SchemeNotInState`. Locks what `pause` does.
    """
    if spend_until < ledger.today():
        raise errors.SpendUntilPassed(field="spend_until")
    happened = events.SCHEME_CLOSED.by(actor, subject=scheme.subject, spend_until=spend_until)
    closed = _become(scheme, State.CLOSED, happened, spend_until=spend_until)
    wind_down(closed, actor=actor)
    return closed


def wind_down(scheme: Scheme, *, actor: Actor) -> int:
    """Purses of a closed scheme end by its last day, and its line with it; how many did. Can run twice.

    In chunks of `SWEEP`, each its own transaction. Each learner whose money ends earlier is told once.
    """
    if scheme.state != State.CLOSED or scheme.spend_until is None:
        return 0
    return purses.end_by(scheme, scheme.spend_until, actor=actor) + _end_line(scheme, actor)


def _end_line(scheme: Scheme, actor: Actor) -> int:
    ended = 0
    while True:
        with transaction.atomic():
            line = Waiting.objects.filter(ended_at=None, learning_account__scheme=scheme).order_by("id")
            places = list(line.select_for_update(of=("self",), no_key=True)[:SWEEP])
            waiting.leave(places, actor=actor)
        ended += len(places)
        if not places:
            return ended


def _become(scheme: Scheme, to: State, happened: Event, *, spend_until: dt.date | None = None) -> Scheme:
    """The scheme in its new state, from any that leads there; the guard on the old state makes it exclusive."""
    before = [was for was, then in TRANSITIONS if then == to and was != State.DRAFT]
    with transaction.atomic():
        found = Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
        # Whoever awards looks at the state once they hold this balance.
        ledger.lock([found.awards_from_id])
        changed = Scheme.objects.filter(pk=scheme.pk, state__in=before).update(state=to, spend_until=spend_until)
        if not changed:
            raise errors.SchemeNotInState(scheme=scheme.name, state=found.get_state_display())
        ledger.record(happened)
    found.state, found.spend_until = to, spend_until
    return found

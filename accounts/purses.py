"""Purses: when their time begins, how they end, and where money goes that comes back after they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts import events
from accounts.entitling import NEVER, end_of_grace, last_day_once_used
from accounts.models import Learner, Purse, Scheme, TopUp
from accounts.rules import AwardRule
from config.bulk import write_back
from ledger import Actor, Event, EventKind, Transfer

SWEEP = 500
# What tells where a purse's money goes.
_OWNERS = ("learning_account__scheme", "top_up__sponsor")


def begin_years(purses: Collection[UUID], on: dt.date, *, actor: Actor) -> None:
    """Something is bought from these purses on that day: where a scheme's year begins with its first use, it begins.

    The purse then lives as long as its rules say from that day on. Of purses used before, and of schemes whose year
    begins with the award, nothing changes. Locks those whose year begins, in id order. One query when none does.
    """
    unused = Purse.objects.filter(
        pk__in=purses,
        first_used_on=None,
        award__rule_version__rules__awards__contains=[{"year_from": "first_use"}],
    )
    beginning = [
        purse
        for purse in _locked(unused.select_related("learning_account__scheme", "award__rule_version"))
        if _rule(purse).year_from == "first_use"
    ]
    for purse in beginning:
        purse.first_used_on, purse.expires_on = on, _within(purse, last_day_once_used(_rule(purse), on))
    write_back(beginning, "first_used_on", "expires_on")
    ledger.record(*(_dated(events.PURSE_YEAR_BEGAN, purse, actor) for purse in beginning))


def expire(*, actor: Actor) -> int:
    """Close purses past their last day and return what is left in them to where it came from; how many. Can run twice.

    Each chunk of `SWEEP` is its own transaction; for an empty purse no money moves. Locks the purses in id order,
    then what `ledger.post` locks.
    """
    expired = 0
    over = Purse.objects.filter(state=Purse.State.OPEN)
    while True:
        with transaction.atomic():
            purses = _locked(over.filter(expires_on__lt=ledger.today()).select_related(*_OWNERS), most=SWEEP)
            _close(purses, actor)
        expired += len(purses)
        if not purses:
            return expired


def give_up(learner: Learner, *, actor: Actor) -> int:
    """Close every open purse of a learner who leaves, and return what is left in it to where it came from; how much.

    Minor units, of all currencies together: 0 says that nothing was left. Locks as `expire` does.
    """
    with transaction.atomic():
        theirs = Purse.objects.filter(state=Purse.State.OPEN, learning_account__learner=learner)
        return _close(_locked(theirs.select_related(*_OWNERS)), actor)


def _close(purses: Sequence[Purse], actor: Actor) -> int:
    """Close these purses, locked in id order, and return what is left in them to where it came from; how much."""
    now, today = ledger.now(), ledger.today()
    homes = {purse.pk: _home(purse, today) for purse in purses}
    left = ledger.lock([purse.ledger_account_id for purse in purses])
    Purse.objects.filter(pk__in=[purse.pk for purse in purses]).update(state=Purse.State.EXPIRED, expired_at=now)
    happened = {purse.pk: _expired(purse, left[purse.ledger_account_id], homes[purse.pk], actor) for purse in purses}
    ledger.post(
        [
            _emptied(purse, left[purse.ledger_account_id], homes[purse.pk], happened[purse.pk])
            for purse in purses
            if left[purse.ledger_account_id]
        ],
        events=list(happened.values()),
    )
    return sum(left.values())


def extend(accounts: Sequence[UUID], *, days: int, actor: Actor) -> None:
    """Let the open purses of these learning accounts live longer: waiting for an adviser costs nothing.

    A sponsor's, too; not one that never expires. Locks the purses in id order.
    """
    with transaction.atomic():
        open_ones = Purse.objects.filter(learning_account__in=accounts, state=Purse.State.OPEN, expires_on__lt=NEVER)
        purses = _locked(open_ones.select_related("learning_account__scheme"))
        for purse in purses:
            purse.expires_on = _within(purse, purse.expires_on + dt.timedelta(days=days))
        write_back(purses, "expires_on")
        ledger.record(*(_dated(events.PURSE_EXTENDED, purse, actor) for purse in purses))


def end_by(scheme: Scheme, day: dt.date, *, actor: Actor) -> int:
    """Let no open purse of a scheme live longer than that day; how many ended earlier by it. Can run twice.

    Each has an event, and each learning account one for all of its purses. Each chunk of `SWEEP` accounts is its own
    transaction. Locks the purses in id order.
    """
    ended = 0
    longer = Purse.objects.filter(learning_account__scheme=scheme, state=Purse.State.OPEN, expires_on__gt=day)
    while True:
        with transaction.atomic():
            accounts = list(longer.order_by().values_list("learning_account", flat=True).distinct()[:SWEEP])
            purses = _locked(longer.filter(learning_account__in=accounts).select_related("learning_account"))
            for purse in purses:
                purse.expires_on = day
            write_back(purses, "expires_on")
            theirs = {purse.learning_account_id: purse.learning_account for purse in purses}
            ledger.record(
                *(_dated(events.PURSE_SHORTENED, purse, actor) for purse in purses),
                *(
                    events.ACCOUNT_CLOSES.by(
                        actor, subject=one.subject, learner=one.learner_id, scheme=scheme.pk, spend_until=day
                    )
                    for one in theirs.values()
                ),
            )
        ended += len(purses)
        if not accounts:
            return ended


def takes_back(purse: Purse, on: dt.date) -> bool:
    """Whether money that comes back on that day goes into this purse, as `destinations_of_refund` has it.

    The purse came with its scheme, and its award's rule version.
    """
    if purse.state == Purse.State.OPEN and purse.expires_on >= on:
        return True
    return bool(purse.award_id) and purse.expires_on < on and not purse.in_grace and on <= _end_of_grace(purse)


def destinations_of_refund(purses: Sequence[Purse], on: dt.date, *, actor: Actor) -> dict[UUID, UUID]:
    """The ledger account that money goes to which a voucher returns to these purses, by purse.

    Back into the purse while it is open; also within the scheme's days of grace after its last day, and then the
    purse is open once more until they are over; else to where goes what is left in it, as when it expired. A sponsor's
    purse has no days of grace. Ask only for purses that money does return to. Locks the purses in id order, so that
    none expires between this answer and the posting.
    """
    wanted = Purse.objects.filter(pk__in=[purse.pk for purse in purses])
    found = _locked(wanted.select_related(*_OWNERS, "award__rule_version"))
    again = [purse for purse in found if takes_back(purse, on) and purse.expires_on < on]
    for purse in again:
        purse.expires_on, purse.in_grace = _end_of_grace(purse), True
        purse.state, purse.expired_at = Purse.State.OPEN, None
    write_back(again, "expires_on", "in_grace", "state", "expired_at")
    ledger.record(*(_dated(events.PURSE_REOPENED, purse, actor) for purse in again))
    return {
        purse.pk: purse.ledger_account_id
        if purse.state == Purse.State.OPEN and purse.expires_on >= on
        else _home(purse, on).account
        for purse in found
    }


@dataclass(frozen=True, slots=True)
class _Home:
    """The ledger account that has what is left in an expired purse; `sponsor` where it is one's."""

    account: UUID
    sponsor: UUID | None = None


def _home(purse: Purse, on: dt.date) -> _Home:
    """An award's money goes back to where awards come from; a sponsor's to it, or to the pot where it said so.

    Of a sponsor that has departed, it is money that we cannot place.
    """
    scheme = purse.learning_account.scheme
    if purse.top_up is None:
        return _Home(scheme.awards_from_id)
    if purse.top_up.leftover == TopUp.Leftover.POT:
        return _Home(scheme.pot_id)
    sponsor = purse.top_up.sponsor
    return _Home(sponsor.suspense_id if sponsor.has_departed(on) else sponsor.account_id, sponsor.pk)


def _locked(purses: QuerySet[Purse], most: int | None = None) -> list[Purse]:
    """These purses, locked in id order.

    Not against a foreign key to them: a reservation, which has locked the balance, notes its purse, while a refund,
    which has locked the purse, waits for the balance.
    """
    return list(purses.order_by("id").select_for_update(of=("self",), no_key=True)[:most])


def _end_of_grace(purse: Purse) -> dt.date:
    return _within(purse, end_of_grace(_rule(purse), purse.expires_on))


def _within(purse: Purse, day: dt.date) -> dt.date:
    """That day, or the last one on which learners of a closed scheme may spend."""
    until = purse.learning_account.scheme.spend_until
    return day if until is None else min(day, until)


def _rule(purse: Purse) -> AwardRule:
    """The rule of the award that filled a purse."""
    assert purse.award is not None
    return purse.award.rule_version.parsed.award(purse.award.kind)


def _dated(kind: EventKind, purse: Purse, actor: Actor) -> Event:
    return kind.by(
        actor,
        subject=purse.subject,
        learner=purse.learning_account.learner_id,
        scheme=purse.learning_account.scheme_id,
        expires_on=purse.expires_on,
    )


def _expired(purse: Purse, left_minor: int, home: _Home, actor: Actor) -> Event:
    return events.PURSE_EXPIRED.by(
        actor,
        subject=purse.subject,
        learner=purse.learning_account.learner_id,
        scheme=purse.learning_account.scheme_id,
        sponsor=home.sponsor,
        amount_minor=left_minor,
    )


def _emptied(purse: Purse, left_minor: int, home: _Home, event: Event) -> Transfer:
    return Transfer(
        debit=purse.ledger_account_id,
        credit=home.account,
        amount_minor=left_minor,
        currency=purse.learning_account.scheme.currency,
        kind="purse_expired",
        # With the day: a purse that was open once more, in its grace, expires a second time.
        reference=f"purse_expired:{purse.id}:{purse.expires_on}",
        journal=purse.id,
        event=event,
    )

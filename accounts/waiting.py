"""Waiting: the line of those for whom a scheme has no money yet, in the order that its rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

import ledger
from accounts import errors, events
from accounts.models import Award, LearningAccount, RuleVersion, Scheme, Waiting
from accounts.rules import Rules
from accounts.schemes import current_rules
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor, Event, EventKind


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a scheme's line, from 1: for an award of this kind, since then."""

    kind: str
    place: int
    since: dt.datetime


def places(accounts: Collection[UUID]) -> dict[UUID, list[Place]]:
    """Where these learning accounts stand in the lines of their schemes; one that does not wait is not there.

    A fixed number of queries.
    """
    in_line = Waiting.objects.filter(ended_at=None, learning_account__in=accounts)
    schemes = set(in_line.values_list("learning_account__scheme", flat=True))
    versions = current_rules(schemes, ledger.today()) if schemes else {}
    need_first = [scheme for scheme, version in versions.items() if _by_need(version.parsed)]
    found: dict[UUID, list[Place]] = {}
    for account, place in _numbered(schemes, need_first, accounts):
        found.setdefault(account, []).append(place)
    return found


def front(scheme: Scheme, rules: Rules, *, most: int) -> list[Waiting]:
    """Those at the head of a scheme's line who wait for an award of one kind, at most so many, with their accounts."""
    head = list(_line(scheme, rules).select_related("learning_account__scheme")[:most])
    return list(takewhile(lambda one: one.kind == head[0].kind, head))


def of(accounts: Sequence[LearningAccount], kind: str) -> dict[UUID, Waiting]:
    """Which of these learning accounts wait for an award of this kind, locked in id order. One query."""
    found = Waiting.objects.filter(ended_at=None, kind=kind, learning_account__in=[account.pk for account in accounts])
    return {one.learning_account_id: one for one in found.order_by("id").select_for_update(no_key=True)}


def put_in_line(
    due: dict[UUID, Award],
    need: Mapping[UUID, int],
    in_line: Mapping[UUID, Waiting],
    version: RuleVersion,
    actor: Actor,
) -> dict[UUID, Refusal]:
    """Leave in `due` the awards that there is money for, strictly in the line's order; the others wait for theirs.

    `need` is how many per cent more than the core each of them has, and `in_line` which of them wait already: they
    keep their place. Nobody is paid before somebody who waits in front of them, or past one whose award is too much.
    The answer is by learning account. For whoever has locked the balance that awards come from.
    """
    scheme, now = version.scheme, ledger.now()
    left_minor = ledger.balances([scheme.awards_from_id])[scheme.awards_from_id]
    kind = next(iter(due.values())).kind
    places_of = {
        account: in_line.get(account)
        or Waiting(
            id=uuid7(), learning_account=award.learning_account, kind=kind, need_percent=need[account], since=now
        )
        for account, award in due.items()
    }
    for account, place in places_of.items():
        place.learning_account = due[account].learning_account
    # Whoever of `in_line` is not due is about to leave.
    ahead = _line(scheme, version.parsed).exclude(pk__in=[place.pk for place in in_line.values()])
    first = ahead.select_related("learning_account").first()
    short: dict[UUID, Waiting] = {}
    for place in sorted(places_of.values(), key=lambda place: _key(place, version.parsed)):
        account = place.learning_account_id
        behind = first is not None and _key(first, version.parsed) < _key(place, version.parsed)
        if short or behind or due[account].amount_minor > left_minor:
            short[account] = place
            del due[account]
        else:
            left_minor -= due[account].amount_minor
    return _join(short, in_line, version, actor) if short else {}


def end(in_line: Mapping[UUID, Waiting], awarded: Collection[UUID], waiting: Collection[UUID], actor: Actor) -> None:
    """Of those in line, these were `awarded` and these are `waiting` on; the others leave it."""
    over = [one for account, one in in_line.items() if account not in waiting]
    leave([one for one in over if one.learning_account_id not in awarded], actor=actor)
    got = [one.pk for one in over if one.learning_account_id in awarded]
    if got:
        Waiting.objects.filter(pk__in=got).update(ended_at=ledger.now(), outcome=Waiting.Outcome.AWARDED)


def leave(places_left: Sequence[Waiting], *, actor: Actor) -> None:
    """These places in the line are given up, each with an event. Three queries, or none."""
    if not places_left:
        return
    ended = {one.pk: one for one in places_left}
    Waiting.objects.filter(pk__in=ended).update(ended_at=ledger.now(), outcome=Waiting.Outcome.LEFT)
    accounts = LearningAccount.objects.in_bulk({one.learning_account_id for one in places_left})
    ledger.record(*(_event(events.WAITING_LEFT, one, accounts[one.learning_account_id], actor) for one in places_left))


def _join(
    short: Mapping[UUID, Waiting], in_line: Mapping[UUID, Waiting], version: RuleVersion, actor: Actor
) -> dict[UUID, Refusal]:
    new = [place for account, place in short.items() if account not in in_line]
    Waiting.objects.bulk_create(new)
    scheme = version.scheme
    need_first = [scheme.pk] if _by_need(version.parsed) else []
    kind = next(iter(short.values())).kind
    numbered = _numbered({scheme.pk}, need_first, short.keys())
    number = {account: place.place for account, place in numbered if place.kind == kind}
    ledger.record(
        *(
            _event(events.WAITING_BEGAN, one, one.learning_account, actor, place=number[one.learning_account_id])
            for one in new
        )
    )
    return {account: errors.WaitingForMoney(scheme=scheme.name, place=number[account]) for account in short}


def _event(happened: EventKind, one: Waiting, account: LearningAccount, actor: Actor, **more: int) -> Event:
    return happened.by(
        actor,
        subject=account.subject,
        learner=account.learner_id,
        scheme=account.scheme_id,
        kind=one.kind,
        **more,
    )


def _by_need(rules: Rules) -> bool:
    return rules.budget.waiting_list == "most_need_first"


def _key(place: Waiting, rules: Rules) -> tuple[Any, ...]:
    """As `_line` orders: those with the most need where the rules say so, then who came first, by account among those
    who came together."""
    need = place.need_percent if _by_need(rules) else 0
    account = place.learning_account
    return -need, place.since, account.opened_at, account.pk


_FIRST_COME = ("since", "learning_account__opened_at", "learning_account_id")


def _line(scheme: Scheme, rules: Rules) -> QuerySet[Waiting]:
    order = ("-need_percent", *_FIRST_COME) if _by_need(rules) else _FIRST_COME
    return Waiting.objects.filter(ended_at=None, learning_account__scheme=scheme).order_by(*order)


def _numbered(
    schemes: Collection[UUID], need_first: Collection[UUID], accounts: Collection[UUID]
) -> list[tuple[UUID, Place]]:
    """These accounts' places in the lines of these schemes, which go by need where named so. One query, or none."""
    if not schemes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _NUMBERED, {"schemes": list(schemes), "need_first": list(need_first), "accounts": list(accounts)}
        )
        return [(account, Place(kind, place, since)) for account, kind, place, since in cursor.fetchall()]


# In the order of `_line`.
_NUMBERED = """
    SELECT learning_account_id, kind, place, since FROM (
        SELECT waiting.learning_account_id, waiting.kind, waiting.since, row_number() OVER (
            PARTITION BY account.scheme_id
            ORDER BY CASE WHEN account.scheme_id = ANY (%(need_first)s::uuid[]) THEN -waiting.need_percent ELSE 0 END,
                waiting.since, account.opened_at, account.id
        ) AS place
        FROM accounts_waiting waiting JOIN accounts_learningaccount account ON account.id = waiting.learning_account_id
        WHERE waiting.ended_at IS NULL AND account.scheme_id = ANY (%(schemes)s::uuid[])
    ) line
    WHERE learning_account_id = ANY (%(accounts)s::uuid[])
    ORDER BY place
"""

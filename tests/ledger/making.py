"""Accounts of the ledger alone, an event to explain a movement, and money in them: no learning anywhere."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.db import connection, transaction

import ledger
from config.ids import uuid7
from ledger import Actor, Event, EventKind, NewAccount, Posted, Transfer
from ledger.feed import horizon
from tests.racing import PATIENCE

ACTOR = Actor.system("test")
MOVED = EventKind("test.moved", fields={"amount_minor"})
HAPPENED = EventKind("test.happened", fields={"number"})
SUBJECT = "test:1"


def moved(amount_minor: int) -> Event:
    """An event that says how much moved."""
    return MOVED.by(ACTOR, SUBJECT, amount_minor=amount_minor)


def happened(number: int = 1, *, subject: str = SUBJECT) -> Event:
    """An event that moves nothing."""
    return HAPPENED.by(ACTOR, subject, number=number)


def purse(held_minor: int = 0, *, currency: str = "GBP") -> UUID:
    """A bounded account that holds so much."""
    [account] = ledger.open_accounts([NewAccount("purse", currency, True, "test", uuid7())])
    if held_minor:
        move(funder(currency=currency), account, held_minor, currency=currency)
    return account


def funder(*, currency: str = "GBP") -> UUID:
    """An account without a bound, at zero."""
    [account] = ledger.open_accounts([NewAccount("funder", currency, False, "test", uuid7())])
    return account


def line(debit: UUID, credit: UUID, amount_minor: int, **more: Any) -> Transfer:
    """A transfer to post, with an event of its own and a reference that nothing else has."""
    return Transfer(
        **{
            "debit": debit,
            "credit": credit,
            "amount_minor": amount_minor,
            "currency": "GBP",
            "kind": "test",
            "reference": f"test:{uuid7()}",
            "event": moved(amount_minor),
            **more,
        }
    )


def move(debit: UUID, credit: UUID, amount_minor: int, **more: Any) -> Posted:
    """Post one transfer in a transaction of its own."""
    with transaction.atomic():
        [posted] = ledger.post([line(debit, credit, amount_minor, **more)])
    return posted


def held(*accounts: UUID) -> list[int]:
    """What the accounts hold, in their order."""
    holds = ledger.balances(accounts)
    return [holds[account] for account in accounts]


def wait_for_the_horizon() -> None:
    """Until every transaction begun so far has ended: other tests' on the same server hold the horizon back too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        [begun] = cursor.fetchone()
    until = time.monotonic() + PATIENCE
    while horizon() < begun:
        assert time.monotonic() < until, "a transaction is still open"
        time.sleep(0.005)

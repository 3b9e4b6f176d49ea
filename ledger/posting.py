"""Posting: the only way in which money moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from config.ids import uuid7
from ledger.errors import DuplicateReference, in_words
from ledger.events import Event, record, to_json


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount_minor` from the debit account to the credit account, and the event that says why.

    `reference` is the movement's permanent name, such as `redemption:<id>`: never something that could rightly
    happen twice. `journal` groups the legs of one movement; without one, all of a call are one.
    `effective_on` is the day it counts for, where that is not the day it is posted.
    """

    debit: UUID
    credit: UUID
    amount_minor: int
    currency: str
    kind: str
    reference: str
    event: Event
    journal: UUID | None = None
    corrects: UUID | None = None
    effective_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A transfer as it stands in the ledger. The balances are of bounded sides, in minor units, after it."""

    id: UUID
    journal: UUID
    reference: str
    created_at: dt.datetime
    debit_balance_minor: int | None
    credit_balance_minor: int | None


def post(transfers: Sequence[Transfer], events: Sequence[Event] = ()) -> list[Posted]:
    """Move money, all of it or none, and write down the events; in one round trip. The answer is in the order asked.

    A transfer whose reference was posted before with the same content is not posted again: the first is answered.
    Must be called in a transaction, and moves money at most once in it (AlreadyPosted).

    Raises InsufficientFunds, CurrencyMismatch, UnknownAccount, DuplicateReference; PostingRaced may be tried again.
    Locks the balances of bounded accounts in id order.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("money moves inside a transaction")
    if not transfers:
        record(*events)
        return []
    if len({transfer.reference for transfer in transfers}) < len(transfers):
        raise DuplicateReference()
    carried = {transfer.event.id: transfer.event for transfer in transfers}
    alone = {event.id: event for event in events if event.id not in carried}
    journal = uuid7()
    with connection.cursor() as cursor, in_words():
        cursor.execute(
            _POST,
            [
                to_json([*carried.values(), *alone.values()], frozenset(alone)),
                [uuid7() for _ in transfers],
                [transfer.journal or journal for transfer in transfers],
                [transfer.debit for transfer in transfers],
                [transfer.credit for transfer in transfers],
                [transfer.amount_minor for transfer in transfers],
                [transfer.currency for transfer in transfers],
                [transfer.kind for transfer in transfers],
                [transfer.reference for transfer in transfers],
                [transfer.event.id for transfer in transfers],
                [transfer.corrects for transfer in transfers],
                [transfer.effective_on for transfer in transfers],
            ],
        )
        posted = {row[2]: Posted(*row) for row in cursor.fetchall()}
    return [posted[transfer.reference] for transfer in transfers]


_POST = (
    "SELECT id, journal, reference, created_at, debit_after_minor, credit_after_minor FROM ledger_post("
    "%s::jsonb, %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[],"
    " %s::uuid[], %s::uuid[], %s::date[])"
)

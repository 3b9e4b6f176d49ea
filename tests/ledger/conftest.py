"""A small book: a funder, a pot and two purses in pounds, and one account in euros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

import ledger
from ledger import Actor, Event, EventKind, NewAccount, Posted, Transfer, sealing, snapshots
from tests.conftest import as_owner

ACTOR = Actor.system("test")
MOVED = EventKind("test.moved", fields={"amount_minor"})


@dataclass
class Book:
    funder: UUID
    pot: UUID
    purse: UUID
    other: UUID
    euros: UUID

    def transfer(self, debit: UUID, credit: UUID, amount: int, reference: str, **given: Any) -> Transfer:
        event: Event = given.pop("event", None) or MOVED.by(ACTOR, "test:1", amount_minor=amount)
        return Transfer(debit, credit, amount, given.pop("currency", "GBP"), "test", reference, event, **given)

    def move(self, debit: UUID, credit: UUID, amount: int, reference: str = "", **given: Any) -> Posted:
        """One transfer in a transaction of its own."""
        with transaction.atomic():
            return ledger.post([self.transfer(debit, credit, amount, reference or f"test:{uuid4()}", **given)])[0]

    def holds(self) -> dict[str, int]:
        names = {"funder": self.funder, "pot": self.pot, "purse": self.purse, "other": self.other}
        found = ledger.balances(names.values())
        return {name: found[account] for name, account in names.items()}


def open_book() -> Book:
    owner = uuid4()
    wanted = [("funder", "GBP", False), ("pot", "GBP", True), ("purse", "GBP", True), ("other", "GBP", True)]
    opened = ledger.open_accounts(
        [
            NewAccount(kind, currency, bounded, "test", owner)
            for kind, currency, bounded in [*wanted, ("e", "EUR", True)]
        ]
    )
    return Book(*opened)


def take_snapshots(*, below: int) -> int:
    """As the sealer does."""
    with transaction.atomic(), sealing._as_sealer():
        return snapshots.take(below=below)


def tamper(*statements: str) -> None:
    """As an insider with the owner's rights and the triggers switched off would."""
    with as_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def book(db: None) -> Book:
    """A book with £10 in its pot."""
    made = open_book()
    made.move(made.funder, made.pot, 10_00)
    return made


@pytest.fixture
def history(alone_in_the_cluster: None) -> Book:
    """£10 in and three payments of £1, sealed; then one more, sealed apart."""
    book = open_book()
    book.move(book.funder, book.pot, 10_00, "in")
    for number in range(3):
        book.move(book.pot, book.purse, 1_00, f"payment {number}")
    sealing.seal()
    book.move(book.pot, book.purse, 1_00, "late")
    sealing.seal()
    return book

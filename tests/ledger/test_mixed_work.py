"""Sixteen at once do all that can be done to the ledger, and afterwards every penny and every row is accounted for."""

from __future__ import annotations

import random
import threading
from collections import Counter
from uuid import UUID

import pytest
from django.db import connection, transaction

import ledger
from ledger import NewAccount, Transfer, proofs, sealing, statements
from ledger.errors import DuplicateReference, InsufficientFunds, PostingRaced
from ledger.models import Event, Leaf, Seal
from ledger.models import Transfer as Row
from ledger.verification import verify
from tests.ledger.conftest import ACTOR, MOVED

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS, STEPS = 16, 40
PURSES, IN_EACH = 6, 20_00
OWNER = UUID(int=16)


class Work:
    """What the workers do, each from its own dice, and what they were told."""

    def __init__(self) -> None:
        wanted = [("funder", False), ("payable", False), *((f"purse {place}", True) for place in range(PURSES))]
        self.funder, self.payable, *self.purses = ledger.open_accounts(
            [NewAccount(kind, "GBP", bounded, "test", OWNER) for kind, bounded in wanted]
        )
        self.told: Counter[str] = Counter()
        self.broken: list[BaseException] = []
        self.guard = threading.Lock()
        with transaction.atomic():
            ledger.post([self.line(self.funder, purse, IN_EACH, f"in {purse}") for purse in self.purses])

    def line(self, debit: UUID, credit: UUID, amount: int, reference: str) -> Transfer:
        return Transfer(debit, credit, amount, "GBP", "test", reference, MOVED.by(ACTOR, "test:1", amount_minor=amount))

    def run(self, worker: int) -> None:
        dice = random.Random(worker)
        try:
            for step in range(STEPS):
                kind = dice.choices(
                    ("pay", "shuffle", "pay again", "read", "prove", "seal"), weights=(8, 5, 4, 3, 1, 1)
                )[0]
                outcome = self.do(kind, dice, f"{worker}:{step}")
                with self.guard:
                    self.told[f"{kind}: {outcome}"] += 1
        except BaseException as error:
            self.broken.append(error)
        finally:
            connection.close()

    def do(self, kind: str, dice: random.Random, name: str) -> str:
        if kind == "seal":
            sealing.seal(at_once=dice.choice((7, 50)))
            return "done"
        if kind == "read":
            assert all(held >= 0 for held in ledger.balances(self.purses).values())
            statements.page(self.purses, limit=10)
            return "done"
        if kind == "prove":
            leaf = Leaf.objects.filter(table="transfer").order_by("-index").first()
            return "nothing yet" if leaf is None else f"{len(proofs.receipt([leaf.row]).logs)} log"
        if kind == "shuffle":  # between purses, in whatever order: nobody waits for each other for ever
            parts = dice.randint(1, 3)
            lines = [self.line(*dice.sample(self.purses, 2), dice.randint(1, 300), f"{name}/{n}") for n in range(parts)]
        elif kind == "pay":
            lines = [self.line(dice.choice(self.purses), self.payable, dice.randint(1, 300), name)]
        else:  # what some other worker pays too, under one name
            place = dice.randrange(12)
            lines = [self.line(self.purses[place % PURSES], self.payable, 1_00 + place, f"shared {place}")]
        return self.post(lines)

    def post(self, lines: list[Transfer]) -> str:
        try:
            with transaction.atomic():
                ledger.post(lines)
        except (InsufficientFunds, DuplicateReference, PostingRaced) as refusal:
            return refusal.code
        return "posted"


def test_sixteen_at_once_leave_a_ledger_that_holds(alone_in_the_cluster):
    work = Work()
    threads = [threading.Thread(target=work.run, args=(worker,)) for worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert work.broken == []
    assert work.told.total() == WORKERS * STEPS
    assert work.told["pay: posted"] > 0
    assert work.told["shuffle: posted"] > 0

    held = ledger.balances([work.funder, work.payable, *work.purses])
    assert sum(held.values()) == 0
    assert held[work.funder] == -PURSES * IN_EACH
    assert Row.objects.filter(reference__startswith="shared").count() <= 12
    sealing.seal()
    assert Leaf.objects.count() == Row.objects.count() + Event.objects.count()
    newest = sealing.newest(1)
    assert newest is not None
    for old in Seal.objects.all():
        proofs.consistency(1, old.size, newest.size)
    verdict = verify()
    assert verdict.broken is None, verdict.broken
    assert verdict.sealed == verdict.transfers + verdict.events

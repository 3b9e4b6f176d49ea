"""Anything that can be done to the ledger, in any order, against a plain-Python auditor who keeps every checkpoint."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import ledger
from ledger import NewAccount, Transfer, merkle, notes, proofs, sealing
from ledger.errors import DuplicateReference, InsufficientFunds
from ledger.models import Balance, Event, Leaf, Seal
from ledger.models import Transfer as Row
from ledger.verification import verify
from tests.ledger.conftest import ACTOR, MOVED

places = st.integers(0, 5)
amounts = st.integers(1, 500)


class Auditor(RuleBasedStateMachine):
    """Keeps its own books with a counter, and compares."""

    @initialize()
    def open(self) -> None:
        self.accounts: list[UUID] = ledger.open_accounts(
            [NewAccount(f"a{place}", "GBP", place > 1, "machine", uuid4()) for place in range(6)]
        )
        self.books: Counter[UUID] = Counter()
        self.touched: Counter[UUID] = Counter()
        self.posted: dict[str, Transfer] = {}
        self.rows: list[UUID] = []
        self.sealed = Leaf.objects.count()
        self.kept: list[Seal] = []

    def bounded(self, account: UUID) -> bool:
        return self.accounts.index(account) > 1

    def line(self, debit: int, credit: int, amount: int) -> Transfer:
        credit = credit if credit != debit else (credit + 1) % 6
        return Transfer(
            self.accounts[debit],
            self.accounts[credit],
            amount,
            "GBP",
            "machine",
            f"machine:{uuid4()}",
            MOVED.by(ACTOR, "machine:1", amount_minor=amount),
        )

    @rule(lines=st.lists(st.tuples(places, places, amounts), min_size=1, max_size=6))
    def post(self, lines: list[tuple[int, int, int]]) -> None:
        transfers = [self.line(*line) for line in lines]
        after, touched, possible = self.books.copy(), self.touched.copy(), True
        for transfer in transfers:
            for account, change in ((transfer.debit, -transfer.amount_minor), (transfer.credit, transfer.amount_minor)):
                after[account] += change
                touched[account] += 1
                possible = possible and not (self.bounded(account) and after[account] < 0)
        try:
            with transaction.atomic():
                ledger.post(transfers)
        except InsufficientFunds:
            assert not possible
        else:
            assert possible
            self.books, self.touched = after, touched
            self.posted |= {transfer.reference: transfer for transfer in transfers}
            self.rows += [row.pk for row in Row.objects.filter(reference__in=[line.reference for line in transfers])]

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def post_the_same_again(self, data: st.DataObject) -> None:
        transfer = self.posted[data.draw(st.sampled_from(sorted(self.posted)))]
        with transaction.atomic():
            [answer] = ledger.post([transfer])
        assert answer.reference == transfer.reference

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def post_something_else_under_the_same_reference(self, data: st.DataObject) -> None:
        first = self.posted[data.draw(st.sampled_from(sorted(self.posted)))]
        other = Transfer(
            first.debit, first.credit, first.amount_minor + 1, "GBP", "machine", first.reference, first.event
        )
        try:
            with transaction.atomic():
                ledger.post([other])
        except DuplicateReference:
            pass
        else:
            raise AssertionError

    @rule(at_once=st.integers(1, 40))
    def seal(self, at_once: int) -> None:
        """Everything there is, once, in pieces; and what was kept of the log before is where it was."""
        unsealed = Row.objects.count() + Event.objects.count() - self.sealed
        assert sealing.seal(at_once=at_once) == unsealed
        self.sealed += unsealed
        assert Leaf.objects.count() == self.sealed
        newest = sealing.newest(1)
        if newest is None:
            return
        assert newest.size == self.sealed
        self.kept.append(newest)
        for old in self.kept:
            proof = proofs.consistency(1, old.size, newest.size)
            assert merkle.verify_consistency(old.size, newest.size, proof, bytes(old.root), bytes(newest.root))

    @precondition(lambda self: self.rows and self.kept)
    @rule(data=st.data())
    def prove(self, data: st.DataObject) -> None:
        """A transfer and its event are proven under a checkpoint, or said to be too new for the newest one."""
        row = data.draw(st.sampled_from(self.rows))
        try:
            receipt = proofs.receipt([row])
        except proofs.NotSealedYet:
            assert not Leaf.objects.filter(row=row).exists()
            return
        [(note, proven)] = receipt.logs
        checkpoint = notes.read(note, sealing.known_keys())
        assert {one.table for one in proven} == {"transfer", "event"}
        for one in proven:
            leaf = merkle.leaf_hash(one.data.encode())
            assert merkle.verify_inclusion(leaf, one.index, checkpoint.size, one.path, checkpoint.root)

    @invariant()
    def the_books_agree(self) -> None:
        held = ledger.balances(self.accounts)
        assert held == {account: self.books[account] for account in self.accounts}
        assert sum(held.values()) == 0
        for account in self.accounts[2:]:
            balance = Balance.objects.get(account=account)
            assert (balance.posted, balance.seq) == (self.books[account], self.touched[account])
        assert Row.objects.filter(reference__in=self.posted).count() == len(self.posted)

    def teardown(self) -> None:
        verdict = verify()
        assert verdict.broken is None, verdict.broken


@pytest.mark.django_db(transaction=True)
def test_the_ledger_agrees_with_a_plain_auditor_whatever_is_done_to_it(alone_in_the_cluster):
    """Each run of the machine goes on in the ledger that the last one left, with accounts of its own."""
    run = settings(max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
    Auditor.TestCase.settings = run
    Auditor.TestCase().runTest()

"""Two posts at the same instant on two real connections, first shown to overdraw with the lock taken out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

import ledger
from ledger import posting
from ledger.errors import InsufficientFunds
from ledger.models import Balance, Transfer
from ledger.verification import verify
from tests.conftest import as_owner
from tests.ledger.conftest import Book, open_book
from tests.racing import PATIENCE, together

pytestmark = pytest.mark.django_db(transaction=True)

POST = (Path(ledger.__file__).parent / "sql" / "post.sql").read_text()


def two_spend_the_same(book: Book, parts: int) -> list[Any]:
    """Two purchases of £8 out of one purse of £10, each in one transfer or in several."""

    def spend(reference: str) -> Any:
        share = 8_00 // parts
        lines = [book.transfer(book.purse, book.other, share, f"{reference} {part}") for part in range(parts)]
        try:
            with transaction.atomic():
                return ledger.post(lines)[-1]
        except (InsufficientFunds, DatabaseError) as refusal:
            return refusal

    return together(lambda: spend("one"), lambda: spend("two"))


@pytest.fixture
def book() -> Book:
    made = open_book()
    made.move(made.funder, made.purse, 10_00)
    return made


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A ledger_post that looks at balances without holding them, and waits a moment before it writes.

    The balance's own constraint would still stop the second: that wall is taken out too.
    """
    unlocked = POST[POST.index("CREATE OR REPLACE FUNCTION ledger_post_many(") : POST.index("-- Writes down what")]
    for old, new in (
        (
            "PERFORM 1 FROM ledger_balance WHERE account_id = ANY (debits || credits) ORDER BY account_id FOR UPDATE;",
            "",
        ),
        ("UPDATE ledger_balance balance\n", "PERFORM pg_sleep(0.5); UPDATE ledger_balance balance\n"),
        ("posted = balance.posted + total.change,", "posted = greatest(balance.posted + total.change, 0),"),
        (
            "UPDATE ledger_balance SET posted = posted - amounts[1], seq = seq + 1\n"
            "        WHERE account_id = debits[1] AND posted >= amounts[1]",
            "at_once := EXISTS (SELECT FROM ledger_balance WHERE account_id = debits[1] AND posted >= amounts[1]);\n"
            "PERFORM pg_sleep(0.5);\n"
            "UPDATE ledger_balance SET posted = greatest(posted - amounts[1], 0), seq = seq + 1\n"
            "        WHERE account_id = debits[1] AND at_once",
        ),
        ("ledger_post(", "ledger_post_unlocked("),
        ("ledger_post_many", "ledger_post_many_unlocked"),
    ):
        assert old in unlocked
        unlocked = unlocked.replace(old, new)
    with as_owner() as cursor:
        cursor.execute(unlocked)
        cursor.execute("GRANT EXECUTE ON FUNCTION ledger_post_unlocked TO waymark_app")
    monkeypatch.setattr(posting, "_POST", posting._POST.replace("ledger_post(", "ledger_post_unlocked("))
    yield
    with as_owner() as cursor:
        cursor.execute("DROP FUNCTION ledger_post_unlocked, ledger_post_many_unlocked")


@pytest.mark.parametrize("parts", [1, 2])
def test_without_the_lock_both_spend_the_same_money(book, no_lock, parts):
    two_spend_the_same(book, parts)
    assert Transfer.objects.filter(debit=book.purse).count() == 2 * parts


@pytest.mark.parametrize("parts", [1, 2])
def test_with_the_lock_one_spends_it_and_the_other_is_told(book, parts):
    answers = two_spend_the_same(book, parts)
    assert sorted(type(answer).__name__ for answer in answers) == ["InsufficientFunds", "Posted"]
    assert Balance.objects.get(account=book.purse).posted == 2_00
    assert Balance.objects.get(account=book.other).posted == 8_00


def test_the_same_reference_at_once_is_one_transfer(book):
    """None of them sees another's before it has the lock: those that come second take back what they had begun."""
    with as_owner() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM ledger_balance WHERE account_id = %s FOR UPDATE", [book.purse])

        def let_go_once_all_wait() -> None:
            until = time.monotonic() + PATIENCE
            waiting = 0
            while waiting < 4:
                assert time.monotonic() < until, f"{waiting} of 4 wait"
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute("""
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                """)
                [waiting] = cursor.fetchone()
            cursor.execute("COMMIT")

        _, *answers = together(
            let_go_once_all_wait, *(lambda: book.move(book.purse, book.other, 1_00, "once") for _ in range(4))
        )
    assert len({answer.id for answer in answers}) == 1
    assert [Balance.objects.get(account=account).seq for account in (book.purse, book.other)] == [2, 1]
    assert (book.holds()["purse"], book.holds()["other"]) == (9_00, 1_00)
    assert verify().broken is None


def test_two_who_touch_the_same_accounts_in_opposite_order_do_not_deadlock(book):
    book.move(book.funder, book.other, 10_00)

    def back_and_forth(first: Any, second: Any, name: str) -> None:
        for number in range(25):
            with transaction.atomic():
                ledger.post(
                    [
                        book.transfer(first, second, 1, f"{name}:{number}:there"),
                        book.transfer(second, first, 1, f"{name}:{number}:back"),
                    ]
                )

    together(
        lambda: back_and_forth(book.purse, book.other, "a"),
        lambda: back_and_forth(book.other, book.purse, "b"),
    )
    assert Transfer.objects.count() == 2 + 100
    assert (book.holds()["purse"], book.holds()["other"]) == (10_00, 10_00)

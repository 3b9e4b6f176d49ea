"""Posting: all of it or none, in one round trip, and never twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

import ledger
from config.ids import uuid7
from ledger.errors import AlreadyPosted, CurrencyMismatch, DuplicateReference, InsufficientFunds, UnknownAccount
from ledger.models import Balance, Event, Transfer
from tests.ledger.making import funder, happened, held, line, move, moved, purse

Books = Callable[[], dict[UUID, int]]

pytestmark = pytest.mark.django_db


def test_money_goes_from_the_debit_account_to_the_credit_account() -> None:
    source, account = funder(), purse()

    posted = move(source, account, 120_00)

    assert held(source, account) == [-120_00, 120_00]
    assert (posted.debit_balance_minor, posted.credit_balance_minor) == (None, 120_00)


def test_a_transfer_is_written_down_whole() -> None:
    source, account, journal = funder(), purse(), uuid7()
    first = move(source, account, 5)
    event = moved(7)

    posted = move(
        source, account, 7, kind="gift", reference="gift:1", event=event, journal=journal, corrects=first.id,
        effective_on=dt.date(2003, 7, 1),
    )  # fmt: skip

    row = Transfer.objects.get(pk=posted.id)
    assert (row.debit_id, row.credit_id, row.amount_minor, row.currency) == (source, account, 7, "GBP")
    assert (row.kind, row.reference, row.event_id, row.journal) == ("gift", "gift:1", event.id, journal)
    assert (row.corrects_id, row.effective_on, row.era) == (first.id, dt.date(2003, 7, 1), 1)
    assert (row.debit_seq, row.debit_after_minor, row.credit_seq, row.credit_after_minor) == (None, None, 2, 12)


def test_a_movement_counts_for_the_day_it_is_posted_when_nothing_else_is_said() -> None:
    posted = move(funder(), purse(), 1)

    assert Transfer.objects.get(pk=posted.id).effective_on == posted.created_at.date()


def test_an_account_may_be_emptied_to_the_last_penny() -> None:
    account, shop = purse(50), funder()

    assert move(account, shop, 50).debit_balance_minor == 0
    assert held(account, shop) == [0, 50]


def test_a_penny_too_much_is_refused_and_nothing_has_changed(books: Books) -> None:
    account, shop = purse(50), funder()
    before, events = books(), Event.objects.count()

    with pytest.raises(InsufficientFunds) as refused:
        move(account, shop, 51)

    assert refused.value.facts["account"] == str(account)
    assert (books(), Event.objects.count()) == (before, events)


def test_one_bad_line_refuses_them_all(books: Books) -> None:
    rich, poor, shop = purse(1_000), purse(10), funder()
    before = books()

    with pytest.raises(InsufficientFunds), transaction.atomic():
        ledger.post([line(rich, shop, 1_000), line(poor, shop, 11)])

    assert books() == before


def test_lines_of_one_call_are_judged_in_their_order() -> None:
    source, account, shop = funder(), purse(), funder()

    with transaction.atomic():
        posted = ledger.post([line(source, account, 30), line(account, shop, 20), line(account, shop, 10)])

    assert [(one.credit_balance_minor, one.debit_balance_minor) for one in posted] == [
        (30, None),
        (None, 10),
        (None, 0),
    ]


def test_money_that_only_comes_later_in_the_call_cannot_be_spent_earlier(books: Books) -> None:
    source, account, shop = funder(), purse(), funder()
    before = books()

    with pytest.raises(InsufficientFunds), transaction.atomic():
        ledger.post([line(account, shop, 20), line(source, account, 30)])

    assert books() == before


def test_each_accounts_transfers_are_numbered_without_a_gap() -> None:
    one, other = purse(100), purse()
    with transaction.atomic():
        ledger.post([line(one, other, 10), line(one, other, 20), line(other, one, 5)])

    sides = Transfer.objects.order_by("id").values_list(
        "debit_seq", "debit_after_minor", "credit_seq", "credit_after_minor"
    )
    assert list(sides)[-3:] == [(2, 90, 1, 10), (3, 70, 2, 30), (3, 25, 4, 75)]
    assert (Balance.objects.get(pk=one).seq, Balance.objects.get(pk=other).seq) == (4, 3)


def test_answers_come_in_the_order_asked() -> None:
    source, account = funder(), purse()
    lines = [line(source, account, amount) for amount in (3, 1, 2)]

    with transaction.atomic():
        posted = ledger.post(lines)

    assert [one.reference for one in posted] == [one.reference for one in lines]
    assert [one.credit_balance_minor for one in posted] == [3, 4, 6]
    assert len({one.journal for one in posted}) == 1


def test_the_same_reference_with_the_same_content_answers_the_first_and_moves_nothing(books: Books) -> None:
    source, account = funder(), purse()
    first = move(source, account, 40, reference="gift:1")
    before, events = books(), Event.objects.count()

    again = move(source, account, 40, reference="gift:1")

    assert again == first
    assert (books(), Event.objects.count()) == (before, events)


def test_of_some_old_and_some_new_references_only_the_new_are_posted() -> None:
    source, account = funder(), purse()
    first = move(source, account, 40, reference="gift:1")
    note = happened()

    with transaction.atomic():
        again, new = ledger.post(
            [line(source, account, 40, reference="gift:1"), line(source, account, 2, reference="gift:2")], events=[note]
        )

    assert (again, new.credit_balance_minor) == (first, 42)
    assert held(source, account) == [-42, 42]
    assert Event.objects.filter(pk=note.id).exists()


@pytest.mark.parametrize("other", ["amount", "kind", "credit", "debit"])
def test_the_same_reference_with_other_content_is_refused(other: str, books: Books) -> None:
    source, account = funder(), purse()
    move(source, account, 40, reference="gift:1")
    changed: dict[str, Any] = {"kind": "test"}
    amount = 41 if other == "amount" else 40
    if other == "kind":
        changed["kind"] = "loan"
    debit = funder() if other == "debit" else source
    credit = purse() if other == "credit" else account
    before = books()

    with pytest.raises(DuplicateReference):
        move(debit, credit, amount, reference="gift:1", **changed)

    assert books() == before


def test_money_does_not_change_its_currency(books: Books) -> None:
    pounds, euros = purse(50), purse(currency="EUR")
    before = books()

    for currency in ("GBP", "EUR"):
        with pytest.raises(CurrencyMismatch):
            move(pounds, euros, 10, currency=currency)

    assert books() == before


def test_an_account_that_does_not_exist_is_named(books: Books) -> None:
    account, nowhere = purse(50), uuid7()
    before = books()

    with pytest.raises(UnknownAccount) as refused:
        move(account, nowhere, 10)

    assert refused.value.facts["account"] == str(nowhere)
    assert books() == before


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_positive(amount: int, books: Books) -> None:
    source, account = funder(), purse(50)
    before = books()

    with pytest.raises(IntegrityError, match="transfer_is_positive"):
        move(source, account, amount)

    assert books() == before


def test_money_moves_between_two_accounts(books: Books) -> None:
    account = purse(50)
    before = books()

    with pytest.raises(IntegrityError, match="transfer_is_between_two_accounts"):
        move(account, account, 10)

    assert books() == before


def test_amounts_of_many_millions_of_pounds_are_exact() -> None:
    source, account = funder(), purse()

    move(source, account, 9_007_199_254_740_993)
    move(source, account, 1)

    assert held(source, account) == [-9_007_199_254_740_994, 9_007_199_254_740_994]


def test_a_transaction_posts_once(books: Books) -> None:
    source, account = funder(), purse()
    before = books()

    def post_twice() -> None:
        with transaction.atomic():
            ledger.post([line(source, account, 1)])
            with transaction.atomic():
                ledger.post([line(source, account, 2)])

    with pytest.raises(AlreadyPosted):
        post_twice()

    assert books() == before


@pytest.mark.django_db(transaction=True)
def test_money_moves_inside_a_transaction_only() -> None:
    source, account = funder(), purse()

    with pytest.raises(transaction.TransactionManagementError):
        ledger.post([line(source, account, 1)])

    assert held(source, account) == [0, 0]


def test_no_transfers_only_write_their_events_down() -> None:
    note = happened()

    with transaction.atomic():
        assert ledger.post([], events=[note]) == []

    assert Event.objects.get().id == note.id


def test_a_thousand_lines_are_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    source, accounts = funder(), [purse() for _ in range(10)]
    lines = [line(source, accounts[number % 10], 1) for number in range(1_000)]

    with transaction.atomic(), django_assert_num_queries(1):
        ledger.post(lines)

    assert held(source, *accounts) == [-1_000] + [100] * 10

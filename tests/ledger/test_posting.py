"""Posting: the only way in which money moves, all of it or none."""

from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, transaction

import ledger
from ledger import NewAccount
from ledger.errors import AlreadyPosted, CurrencyMismatch, DuplicateReference, InsufficientFunds, UnknownAccount
from ledger.models import Event, Transfer

pytestmark = pytest.mark.django_db


def test_money_goes_from_the_debit_account_to_the_credit_account(book):
    posted = book.move(book.pot, book.purse, 3_00)
    assert (posted.debit_balance_minor, posted.credit_balance_minor) == (7_00, 3_00)
    assert book.holds() == {"funder": -10_00, "pot": 7_00, "purse": 3_00, "other": 0}


def test_each_bounded_side_keeps_its_balance_and_its_place(book):
    book.move(book.pot, book.purse, 1_00, "first")
    book.move(book.pot, book.purse, 2_00, "second")
    rows = Transfer.objects.filter(reference__in=["first", "second"]).order_by("credit_seq")
    assert [(row.debit_after_minor, row.debit_seq) for row in rows] == [(9_00, 2), (7_00, 3)]
    assert [(row.credit_after_minor, row.credit_seq) for row in rows] == [(1_00, 1), (3_00, 2)]


def test_several_lines_are_posted_in_their_order_in_one_journal(book):
    with transaction.atomic():
        posted = ledger.post(
            [book.transfer(book.pot, book.purse, 10_00, "a"), book.transfer(book.purse, book.other, 10_00, "b")]
        )
    assert [row.reference for row in posted] == ["a", "b"]
    assert posted[0].journal == posted[1].journal
    assert book.holds()["other"] == 10_00


def test_more_than_there_is_does_not_move(book, books):
    before = books()
    with pytest.raises(InsufficientFunds):
        book.move(book.pot, book.purse, 10_01)
    assert books() == before
    assert Event.objects.count() == 1


def test_one_line_that_cannot_be_posted_takes_the_others_with_it(book, books):
    before = books()
    lines = [book.transfer(book.pot, book.purse, 1_00, "good"), book.transfer(book.other, book.purse, 1, "bad")]
    with pytest.raises(InsufficientFunds), transaction.atomic():
        ledger.post(lines)
    assert books() == before


def test_an_account_is_never_below_zero_not_even_between_two_lines(book, books):
    before = books()
    lines = [book.transfer(book.purse, book.other, 1_00, "spend"), book.transfer(book.pot, book.purse, 1_00, "fill")]
    with pytest.raises(InsufficientFunds), transaction.atomic():
        ledger.post(lines)
    assert books() == before


def test_currencies_do_not_mix(book, books):
    before = books()
    for currency in ("GBP", "EUR"):
        with pytest.raises(CurrencyMismatch):
            book.move(book.pot, book.euros, 1_00, currency=currency)
    assert books() == before


def test_an_account_that_does_not_exist_gets_nothing(book, books):
    before = books()
    with pytest.raises(UnknownAccount):
        book.move(book.pot, uuid4(), 1_00)
    assert books() == before


@pytest.mark.parametrize("amount", [0, -1_00])
def test_nothing_and_less_than_nothing_do_not_move(book, books, amount):
    before = books()
    with pytest.raises((IntegrityError, InsufficientFunds)):
        book.move(book.pot, book.purse, amount)
    assert books() == before


def test_an_amount_that_no_account_can_hold_does_not_move(book, books):
    before = books()
    with pytest.raises(DataError):
        book.move(book.funder, book.pot, 2**63 - 1)
    assert books() == before


def test_a_transfer_to_the_same_account_is_refused(book, books):
    before = books()
    with pytest.raises(IntegrityError):
        book.move(book.pot, book.pot, 1_00)
    assert books() == before


def test_the_same_again_under_one_reference_answers_the_first_and_moves_nothing(book, books):
    first = book.move(book.pot, book.purse, 2_00, "once")
    before, events = books(), Event.objects.count()
    assert book.move(book.pot, book.purse, 2_00, "once") == first
    assert books() == before
    assert Event.objects.count() == events


def test_something_else_under_the_same_reference_is_refused(book, books):
    book.move(book.pot, book.purse, 2_00, "once")
    before = books()
    for changed in ((book.pot, book.purse, 2_01), (book.pot, book.other, 2_00)):
        with pytest.raises(DuplicateReference):
            book.move(*changed, "once")
    assert books() == before


def test_of_a_batch_that_was_partly_posted_only_the_rest_is_posted(book):
    book.move(book.pot, book.purse, 1_00, "old")
    with transaction.atomic():
        posted = ledger.post(
            [book.transfer(book.pot, book.purse, 1_00, "old"), book.transfer(book.pot, book.purse, 2_00, "new")]
        )
    assert [row.reference for row in posted] == ["old", "new"]
    assert book.holds()["purse"] == 3_00


@pytest.mark.django_db(transaction=True)
def test_a_transaction_posts_once(book, books):
    before = books()
    with transaction.atomic():
        ledger.post([book.transfer(book.pot, book.purse, 1, "one")])
        with pytest.raises(AlreadyPosted), transaction.atomic():
            ledger.post([book.transfer(book.pot, book.purse, 1, "two")])
        transaction.set_rollback(True)
    assert books() == before


@pytest.mark.django_db(transaction=True)
def test_money_moves_inside_a_transaction_only(book):
    with pytest.raises(transaction.TransactionManagementError):
        ledger.post([book.transfer(book.pot, book.purse, 1, "one")])


def test_an_account_is_opened_once_a_purpose(book):
    owner = uuid4()
    wanted = [NewAccount("purse", "GBP", True, "test", owner), NewAccount("purse", "EUR", True, "test", owner)]
    assert ledger.open_accounts(wanted) == ledger.open_accounts(
        [NewAccount(account.kind, account.currency, True, "test", owner) for account in wanted]
    )


def test_a_thousand_lines_are_one_query(book, django_assert_num_queries):
    lines = [book.transfer(book.funder, book.pot, 1, f"line:{number}") for number in range(1000)]
    with transaction.atomic(), django_assert_num_queries(1):
        ledger.post(lines)
    assert book.holds()["pot"] == 20_00


def test_one_reference_twice_in_a_call_is_refused(book, books):
    before = books()
    with pytest.raises(DuplicateReference), transaction.atomic():
        ledger.post([book.transfer(book.pot, book.purse, 1, "once"), book.transfer(book.pot, book.purse, 1, "once")])
    assert books() == before

"""Reading: the feed below the horizon, snapshots, and statements page by page."""

import threading

import pytest
from django.db import connection, transaction

import ledger
from ledger import feed, statements
from ledger.feed import Place
from ledger.models import FeedCursor, Snapshot, Transfer
from tests.ledger.conftest import ACTOR, MOVED, open_book, take_snapshots

pytestmark = pytest.mark.django_db(transaction=True)


# Other tests' open transactions hold the cluster's own horizon back; where that is not the point, it is given.
ALL = 2**62


def happened(amount):
    return MOVED.by(ACTOR, "test:1", amount_minor=amount)


def amounts(events):
    return [event.data["amount_minor"] for event in events]


def test_a_transaction_that_commits_late_is_neither_missed_nor_seen_twice():
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            ledger.record(happened(1))
            begun.set()
            go_on.wait(20)
        connection.close()
        done.set()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(20)
    ledger.record(happened(2))
    assert feed.read(Place()) == []
    go_on.set()
    thread.join(20)
    assert done.is_set()
    first = feed.read(Place(), limit=1, below=ALL)
    rest = feed.read(Place(first[0].era, first[0].xid, first[0].id), below=ALL)
    assert amounts(first + rest) == [1, 2]


def test_a_reader_goes_on_from_where_it_was():
    seen = []
    ledger.record(happened(1), happened(2), happened(3))
    assert feed.consume("reader", seen.extend, limit=2, below=ALL) == 2
    assert feed.consume("reader", seen.extend, limit=2, below=ALL) == 1
    assert feed.consume("reader", seen.extend, below=ALL) == 0
    assert amounts(seen) == [1, 2, 3]


def test_a_reader_that_fails_finds_the_same_again():
    ledger.record(happened(1))

    def fail(events):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        feed.consume("reader", fail, below=ALL)
    assert not FeedCursor.objects.exists()
    seen = []
    feed.consume("reader", seen.extend, below=ALL)
    assert amounts(seen) == [1]


def test_a_reader_may_begin_with_what_happens_from_now_on():
    ledger.record(happened(1))
    [before] = feed.read(Place(), below=ALL)
    feed.start_from_now("reader", below=before.xid + 1)
    ledger.record(happened(2))
    seen = []
    feed.consume("reader", seen.extend, below=ALL)
    assert amounts(seen) == [2]


def test_the_horizon_can_be_given(db):
    ledger.record(happened(1))
    assert feed.read(Place(), below=0) == []


def test_a_balance_is_its_newest_snapshot_and_what_came_since():
    book = open_book()
    book.move(book.funder, book.pot, 10_00, "first")
    horizon = Transfer.objects.get(reference="first").xid + 1
    assert take_snapshots(below=horizon) == 1
    book.move(book.funder, book.pot, 5_00, "second")
    assert Snapshot.objects.get().balance_minor == -10_00
    assert book.holds()["funder"] == -15_00
    horizon = Transfer.objects.get(reference="second").xid + 1
    assert take_snapshots(below=horizon) == 1
    assert take_snapshots(below=horizon) == 0
    assert book.holds()["funder"] == -15_00


def test_a_snapshot_counts_nothing_that_is_still_to_come():
    book = open_book()
    book.move(book.funder, book.pot, 10_00)
    assert take_snapshots(below=2**60) == 1
    assert Snapshot.objects.get().horizon < 2**60
    book.move(book.funder, book.pot, 5_00)
    assert book.holds()["funder"] == -15_00
    assert take_snapshots(below=2**60) == 1
    assert book.holds()["funder"] == -15_00


def test_an_account_that_rests_keeps_its_snapshot_while_others_move():
    one, other = open_book(), open_book()
    for book in (one, other, other, one):
        book.move(book.funder, book.pot, 1_00)
        take_snapshots(below=2**60)
    assert [Snapshot.objects.filter(account=book.funder).count() for book in (one, other)] == [2, 2]
    assert [book.holds()["funder"] for book in (one, other)] == [-2_00, -2_00]


def test_a_statement_is_read_page_by_page_newest_first_and_whole():
    book = open_book()
    book.move(book.funder, book.pot, 100)
    for number in range(1, 8):
        book.move(book.pot, book.purse, number, f"move:{number}")
    pages, after = [], None
    while True:
        page = statements.page([book.purse], after=after, limit=3)
        pages.append([(entry.amount_minor, entry.after_minor) for entry in page.entries])
        after = page.next
        if after is None:
            break
    assert pages == [[(7, 28), (6, 21), (5, 15)], [(4, 10), (3, 6), (2, 3)], [(1, 1)]]


def test_a_transfer_between_two_of_the_accounts_is_two_lines():
    book = open_book()
    book.move(book.funder, book.pot, 100)
    book.move(book.pot, book.purse, 40)
    entries = statements.page([book.pot, book.purse]).entries
    assert sorted((entry.account_id == book.pot, entry.amount_minor) for entry in entries) == [
        (False, 40),
        (True, -40),
        (True, 100),
    ]


@pytest.mark.parametrize("cursor", ["nonsense", "MTI=", "é", "' OR 1=1", "MTI6eHl6"])
def test_a_place_that_is_none_is_refused(cursor):
    with pytest.raises(statements.CursorUnknown):
        statements.page([open_book().pot], after=cursor)


def test_a_statement_says_what_an_account_stood_at_after_each_movement_also_from_a_snapshot_on(book):
    for amount in (1_00, 2_00):
        book.move(book.funder, book.pot, amount)
    take_snapshots(below=ALL)
    book.move(book.funder, book.pot, 3_00)
    accounts = [book.funder, book.pot]
    whole = statements.page(accounts).entries
    newest = statements.page(accounts, limit=2)
    older = statements.page(accounts, limit=2, after=newest.next)
    for entries in (whole, newest.entries, older.entries):
        stood = statements.after_each(entries)
        assert [stood[one.transfer_id, one.account_id] for one in entries if one.account_id == book.pot] == [
            one.after_minor for one in entries if one.account_id == book.pot
        ]
    stood = statements.after_each(whole)
    assert [stood[one.transfer_id, one.account_id] for one in whole if one.account_id == book.funder] == [
        -16_00,
        -13_00,
        -11_00,
        -10_00,
    ]
    assert statements.after_each([]) == {}


def test_a_statement_is_narrowed_to_when_it_was_posted(book, clock):
    clock.move_by(days=2)
    since = ledger.now()
    book.move(book.funder, book.pot, 5_00)
    assert [one.amount_minor for one in statements.page([book.pot], since=since).entries] == [5_00]
    assert [one.amount_minor for one in statements.page([book.pot], before=since).entries] == [10_00]

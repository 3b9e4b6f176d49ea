"""The feed: nothing missed, nothing twice, whoever commits late."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
import pytest
from django.db import connection, transaction

import ledger
from ledger import feed
from ledger.events import to_json
from ledger.feed import Place
from ledger.models import Event, FeedCursor
from tests.ledger.making import happened, wait_for_the_horizon
from tests.racing import together

NOW = 2**62


def _another_connection() -> psycopg.Connection:
    """The application's, beside the one that the test has."""
    return psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})


def _numbers(events: Sequence[Event]) -> list[int]:
    return [event.data["number"] for event in events]


def _record(*numbers: int) -> None:
    for number in numbers:
        ledger.record(happened(number))


@pytest.mark.django_db
def test_events_come_in_the_order_of_their_transactions_then_of_their_ids() -> None:
    _record(1, 2, 3)

    events = feed.read(Place(), below=NOW)

    assert _numbers(events) == [1, 2, 3]
    last = events[1]
    assert _numbers(feed.read(Place(last.era, last.xid, last.id), below=NOW)) == [3]
    assert _numbers(feed.read(Place(), limit=2, below=NOW)) == [1, 2]


@pytest.mark.django_db
def test_nothing_of_a_transaction_that_has_not_ended_is_read() -> None:
    _record(1)

    assert feed.read(Place()) == []


@pytest.mark.django_db
def test_the_horizon_is_an_argument_and_itself_not_read() -> None:
    _record(1)
    xid = Event.objects.get().xid

    assert feed.read(Place(), below=xid) == []
    assert _numbers(feed.read(Place(), below=xid + 1)) == [1]


@pytest.mark.django_db(transaction=True)
def test_what_a_late_transaction_wrote_is_neither_missed_nor_overtaken() -> None:
    with _another_connection() as late:
        late.execute("SELECT ledger_record(%s::jsonb)", [to_json([happened(1)])])
        _record(2)
        while_it_is_open = feed.read(Place())
        late.commit()
    wait_for_the_horizon()

    assert while_it_is_open == []
    assert _numbers(feed.read(Place())) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_holds_nothing_up_for_good() -> None:
    with _another_connection() as failing:
        failing.execute("SELECT ledger_record(%s::jsonb)", [to_json([happened(1)])])
        _record(2)
        failing.rollback()
    wait_for_the_horizon()

    assert _numbers(feed.read(Place())) == [2]


@pytest.mark.django_db(transaction=True)
def test_a_reader_gets_each_event_once_batch_by_batch() -> None:
    _record(1, 2, 3)
    wait_for_the_horizon()
    seen: list[int] = []

    counts = [feed.consume("reader", lambda events: seen.extend(_numbers(events)), limit=2) for _ in range(3)]

    assert (seen, counts) == ([1, 2, 3], [2, 1, 0])
    _record(4)
    wait_for_the_horizon()
    feed.consume("reader", lambda events: seen.extend(_numbers(events)))
    assert seen == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_finds_the_same_events_again_and_leaves_nothing_behind() -> None:
    _record(1)
    wait_for_the_horizon()

    def fail(events: Sequence[Event]) -> None:
        FeedCursor.objects.create(name="written by the reader")
        raise LookupError

    with pytest.raises(LookupError):
        feed.consume("reader", fail)

    assert not FeedCursor.objects.exists()
    seen: list[int] = []
    feed.consume("reader", lambda events: seen.extend(_numbers(events)))
    assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_readers_of_two_names_each_get_everything() -> None:
    _record(1)
    wait_for_the_horizon()
    one: list[int] = []
    other: list[int] = []

    feed.consume("one", lambda events: one.extend(_numbers(events)))
    feed.consume("other", lambda events: other.extend(_numbers(events)))

    assert (one, other) == ([1], [1])


@pytest.mark.django_db(transaction=True)
def test_two_readers_of_one_name_at_once_share_the_events() -> None:
    _record(*range(1, 5))
    wait_for_the_horizon()
    seen: list[int] = []

    def read() -> int:
        return feed.consume("reader", lambda events: seen.extend(_numbers(events)), limit=3)

    assert sorted(together(read, read)) == [1, 3]
    assert seen == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_starts_from_now_is_told_nothing_older() -> None:
    _record(1)
    wait_for_the_horizon()
    feed.consume("reader", lambda events: None)
    _record(2)
    wait_for_the_horizon()
    feed.start_from_now("reader")
    with transaction.atomic():
        _record(3, 4)
    wait_for_the_horizon()
    seen: list[int] = []

    feed.consume("reader", lambda events: seen.extend(_numbers(events)))

    assert seen == [3, 4]

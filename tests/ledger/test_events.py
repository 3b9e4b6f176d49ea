"""Events: what happened, through whom; never words about a person, and never without an actor."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

import ledger
from config.ids import uuid7
from ledger import Actor, EventKind
from ledger.events import within_request
from ledger.models import Event
from tests.ledger.making import HAPPENED, funder, happened, line, moved, purse


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(TypeError, match=r"test\.happened is declared already"):
        EventKind("test.happened", fields=())


@pytest.mark.parametrize("data", [{}, {"number": 1, "more": 2}, {"more": 2}])
def test_an_event_carries_exactly_its_declared_fields(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"test\.happened carries \['number'\]"):
        HAPPENED.by(Actor.system("test"), "test:1", **data)


@pytest.mark.parametrize(
    "value", ["Megan Rees", "megan@learner.example", "", "x" * 81, "two\nlines", 1.5, {"name": "Megan"}, ["Megan Rees"]]
)
def test_words_about_a_person_are_refused(value: Any) -> None:
    if value == "":
        assert HAPPENED.by(Actor.system("test"), "test:1", number=value).data == {"number": ""}
        return
    with pytest.raises(ValueError, match="number is not an id, code, amount or date"):
        HAPPENED.by(Actor.system("test"), "test:1", number=value)


def test_ids_codes_amounts_dates_and_lists_of_them_are_carried() -> None:
    value = [
        UUID(int=7),
        "course_full",
        120_00,
        True,
        None,
        dt.date(2026, 3, 1),
        dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    ]

    event = HAPPENED.by(Actor.system("test"), "test:1", number=value)

    assert event.data["number"] == [
        "00000000-0000-0000-0000-000000000007", "course_full", 12000, True, None, "2026-03-01",
        "2026-03-01T00:00:00+00:00",
    ]  # fmt: skip


@pytest.mark.django_db
def test_it_is_written_down_whole() -> None:
    person = uuid7()
    actor = Actor.user(person, acting_for="provider:1", on_behalf_of="learner:2", request_id="r-1")
    event = HAPPENED.by(actor, "voucher:3", number=4)

    ledger.record(event)

    row = Event.objects.get(pk=event.id)
    assert (row.kind, row.subject, row.data) == ("test.happened", "voucher:3", {"number": 4})
    assert (row.actor, row.acting_for, row.on_behalf_of) == (f"user:{person}", "provider:1", "learner:2")
    assert (row.request_id, row.created_at, row.era) == ("r-1", ledger.now(), 1)


@pytest.mark.django_db
def test_events_of_a_request_name_it() -> None:
    with within_request("r-7"):
        ledger.record(inside := happened())
    ledger.record(outside := happened())

    assert Event.objects.get(pk=inside.id).request_id == "r-7"
    assert Event.objects.get(pk=outside.id).request_id == ""


@pytest.mark.django_db
def test_without_an_actor_nothing_happened() -> None:
    nobody = HAPPENED.by(Actor(""), "test:1", number=1)

    with pytest.raises(IntegrityError, match="event_has_an_actor"), transaction.atomic():
        ledger.record(nobody)

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_no_events_are_no_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        ledger.record()


@pytest.mark.django_db
def test_an_event_that_several_transfers_share_is_written_once() -> None:
    source, one, other, event = funder(), purse(), purse(), moved(30)

    with transaction.atomic():
        ledger.post([line(source, one, 10, event=event), line(source, other, 20, event=event)], events=[event])

    assert Event.objects.get().transfers.count() == 2


@pytest.mark.django_db
def test_a_change_that_fails_takes_its_event_with_it() -> None:
    def fail() -> None:
        with transaction.atomic():
            ledger.record(happened())
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert not Event.objects.exists()

"""What happened is written with its actor and without words; and there is one clock."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

import ledger
from ledger import Actor, EventKind, clock
from ledger.errors import NotASandbox
from ledger.models import Event
from tests.conftest import as_owner
from tests.ledger.conftest import ACTOR, MOVED

pytestmark = pytest.mark.django_db
KIND = EventKind("test.happened", fields={"who", "day"})


def test_an_event_carries_exactly_the_fields_its_kind_declares():
    for wrong in ({}, {"who": uuid4()}, {"who": uuid4(), "day": None, "why": 1}):
        with pytest.raises(ValueError, match="carries"):
            KIND.by(ACTOR, "test:1", **wrong)


@pytest.mark.parametrize("words", ["Sioned Parry", "12 High Street", "a@b.c d", "<b>", "x" * 81, 1.5, {"a": 1}])
def test_an_event_never_carries_free_text(words):
    with pytest.raises(ValueError, match="is not an id, code, amount or date"):
        KIND.by(ACTOR, "test:1", who=words, day=None)


def test_a_kind_is_declared_once():
    with pytest.raises(TypeError):
        EventKind("test.moved", fields=set())


def test_an_event_is_kept_with_who_did_it_for_whom_and_when():
    who = uuid4()
    event = KIND.by(
        Actor.user(who, on_behalf_of="learner:x", request_id="r1"), "test:7", who=who, day=dt.date(2026, 1, 2)
    )
    ledger.record(event)
    kept = Event.objects.get(pk=event.id)
    assert (kept.actor, kept.on_behalf_of, kept.request_id, kept.subject) == (
        f"user:{who}",
        "learner:x",
        "r1",
        "test:7",
    )
    assert kept.data == {"who": str(who), "day": "2026-01-02"}
    assert kept.created_at == ledger.now()


def test_without_an_actor_it_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.record(MOVED.by(Actor(id=""), "test:1", amount_minor=1))


def test_a_sandboxs_clock_moves_for_everybody(clock):
    before = ledger.now()
    clock.move_by(days=3, hours=2)
    assert ledger.now() - before == dt.timedelta(days=3, hours=2)
    moment = dt.datetime(2030, 7, 1, 23, 30, tzinfo=dt.UTC)
    clock.move_to(moment)
    assert ledger.now() == moment
    assert ledger.today() == dt.date(2030, 7, 2)


@pytest.mark.django_db(transaction=True)
def test_a_clock_outside_a_sandbox_does_not_move():
    with as_owner() as cursor:
        cursor.execute("UPDATE ledger_book SET sandbox = false, clock_offset = interval '9 days'")
    with pytest.raises(NotASandbox):
        clock.move_by(dt.timedelta(days=1))
    assert abs(ledger.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(days=1)

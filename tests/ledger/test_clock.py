"""The clock: one time for all, which only a sandbox can move."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import ledger
from ledger import clock as clocks
from ledger.errors import NotASandbox
from ledger.models import Book
from tests.conftest import as_owner
from tests.ledger.making import funder, move, purse

pytestmark = pytest.mark.django_db


def test_time_is_the_transactions_own() -> None:
    assert ledger.now() == ledger.now()
    assert ledger.now().tzinfo is dt.UTC


def test_it_moves_as_far_as_it_is_moved(clock: Any) -> None:
    before = ledger.now()

    clock.move_by(days=3)
    clock.move_by(hours=-1)

    assert ledger.now() - before == dt.timedelta(days=3, hours=-1)


def test_it_is_set_to_a_moment_and_reset(clock: Any) -> None:
    real, moment = ledger.now(), dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

    clock.move_to(moment)
    assert ledger.now() == moment

    clocks.reset()
    assert ledger.now() == real


def test_today_is_the_day_in_london(clock: Any) -> None:
    clock.move_to(dt.datetime(2027, 7, 1, 23, 30, tzinfo=dt.UTC))
    assert ledger.today() == dt.date(2027, 7, 2)

    clock.move_to(dt.datetime(2027, 1, 1, 23, 30, tzinfo=dt.UTC))
    assert ledger.today() == dt.date(2027, 1, 1)


def test_what_is_posted_has_the_sandboxs_time(clock: Any) -> None:
    moment = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
    clock.move_to(moment)

    assert move(funder(), purse(), 10).created_at == moment


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_is_not_a_sandboxs_cannot_be_moved() -> None:
    with as_owner() as cursor:
        cursor.execute("UPDATE ledger_book SET sandbox = false")
    before = dt.datetime.now(dt.UTC)

    for move_it in (lambda: clocks.move_by(dt.timedelta(days=1)), lambda: clocks.move_to(before), clocks.reset):
        with pytest.raises(NotASandbox):
            move_it()

    assert dt.timedelta(0) <= ledger.now() - before < dt.timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_an_offset_left_in_what_is_no_sandbox_does_not_move_its_time() -> None:
    with as_owner() as cursor:
        cursor.execute("UPDATE ledger_book SET sandbox = false, clock_offset = interval '9 days'")

    assert abs(ledger.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_ledger_with_money_in_it_never_becomes_a_sandbox() -> None:
    move(funder(), purse(), 10)
    with as_owner() as cursor:
        cursor.execute("UPDATE ledger_book SET sandbox = false")

    with pytest.raises(CommandError, match="cannot become a sandbox"):
        call_command("sandbox")

    assert not Book.objects.get().sandbox

"""Two deliveries at the same instant, on two real connections: one of them is the first."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

import pytest
from django.db import connection, transaction

from payments.models import Checkout, GatewayEvent
from payments.webhooks import receive
from tests.factories.payments import CheckoutFactory, session_event, signed

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until_blocked(backend: int) -> None:
    """Return once the other connection waits for a lock of ours."""
    with connection.cursor() as cursor:
        for _ in range(20_000):
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
            if cursor.fetchone() == (True,):
                return
    raise AssertionError("the second delivery did not wait for the first")


def heard_together(first: dict[str, Any], second: dict[str, Any], *, commit: bool = True) -> tuple[bool, bool]:
    """Hear `first` and leave its transaction open until `second`, on another connection, waits for it."""
    backends: Queue[int] = Queue()
    answers: Queue[bool] = Queue()

    def other() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    backends.put(cursor.fetchone()[0])
                notice = receive(*signed(second))
                answers.put(notice is not None and notice.first)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        notice = receive(*signed(first))
        thread.start()
        wait_until_blocked(backends.get(timeout=10))
        transaction.set_rollback(not commit)
    thread.join(timeout=10)
    return notice is not None and notice.first, answers.get(timeout=10)


def test_the_same_event_delivered_twice_at_once_is_first_once() -> None:
    checkout = CheckoutFactory()
    message = session_event(checkout)
    assert heard_together(message, message) == (True, False)
    assert (Checkout.objects.get().state, GatewayEvent.objects.count()) == ("paid", 1)


def test_two_events_of_one_payment_at_once_are_first_once() -> None:
    checkout = CheckoutFactory()
    other = session_event(checkout, "checkout.session.async_payment_succeeded", payment_status="paid")
    assert heard_together(session_event(checkout), other) == (True, False)
    assert (Checkout.objects.get().state, GatewayEvent.objects.count()) == ("paid", 2)


def test_when_the_first_of_two_is_rolled_back_the_second_is_the_first() -> None:
    checkout = CheckoutFactory()
    message = session_event(checkout)
    assert heard_together(message, message, commit=False) == (True, True)
    assert (Checkout.objects.get().state, GatewayEvent.objects.count()) == ("paid", 1)

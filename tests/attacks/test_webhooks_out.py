"""Attacks through webhooks: a receiver that wants to reach inside, to hold us up, or to fill our memory."""

from __future__ import annotations

import gzip
import socket
import time
from typing import Any

import pytest
from django.core.cache import cache

from api import tasks
from api.models import Key
from api.webhook_models import WebhookAttempt, WebhookDelivery
from api.webhooks import delivering, subscribing
from api.webhooks.delivering import send_due
from tests.conftest import as_owner
from tests.factories.api import Caller
from tests.factories.webhooks import Receiver, a_webhook, receiving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.send_webhooks, "delay", lambda: None)
    cache.clear()


def sent_to(url: str) -> WebhookAttempt:
    """What came of a test that was sent to this address."""
    endpoint, _ = a_webhook(url=url)
    subscribing.send_test(endpoint.pk, endpoint.provider)
    send_due()
    return WebhookAttempt.objects.get()


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:192.168.0.1"])
def test_a_name_that_leads_inside_once_it_is_saved_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    family = socket.AF_INET6 if ":" in inside else socket.AF_INET
    where = (inside, 443, 0, 0) if ":" in inside else (inside, 443)
    endpoint, _ = a_webhook(url="https://college.example/hooks")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, socket.SOCK_STREAM, 6, "", where)])
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    subscribing.send_test(endpoint.pk, endpoint.provider)
    send_due()
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, WebhookDelivery.objects.get().state) == (None, "waiting")
    assert "private network" in attempt.said
    assert inside not in attempt.said


def test_an_address_inside_that_was_saved_in_a_sandbox_is_not_sent_to(settings: Any) -> None:
    settings.OUTBOUND_MAY_GO_INSIDE = True
    with receiving() as receiver:
        endpoint, _ = a_webhook(url=receiver.url)
        subscribing.send_test(endpoint.pk, endpoint.provider)
        settings.OUTBOUND_MAY_GO_INSIDE = False
        send_due()
        assert receiver.heard == []
    assert WebhookAttempt.objects.get().status is None


@pytest.fixture
def receiver(settings: Any) -> Any:
    settings.OUTBOUND_MAY_GO_INSIDE = True
    with receiving() as found:
        yield found


def test_a_redirect_inside_is_not_followed(receiver: Receiver) -> None:
    with receiving() as other:
        head = f"HTTP/1.1 307 Elsewhere\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n"
        receiver.answers = [head.encode()]
        assert sent_to(receiver.url).status == 307
        assert other.heard == []


def test_one_who_never_answers_is_given_up_on(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "PATIENCE", 0.3)
    receiver.seconds = 2
    began = time.monotonic()
    assert "within 0.3 seconds" in sent_to(receiver.url).said
    assert time.monotonic() - began < 1.5


def test_one_who_trickles_is_given_up_on(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "PATIENCE", 0.3)

    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            connection.sendall(b"X-A: b\r\n")
            time.sleep(0.05)

    receiver.answers = [trickle]
    assert "within 0.3 seconds" in sent_to(receiver.url).said


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\xff\x00 this is not HTTP\r\n\r\n",
        b"HTTP/1.1 abc Huh\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(500)) + b"\r\n",
        b"",
    ],
)
def test_garbage_is_a_failure_like_another(receiver: Receiver, answer: bytes) -> None:
    receiver.answers = [answer]
    attempt = sent_to(receiver.url)
    assert attempt.said
    assert WebhookDelivery.objects.get().state == "waiting"


def test_a_huge_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    sent = []

    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        for _ in range(2_000):
            connection.sendall(b"a" * 50_000)
            sent.append(1)

    receiver.answers = [flood]
    assert "longer than" in sent_to(receiver.url).said
    assert len(sent) < 2_000


def test_a_bomb_does_not_unfold(receiver: Receiver) -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    receiver.answers = [head + packed]
    assert "longer than" in sent_to(receiver.url).said


def test_what_an_answer_says_is_shown_as_text(receiver: Receiver) -> None:
    evil = b"<script>alert(1)</script>\x1b[2J"
    receiver.answers = [b"HTTP/1.1 500 No\r\nContent-Length: %d\r\n\r\n" % len(evil) + evil]
    assert sent_to(receiver.url).said == "<script>alert(1)</script> [2J"


def test_a_test_key_is_nobodys_where_money_is_real() -> None:
    caller = Caller.of()
    assert Key.objects.get().mode == "test"
    assert caller.get("/me").status_code == 200
    with as_owner() as cursor:
        cursor.execute("UPDATE ledger_book SET sandbox = false")
    try:
        response = caller.get("/events")
        assert (response.status_code, response.json()["code"]) == (401, "key_wrong")
    finally:
        with as_owner() as cursor:
            cursor.execute("UPDATE ledger_book SET sandbox = true")

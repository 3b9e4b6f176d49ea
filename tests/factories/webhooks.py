"""Webhooks, a receiver that answers as it is told, and what it heard."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from api.webhook_models import WebhookEndpoint
from api.webhooks import spreading, subscribing
from ledger import Actor
from providers.models import Provider
from tests.factories.providers import ProviderFactory

ALL = 2**62  # a horizon above everything


@dataclass(frozen=True, slots=True)
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def webhook_id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """The body, if the standard's own library finds a signature of this secret."""
        return Webhook(secret).verify(self.body, self.headers)


Answer = int | bytes | Callable[[socket.socket], None]


@dataclass
class Receiver:
    """Answers each post with the next of `answers`: a status, raw bytes, or whatever a function does; else with 204."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    seconds: float = 0
    lock: Any = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        receiver = self.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with receiver.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.heard.append(Heard(self.path, headers, body))
            receiver.at_once += 1
            receiver.most_at_once = max(receiver.most_at_once, receiver.at_once)
            answer = receiver.answers.pop(0) if receiver.answers else 204
        time.sleep(receiver.seconds)
        with receiver.lock:
            receiver.at_once -= 1
        if isinstance(answer, int):
            self.send_response(answer)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif isinstance(answer, bytes):
            self.wfile.write(answer)
        else:
            answer(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: we hang up on those who are too slow or say too much."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    with _Server(("127.0.0.1", 0), handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()


def a_webhook(
    provider: Provider | None = None, *, url: str = "https://college.example/hooks", kinds: Sequence[str] = ()
) -> tuple[WebhookEndpoint, str]:
    """A webhook and its secret."""
    return subscribing.add(provider or ProviderFactory(), url=url, kinds=kinds, actor=Actor.system("test"))


def spread() -> None:
    """All that happened so far, told on, whatever else goes on in the cluster."""
    while spreading.spread(below=ALL):
        pass

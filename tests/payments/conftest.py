"""What the border's tests share: tasks that are noted and not run, and a receiver that answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from payments import tasks
from tests.payments.receiver import Receiver


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(name, argument) of each task that was queued; none of them runs."""
    calls: list[tuple[str, str]] = []
    for name in ("send_refund", "expire_checkout", "deliver_sandbox_webhook"):
        monkeypatch.setattr(getattr(tasks, name), "delay", partial(_note, calls, name))
    return calls


def _note(calls: list[tuple[str, str]], name: str, argument: str) -> None:
    calls.append((name, argument))


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A real HTTP server where this installation's own address is said to be."""
    with Receiver() as server:
        settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()

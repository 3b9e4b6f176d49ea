"""What the tests of webhooks share: tasks that are noted and not run, and a receiver on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api import tasks
from tests.factories.webhooks import Receiver, receiving


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that sending was asked for; nothing is sent."""
    calls: list[str] = []
    monkeypatch.setattr(tasks.send_webhooks, "delay", lambda: calls.append("send_webhooks"))
    return calls


@pytest.fixture
def inside(settings: Any) -> None:
    """What is sent may go to this machine."""
    settings.OUTBOUND_MAY_GO_INSIDE = True


@pytest.fixture
def receiver(inside: None) -> Iterator[Receiver]:
    with receiving() as found:
        yield found

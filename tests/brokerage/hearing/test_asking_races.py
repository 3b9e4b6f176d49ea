"""Two workers ask at the same instant."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from brokerage.hearing import asking
from brokerage.hearing.models import Destination
from ledger.models import Event
from tests.factories.vouchers import ACTOR, vouchers
from tests.racing import Meeting, together
from vouchers.models import State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("locked", [True, False], ids=["with the lock", "by the database alone"])
def test_two_workers_ask_once(clock: Any, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    vouchers(1, state=State.CLOSED)
    clock.move_by(days=190)
    meeting, ask = Meeting(), asking._ask_what_became
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())

    def ask_then_wait(learners: Any, *given: Any) -> Any:
        put = None if locked else ask(learners, *given)
        if learners:
            meeting.wait()
        return ask(learners, *given) if put is None else put

    monkeypatch.setattr(asking, "_ask_what_became", ask_then_wait)

    def worker() -> int:
        try:
            return asking.what_became(actor=ACTOR)
        except IntegrityError:
            return 0

    assert sorted(together(worker, worker)) == [0, 1]
    assert Destination.objects.count() == 1
    assert Event.objects.filter(kind="destination.asked").count() == 1

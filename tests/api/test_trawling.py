"""Trawling: whoever looks for what is not theirs is counted, stopped, and told of."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from api import trawling
from config.ids import new_code
from ledger.models import Event
from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher


@pytest.fixture(autouse=True)
def _three_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trawling, "MISSES_ALLOWED", 3)


def suspicions() -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind="api.trawling_suspected").values_list("data", flat=True))


def test_a_key_that_misses_too_often_is_no_longer_answered_until_the_window_is_over(
    caller: Caller, provider: Provider, clock: Any
) -> None:
    mine = a_voucher(provider=provider)
    somebody_elses = a_voucher()
    for code in (new_code(), somebody_elses.code):
        assert caller.get(f"/vouchers/{code}").status_code == 404
    assert caller.get(f"/vouchers/{mine.code}").status_code == 200
    assert suspicions() == []
    assert caller.post(f"/vouchers/{somebody_elses.code}/redeem").status_code == 404
    assert suspicions() == [{"provider": str(provider.pk), "misses": 3}]
    stopped = caller.get(f"/vouchers/{mine.code}")
    assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many_misses")
    assert 0 < int(stopped["Retry-After"]) <= 601
    clock.move_by(minutes=10)
    assert caller.get(f"/vouchers/{mine.code}").status_code == 200
    assert len(suspicions()) == 1


def test_the_lines_of_a_list_count_too(caller: Caller, provider: Provider) -> None:
    response = caller.post("/redemptions", {"lines": [{"voucher": new_code()} for _ in range(5)]})
    assert (response.status_code, response.json()["refused"]) == (200, 5)
    assert suspicions() == [{"provider": str(provider.pk), "misses": 5}]
    assert caller.get("/vouchers").status_code == 429


def test_a_replay_does_not_count_again(caller: Caller) -> None:
    path = f"/vouchers/{new_code()}/redeem"
    for _ in range(5):
        assert caller.post(path, {}, once="the same").status_code == 404
    caller.key.refresh_from_db()
    assert caller.key.misses == 1


def test_misses_long_ago_are_forgotten(caller: Caller, clock: Any) -> None:
    for _ in range(2):
        caller.get(f"/vouchers/{new_code()}")
    clock.move_by(minutes=10)
    assert caller.get(f"/vouchers/{new_code()}").status_code == 404
    caller.key.refresh_from_db()
    assert caller.key.misses == 1
    assert suspicions() == []


def test_another_key_is_not_held_up(caller: Caller) -> None:
    for _ in range(3):
        caller.get(f"/vouchers/{new_code()}")
    assert caller.get("/vouchers").status_code == 429
    assert Caller.of().get("/vouchers").status_code == 200


def test_wrong_keys_from_one_address_are_told_of_and_right_ones_still_let_in(caller: Caller) -> None:
    wrong = {"Authorization": f"Bearer wm_test_{'0' * 44}"}
    answers = [Client().get("/api/v1/me", headers=wrong).status_code for _ in range(4)]
    assert answers == [401, 401, 429, 429]
    assert suspicions() == [{"provider": None, "misses": 3}]
    assert Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/me", headers=wrong).status_code == 401
    assert caller.get("/me").status_code == 200
    [event] = Event.objects.filter(kind="api.trawling_suspected")
    assert "127.0.0.1" not in event.subject

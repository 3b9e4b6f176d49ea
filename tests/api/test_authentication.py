"""Who is let in: a right key, in its time, for what its scopes name. Each refusal is a problem, and changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

import ledger
from api import keys, throttling
from api.scopes import Scope
from ledger import Actor
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller, a_key
from tests.factories.vouchers import a_voucher
from vouchers.models import State, Voucher

Books = Callable[[], dict[Any, int]]


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    problem = response.json()
    assert (response.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert response["Content-Type"] == "application/problem+json"
    return problem


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic d206dGVzdA==", "wm_test_abc"])
def test_without_a_key_nobody_is_let_in(db: None, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = Client().get("/api/v1/me", headers=headers)
    refused(response, 401, "key_missing")
    assert response["WWW-Authenticate"] == 'Bearer realm="waymark"'


@pytest.mark.parametrize(
    "wrong",
    [
        "wm_test_abc",
        "wm_test_" + "0" * 44,
        "wm_live_" + "0" * 44,
        "x" * 10_000,
        "' OR 1=1 --",
        "wm_test_" + "é" * 44,
    ],
)
def test_a_wrong_key_is_refused(db: None, wrong: str) -> None:
    refused(Client().get("/api/v1/me", headers={"Authorization": f"Bearer {wrong}"}), 401, "key_wrong")


def test_a_right_prefix_with_a_wrong_secret_is_refused_as_any_wrong_key(provider: Provider) -> None:
    _, plaintext = a_key(provider)
    other = plaintext[:-1] + ("0" if plaintext[-1] != "0" else "1")
    wrong = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {other}"}).json()
    unknown = Client().get("/api/v1/me", headers={"Authorization": f"Bearer wm_test_{'0' * 44}"}).json()
    for problem in (wrong, unknown):
        del problem["instance"], problem["request_id"]
    assert wrong == unknown
    assert wrong["code"] == "key_wrong"


def test_a_test_key_said_to_be_a_live_one_is_wrong(provider: Provider) -> None:
    _, plaintext = a_key(provider)
    live = plaintext.replace("wm_test_", "wm_live_")
    refused(Client().get("/api/v1/me", headers={"Authorization": f"Bearer {live}"}), 401, "key_wrong")


def test_an_expired_key_moves_nothing(provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    caller = Caller.of(provider, expires_at=ledger.now() - dt.timedelta(seconds=1))
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/redeem")
    refused(response, 401, "key_expired")
    assert books() == before


def test_a_revoked_key_moves_nothing(provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    caller = Caller.of(provider)
    keys.revoke(caller.key.pk, actor=Actor.system("test"))
    before = books()
    response = caller.post(f"/vouchers/{voucher.code}/redeem")
    refused(response, 401, "key_revoked")
    assert books() == before


NEEDS = [
    ("GET", "/vouchers", Scope.READ),
    ("GET", "/vouchers/{code}", Scope.READ),
    ("POST", "/vouchers/{code}/accept", Scope.DELIVER),
    ("POST", "/vouchers/{code}/decline", Scope.DELIVER),
    ("POST", "/vouchers/{code}/start", Scope.DELIVER),
    ("POST", "/vouchers/{code}/milestones/1/declare", Scope.DELIVER),
    ("POST", "/vouchers/{code}/redeem", Scope.REDEEM),
    ("POST", "/redemptions", Scope.REDEEM),
    ("POST", "/redemptions/00000000-0000-0000-0000-000000000000/reverse", Scope.REDEEM),
    ("POST", "/vouchers/{code}/cancel", Scope.CANCEL),
    ("GET", "/balance", Scope.MONEY),
]


@pytest.mark.parametrize(("method", "path", "scope"), NEEDS)
def test_each_endpoint_needs_its_scope_and_names_it(
    provider: Provider, books: Books, method: str, path: str, scope: Scope
) -> None:
    voucher = a_voucher(provider=provider)
    caller = Caller.of(provider, scopes=[other for other in Scope if other != scope])
    before, path = books(), path.format(code=voucher.code)
    response = caller.get(path) if method == "GET" else caller.post(path, {})
    problem = refused(response, 403, "scope_missing")
    holds(method, f"/api/v1{path}", response)
    assert problem["facts"] == {"scope": scope}
    assert scope in problem["detail"]
    assert books() == before
    assert Voucher.objects.get(pk=voucher.pk).state == State.ISSUED


def test_a_key_may_only_make_so_many_requests_a_minute(
    caller: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    monkeypatch.setattr(throttling.time, "time", lambda: 1_800_000_015.0)
    first, second, third = (caller.get("/me") for _ in range(3))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first["RateLimit"] == '"key";r=1;t=45'
    assert second["RateLimit-Policy"] == '"key";q=2;w=60'
    problem = refused(third, 429, "too_many_requests")
    assert problem["facts"] == {"limit": 2, "seconds": 45}
    assert third["Retry-After"] == "45"
    assert Caller.of(caller.provider).get("/me").status_code == 200
    monkeypatch.setattr(throttling.time, "time", lambda: 1_800_000_060.0)
    assert caller.get("/me").status_code == 200

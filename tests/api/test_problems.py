"""Problems: every error under /api/ is an RFC 9457 problem detail with a code that is in the catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from jsonschema import Draft202012Validator

import config.urls  # noqa: F401  each refusal is declared by what the pages and the API stand on
from api.problems import problem
from api.views.account import Me
from config.refusals import Refusal
from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher

SCHEMA = Path(settings.BASE_DIR).parent / "shared/data/problem.schema.json"


def errors_of_all_kinds(caller: Caller, code: str) -> list[Any]:
    redeem = f"/vouchers/{code}/redeem"
    return [
        Client().get("/api/v1/me"),
        caller.get("/nowhere"),
        caller.client.post("/api/v1/me"),
        caller.post("/me"),
        caller.get("/vouchers/nothing"),
        caller.get("/vouchers?limit=x"),
        caller.post(redeem, b"{"),
        caller.post(redeem, {"amount_minor": -1}),
        caller.post(redeem, {"amount_minor": 10**9}),
        caller.post(redeem, {}, once=None),
        caller.post(redeem, "{}", **{"Content-Type": "text/plain"}),
        caller.post(redeem, "x" * 20_000),
    ]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the RFC's own schema is not beside this copy of the repository")
def test_errors_are_problem_details_by_the_rfcs_own_schema(caller: Caller, provider: Provider) -> None:
    # The RFC folds its long lines with a backslash (RFC 8792).
    validator = Draft202012Validator(json.loads(SCHEMA.read_text().replace("\\\n", "")))
    for response in errors_of_all_kinds(caller, a_voucher(provider=provider, confirmed=1).code):
        validator.validate(response.json())


def test_every_error_has_a_code_a_sentence_and_what_to_do(caller: Caller, provider: Provider) -> None:
    for response in errors_of_all_kinds(caller, a_voucher(provider=provider, confirmed=1).code):
        told = response.json()
        kind = Refusal.every[told["code"]]
        assert response["Content-Type"] == "application/problem+json"
        assert told["status"] == response.status_code == kind.status
        assert told["type"] == f"{settings.PUBLIC_URL}/api/v1/problems#{told['code']}"
        assert told["detail"]
        assert told["do"]
        assert "{" not in told["detail"] + told["do"]
        assert told["request_id"] == response["X-Request-ID"]
        assert told["instance"] == f"urn:waymark:request:{told['request_id']}"


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1/", "/api/v2/me", "/api/v1/vouchers/", "/api/v1/vouchers/a/b", "/api/%00", "/api/a%0Aline"],
)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_that_is_nowhere_is_a_problem(db: None, path: str, method: str) -> None:
    response = getattr(Client(), method)(path)
    assert (response.status_code, response.json()["code"]) == (404, "nothing_here")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/me", "GET, HEAD"),
        ("delete", "/vouchers", "GET, HEAD"),
        ("get", "/redemptions", "POST"),
        ("put", "/vouchers/x/redeem", "POST"),
        ("patch", "/vouchers/x", "GET, HEAD"),
        ("options", "/vouchers/x", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_answered_says_which_are(caller: Caller, method: str, path: str, allowed: str) -> None:
    response = getattr(caller.client, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {caller.plaintext}"})
    assert (response.status_code, response.json()["code"], response["Allow"]) == (405, "method_not_allowed", allowed)


def test_a_mistake_of_ours_tells_no_particulars(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("a secret place")

    caller.client.raise_request_exception = False
    monkeypatch.setattr(Me, "get", fail)
    response = caller.get("/me")
    assert (response.status_code, response.json()["code"]) == (500, "server_fault")
    assert response["Content-Type"] == "application/problem+json"
    assert "secret" not in response.content.decode()
    assert response["X-Request-ID"]


def test_a_database_that_is_away_is_told_as_that(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("could not connect")

    caller.client.raise_request_exception = False
    monkeypatch.setattr("api.keys.sign_in", fail)
    response = caller.get("/me")
    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (503, "not_now", "1")


def test_the_catalogue_lists_every_refusal_of_every_room(client: Client) -> None:
    listed = client.get("/api/v1/problems").json()["problems"]
    assert [entry["code"] for entry in listed] == sorted(Refusal.every)
    assert {"already_redeemed", "key_wrong", "insufficient_funds", "webhook_unsigned", "not_eligible"} <= set(
        Refusal.every
    )


def test_the_catalogue_is_a_page_for_a_browser(client: Client, db: None) -> None:
    response = client.get("/api/v1/problems", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    page = response.content.decode()
    assert response["Content-Type"].startswith("text/html")
    for code in Refusal.every:
        assert f'id="{code}"' in page


@pytest.mark.parametrize("kind", sorted(Refusal.every.values(), key=lambda kind: kind.code), ids=lambda kind: kind.code)
def test_every_refusal_has_a_status_that_is_an_error(kind: type[Refusal]) -> None:
    assert 400 <= kind.status < 600
    assert str(kind.says).endswith((".", "?", ":", "}"))


def test_facts_that_look_like_a_format_are_left_alone() -> None:
    class Odd(Refusal):
        code = "odd_for_a_test"
        says = "“{what}” is odd."

    try:
        assert problem(Odd(what="{0.__class__}"), "r")["detail"] == "“{0.__class__}” is odd."
    finally:
        del Refusal.every["odd_for_a_test"]

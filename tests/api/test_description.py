"""The description: valid OpenAPI 3.1, as committed, with a page to try it, and examples that work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from drf_spectacular.validation import validate_schema

from api.models import Key
from config.ids import uuid7
from providers.models import FeedSource, Provider
from tests.api.contract import document, holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import State

WRITES = {
    "vouchers_accept": State.ISSUED,
    "vouchers_decline": State.ISSUED,
    "vouchers_start": State.ACCEPTED,
    "milestones_declare": State.STARTED,
    "vouchers_redeem": State.STARTED,
    "vouchers_cancel": State.ISSUED,
}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_openapi_3_1_and_valid() -> None:
    assert document()["openapi"].startswith("3.1")
    validate_schema(document())


def test_it_is_the_one_that_is_committed() -> None:
    committed = yaml.safe_load((Path(settings.BASE_DIR) / "docs/openapi.yaml").read_text())
    assert committed == document(), "./run manage spectacular --file docs/openapi.yaml"


def test_every_operation_is_named_explained_and_needs_a_key_or_a_learners_session() -> None:
    for _, path, operation in operations():
        learners = "/learner/" in path
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["security"] == [{"session" if learners else "key": []}], path
        assert {"200", "401", "500"} <= operation["responses"].keys(), path
        assert learners or "429" in operation["responses"], path


def test_every_write_says_whether_it_needs_an_idempotency_key() -> None:
    needs = {
        operation["operationId"]: [
            p.get("required", False) for p in operation["parameters"] if p["name"] == "Idempotency-Key"
        ]
        for method, _, operation in operations()
        if method == "POST"
    }
    optional = {
        *("vouchers_accept", "vouchers_start", "milestones_declare", "feeds_send", "feed_sources_add"),
        *("feed_sources_check_now", "feed_sources_pause", "feed_sources_resume"),
    }
    assert {name for name, required in needs.items() if required != [True]} == optional


def test_it_is_served_as_json_and_as_yaml(client: Client) -> None:
    assert client.get("/api/v1/openapi.json").json()["openapi"] == "3.1.0"
    written = client.get("/api/v1/openapi.json?format=yaml")
    assert yaml.safe_load(written.content)["openapi"] == "3.1.0"


def test_there_is_a_page_to_try_it_that_keeps_to_our_own_address(client: Client, db: None) -> None:
    response = client.get("/api/v1/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "swagger-ui" in page
    assert "cdn" not in page
    script = response.headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in script
    assert "script-src 'unsafe-inline'" not in script


def test_each_example_of_a_request_is_answered_as_described(provider: Provider) -> None:
    caller = Caller.of(provider)
    ran = set()
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        for example in content.get("application/json", {}).get("examples", {}).values():
            state = WRITES.get(operation["operationId"], State.STARTED)
            voucher = a_voucher(provider=provider, state=state, confirmed=1 if state == State.STARTED else 0)
            value = _with(example["value"], voucher)
            address = path.removeprefix("/api/v1").replace("{code}", voucher.code).replace("{number}", "2")
            address = address.replace("{identifier}", voucher.run.course.identifier).replace("{run}", "another")
            address = address.replace("{source_id}", str(FeedSource.objects.values_list("pk", flat=True).first()))
            response = caller.send(method, address, value, once=str(uuid7()))
            holds(method, f"/api/v1{address}", response)
            assert response.status_code == 200, response.json()
            ran.add(operation["operationId"])
    assert ran == {
        *("vouchers_start", "milestones_declare", "vouchers_redeem", "redemptions_create", "vouchers_cancel"),
        *("courses_put", "runs_put", "feed_sources_add", "feed_sources_change"),
    }
    assert Key.objects.get().last_used_at is not None


def _with(value: Any, voucher: Any) -> Any:
    """The example, about a voucher and a day that exist here."""
    if isinstance(value, dict):
        return {name: _known(name, item, voucher) for name, item in value.items()}
    return value


def _known(name: str, item: Any, voucher: Any) -> Any:
    if name == "voucher":
        return voucher.code
    if name == "occurred_on":
        return voucher.run.starts_on.isoformat()
    if isinstance(item, list):
        return [_with(each, voucher) for each in item]
    return item


@pytest.mark.parametrize("name", ["vouchers_look_up", "vouchers_redeem"])
def test_refusals_are_in_it_with_their_codes(name: str) -> None:
    [operation] = [operation for _, _, operation in operations() if operation["operationId"] == name]
    assert "`voucher_not_found`" in operation["responses"]["404"]["description"]

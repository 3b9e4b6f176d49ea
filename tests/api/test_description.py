"""The description: valid OpenAPI 3.1, as committed, with a page to try it, and examples that work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
import yaml
from django.conf import settings
from django.test import Client
from drf_spectacular.validation import validate_schema

from api.models import Key
from brokerage.advocacy.models import Wanted
from config.ids import uuid7
from ledger import today
from providers.models import FeedSource, Provider
from tests.api.contract import document, holds
from tests.factories.advocacy import sent
from tests.factories.api import Caller
from tests.factories.brokerage import a_request
from tests.factories.vouchers import a_run, a_voucher
from tests.factories.webhooks import a_webhook
from vouchers.models import State

WRITES = {
    "vouchers_accept": State.ISSUED,
    "vouchers_decline": State.ISSUED,
    "vouchers_start": State.ACCEPTED,
    "milestones_declare": State.STARTED,
    "vouchers_redeem": State.STARTED,
    "vouchers_cancel": State.ISSUED,
    "acceptances_create": State.ISSUED,
    "declines_create": State.ISSUED,
    "cancellations_create": State.ISSUED,
    "starts_create": State.ACCEPTED,
    "declarations_create": State.STARTED,
    "attendance_record": State.STARTED,
}


FOR_EVERYBODY = {"/api/v1/catalogue/search", "/api/v1/sandbox/keys"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_openapi_3_1_and_valid() -> None:
    assert document()["openapi"].startswith("3.1")
    validate_schema(document())


def test_another_reader_of_openapi_finds_nothing_wrong_with_it() -> None:
    openapi_spec_validator.validate(document())


def test_names_are_unique_and_everything_that_is_sent_is_explained() -> None:
    named = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(named)) == len(named)
    for _, path, operation in operations():
        in_path = sorted(re.findall(r"{(\w+)}", path))
        parameters = {each["name"]: each for each in operation.get("parameters", [])}
        assert sorted(each["name"] for each in parameters.values() if each["in"] == "path") == in_path, path
        assert all(each.get("description") for each in parameters.values() if each["in"] != "path"), path
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        assert all(each.get("description") for each in body.get("properties", {}).values()), path


def test_it_is_the_one_that_is_committed() -> None:
    committed = yaml.safe_load((Path(settings.BASE_DIR) / "docs/openapi.yaml").read_text())
    assert committed == document(), "./run manage spectacular --file docs/openapi.yaml"


def test_every_operation_is_named_explained_and_needs_a_key_or_a_learners_session() -> None:
    for _, path, operation in operations():
        if path in FOR_EVERYBODY:
            continue
        learners = "/learner/" in path
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["security"] == [{"session" if learners else "key": []}], path
        assert {"200", "401", "500"} <= operation["responses"].keys(), path
        assert "429" in operation["responses"], path


def test_what_is_for_everybody_needs_neither_and_is_limited_all_the_same() -> None:
    found = {path: operation for _, path, operation in operations() if path in FOR_EVERYBODY}
    assert found.keys() == FOR_EVERYBODY
    for operation in found.values():
        assert operation["summary"]
        assert operation["description"]
        assert not operation.get("security")
        assert {"200", "429", "500"} <= operation["responses"].keys()
        assert "401" not in operation["responses"]


def test_every_write_says_whether_it_needs_an_idempotency_key() -> None:
    needs = {
        operation["operationId"]: [
            p.get("required", False) for p in operation.get("parameters", []) if p["name"] == "Idempotency-Key"
        ]
        for method, _, operation in operations()
        if method == "POST"
    }
    optional = {
        *("vouchers_accept", "vouchers_start", "milestones_declare", "sandbox_confirm"),
        *("acceptances_create", "starts_create", "declarations_create", "attendance_record"),
        *("webhooks_create", "webhooks_rotate", "webhooks_test", "deliveries_redeliver", "advocacy_answer"),
        *("feeds_send", "feed_sources_add", "feed_sources_check_now", "feed_sources_pause", "feed_sources_resume"),
    }
    none = {"sandbox_keys", "sandbox_vouchers"}
    assert {name for name, required in needs.items() if required == [False]} == optional
    assert {name for name, required in needs.items() if not required} == none


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
    webhook, _secret = a_webhook(provider)
    advocacy = sent(a_request(run=a_run(provider, 120_00)), Wanted.PLACE)
    ran = set()
    for method, path, operation in operations():
        if "/sandbox/" in path:  # needs a college of the sandbox: `test_sandbox`
            continue
        content = operation.get("requestBody", {}).get("content", {})
        for example in content.get("application/json", {}).get("examples", {}).values():
            state = WRITES.get(operation["operationId"], State.STARTED)
            voucher = a_voucher(provider=provider, state=state, confirmed=1 if state == State.STARTED else 0)
            value = _with(example["value"], voucher)
            address = path.removeprefix("/api/v1").replace("{code}", voucher.code).replace("{number}", "2")
            address = address.replace("{endpoint}", str(webhook.pk)).replace("{run}", "another")
            address = address.replace("{identifier}", voucher.run.course.identifier)
            address = address.replace("{source_id}", str(FeedSource.objects.values_list("pk", flat=True).first()))
            address = address.replace("{advocacy_id}", str(advocacy.pk))
            response = caller.send(method, address, value, once=str(uuid7()))
            holds(method, f"/api/v1{address}", response)
            assert response.status_code == 200, response.json()
            ran.add(operation["operationId"])
    bulk = {"acceptances_create", "declines_create", "cancellations_create", "starts_create", "declarations_create"}
    single = {"vouchers_start", "milestones_declare", "vouchers_redeem", "vouchers_cancel"}
    catalogue = {"courses_put", "runs_put", "feed_sources_add", "feed_sources_change"}
    webhooks = {"webhooks_create", "webhooks_update"}
    assert ran == single | bulk | catalogue | webhooks | {"redemptions_create", "attendance_record", "advocacy_answer"}
    assert Key.objects.get().last_used_at is not None


def _with(value: Any, voucher: Any) -> Any:
    """The example, about a voucher and a day that exist here."""
    if isinstance(value, dict):
        return {name: _known(name, item, voucher) for name, item in value.items()}
    return value


def _known(name: str, item: Any, voucher: Any) -> Any:
    if name == "voucher":
        return voucher.code
    if name in ("occurred_on", "day"):
        return today().isoformat()
    if isinstance(item, list):
        return [_with(each, voucher) for each in item]
    return item


@pytest.mark.parametrize("name", ["vouchers_look_up", "vouchers_redeem"])
def test_refusals_are_in_it_with_their_codes(name: str) -> None:
    [operation] = [operation for _, _, operation in operations() if operation["operationId"] == name]
    assert "`voucher_not_found`" in operation["responses"]["404"]["description"]

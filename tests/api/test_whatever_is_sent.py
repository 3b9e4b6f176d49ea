"""Whatever anybody sends, the answer is one that the description promises: requests made up by Schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache as counted
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as promised

from api.models import Key
from providers.models import Provider
from tests.api.contract import document
from tests.factories.advocacy import sent
from tests.factories.api import Caller
from tests.factories.brokerage import a_request
from tests.factories.vouchers import a_run, a_voucher
from tests.factories.webhooks import a_webhook
from vouchers.models import State

OPERATIONS = [(path, method) for path, methods in document()["paths"].items() for method in methods]
CHECKS = [
    not_a_server_error,
    promised.status_code_conformance,
    promised.content_type_conformance,
    promised.response_schema_conformance,
]
# A few of each in every run of the tests; other ones each time, since the order of the tests is random too.
FEW = settings(
    max_examples=6,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_answer_is_as_described(provider: Provider, path: str, method: str, mode: GenerationMode) -> None:
    caller = Caller.of(provider)
    there = _there(provider, caller.key)

    @FEW
    @given(_api()[path][method].as_strategy(generation_mode=mode))
    def answered(case: Case) -> None:
        counted.clear()
        if mode is GenerationMode.POSITIVE:
            case.path_parameters |= {name: there[name] for name in case.path_parameters if name in there}
        # It would ask for compressed answers, and not unpack them.
        headers = {"Authorization": f"Bearer {caller.plaintext}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    answered()


@pytest.fixture(autouse=True)
def _connection_stays() -> Iterator[None]:
    """A web server closes old connections around each request; the test's own transaction would go with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@cache
def _api() -> Any:
    api = schemathesis.openapi.from_dict(document())
    api.app = get_wsgi_application()
    return api


def _there(provider: Provider, key: Key) -> dict[str, Any]:
    """What a path may name that exists, by the name of the parameter."""
    voucher = a_voucher(provider=provider, state=State.STARTED, confirmed=1)
    webhook, _secret = a_webhook(provider)
    return {
        "code": voucher.code,
        "number": 2,
        "advocacy_id": str(sent(a_request(run=a_run(provider, 120_00))).pk),
        "endpoint": str(webhook.pk),
        "identifier": voucher.run.course.identifier,
        "run": voucher.run.identifier,
    }

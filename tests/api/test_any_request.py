"""Whatever is sent to the API, by the description or against it, is answered as the description says, and never by a
fault of the server."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.conf import settings as site
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import State, Voucher

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture
def headers(caller: Caller, provider: Provider) -> dict[str, str]:
    """Of a provider with vouchers in several states, and of a learner in their own session."""
    for state in (State.ISSUED, State.STARTED, State.CLOSED):
        voucher = a_voucher(provider=provider, state=state)
    client = Client()
    client.force_login(voucher.learner.user)
    session = client.cookies[site.SESSION_COOKIE_NAME].value
    return {"Authorization": f"Bearer {caller.plaintext}", "Cookie": f"{site.SESSION_COOKIE_NAME}={session}"}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", OPERATIONS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_it_is_answered_as_described(
    data: st.DataObject, label: str, mode: GenerationMode, headers: dict[str, str]
) -> None:
    case: Any = data.draw(OPERATIONS[label].as_strategy(generation_mode=mode))
    codes = list(Voucher.objects.values_list("code", flat=True))
    if mode is GenerationMode.POSITIVE and "code" in case.path_parameters:
        case.path_parameters["code"] = data.draw(st.sampled_from(codes))
    case.call_and_validate(headers=headers, checks=CHECKS)

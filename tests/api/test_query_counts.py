"""Each endpoint costs a fixed number of queries, however much there is to show."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger import today
from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from vouchers.models import State

Count = Any
# The key; claim; vouchers, milestones; insert, post; what is owed; the answer kept.
REDEEM = 8


@pytest.fixture
def ready(caller: Caller) -> Caller:
    """A key whose use was noted within the minute."""
    caller.get("/me")
    return caller


def test_me(ready: Caller, django_assert_num_queries: Count) -> None:
    with django_assert_num_queries(1):
        ready.get("/me")


def test_balance(ready: Caller, provider: Provider, django_assert_num_queries: Count) -> None:
    vouchers(2, provider=provider, state=State.CLOSED)
    with django_assert_num_queries(4):
        ready.get("/balance")


def test_look_up(ready: Caller, provider: Provider, django_assert_num_queries: Count) -> None:
    voucher = a_voucher(provider=provider, state=State.CLOSED)
    with django_assert_num_queries(8):
        ready.get(f"/vouchers/{voucher.code}")


@pytest.mark.parametrize("count", [1, 12])
def test_list(ready: Caller, provider: Provider, django_assert_num_queries: Count, count: int) -> None:
    vouchers(count, provider=provider, confirmed=1)
    with django_assert_num_queries(8):
        assert len(ready.get("/vouchers").json()["vouchers"]) == count


def cost(act: Any) -> int:
    """The queries of a request as it would be outside a test: a test's own savepoints stand for BEGIN and COMMIT."""
    with CaptureQueriesContext(connection) as asked:
        assert act().status_code == 200
    return sum(
        not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config")) for query in asked.captured_queries
    )


def test_redeem(ready: Caller, provider: Provider) -> None:
    first, second = vouchers(2, provider=provider, confirmed=1)
    ready.post(f"/vouchers/{first.code}/redeem")
    assert cost(lambda: ready.post(f"/vouchers/{second.code}/redeem")) == REDEEM


def test_redeem_again(ready: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    ready.post(f"/vouchers/{voucher.code}/redeem", once="k")
    assert cost(lambda: ready.post(f"/vouchers/{voucher.code}/redeem", once="k")) == 2


@pytest.mark.parametrize("count", [1, 30])
def test_redeem_many(ready: Caller, provider: Provider, count: int) -> None:
    ready.post(f"/vouchers/{a_voucher(provider=provider, confirmed=1).code}/redeem")
    lines = [{"voucher": voucher.code} for voucher in vouchers(count, provider=provider, confirmed=1)]
    assert cost(lambda: ready.post("/redemptions", {"lines": lines})) == REDEEM + 1


def test_accept_start_and_declare(ready: Caller, provider: Provider) -> None:
    code = a_voucher(provider=provider).code
    day = {"occurred_on": today().isoformat()}
    assert cost(lambda: ready.post(f"/vouchers/{code}/accept", once=None)) == 6
    assert cost(lambda: ready.post(f"/vouchers/{code}/start", day, once=None)) == 9
    assert cost(lambda: ready.post(f"/vouchers/{code}/milestones/2/declare", day, once=None)) == 9


def test_decline_and_cancel(ready: Caller, provider: Provider) -> None:
    declined, cancelled = vouchers(2, provider=provider)
    assert cost(lambda: ready.post(f"/vouchers/{declined.code}/decline")) == 13
    assert cost(lambda: ready.post(f"/vouchers/{cancelled.code}/cancel", {"reason": "course_full"})) == 13


@pytest.mark.parametrize("count", [1, 8])
def test_redeem_many_that_close(ready: Caller, provider: Provider, count: int) -> None:
    ready.post(f"/vouchers/{a_voucher(provider=provider, confirmed=1).code}/redeem")
    done = vouchers(count, provider=provider, state=State.COMPLETED, confirmed=2)
    lines = [{"voucher": voucher.code} for voucher in done]
    assert cost(lambda: ready.post("/redemptions", {"lines": lines})) == REDEEM + 6

"""Each endpoint costs a fixed number of queries, however much there is to show."""

from __future__ import annotations

from typing import Any

import pytest

from ledger import today
from providers.models import Provider
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from vouchers.models import State

Count = Any


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
    with django_assert_num_queries(3):
        ready.get("/balance")


def test_look_up(ready: Caller, provider: Provider, django_assert_num_queries: Count) -> None:
    voucher = a_voucher(provider=provider, state=State.CLOSED)
    with django_assert_num_queries(5):
        ready.get(f"/vouchers/{voucher.code}")


@pytest.mark.parametrize("count", [1, 12])
def test_list(ready: Caller, provider: Provider, django_assert_num_queries: Count, count: int) -> None:
    vouchers(count, provider=provider, confirmed=1)
    with django_assert_num_queries(5):
        assert len(ready.get("/vouchers").json()["vouchers"]) == count

"""Listing: page by page, narrowed by filters, without a voucher missed or shown twice."""

from __future__ import annotations

import pytest

from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from vouchers.models import State


def test_the_list_has_my_vouchers_only_newest_first(caller: Caller, provider: Provider) -> None:
    older, newer = a_voucher(provider=provider), a_voucher(provider=provider)
    a_voucher()
    response = caller.get("/vouchers")
    holds("GET", "/api/v1/vouchers", response)
    assert [shown["code"] for shown in response.json()["vouchers"]] == [newer.code, older.code]
    assert response.json()["next_cursor"] is None


def test_pages_follow_each_other_without_a_gap(caller: Caller, provider: Provider) -> None:
    mine = vouchers(5, provider=provider)
    seen, path = [], "/vouchers?limit=2"
    for _ in range(3):
        page = caller.get(path).json()
        seen += [shown["code"] for shown in page["vouchers"]]
        path = f"/vouchers?limit=2&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert sorted(seen) == sorted(voucher.code for voucher in mine)
    assert len(seen) == 5


def test_a_voucher_issued_meanwhile_moves_no_page(caller: Caller, provider: Provider) -> None:
    mine = vouchers(3, provider=provider)
    first = caller.get("/vouchers?limit=2").json()
    a_voucher(provider=provider)
    second = caller.get(f"/vouchers?limit=2&cursor={first['next_cursor']}").json()
    seen = {shown["code"] for shown in first["vouchers"] + second["vouchers"]}
    assert seen == {voucher.code for voucher in mine}


def test_the_list_is_narrowed_by_state(caller: Caller, provider: Provider) -> None:
    a_voucher(provider=provider)
    accepted = a_voucher(provider=provider, state=State.ACCEPTED)
    page = caller.get("/vouchers?state=accepted&scheme=ila-wales-2003").json()
    assert [shown["code"] for shown in page["vouchers"]] == [accepted.code]
    assert caller.get("/vouchers?scheme=another").json()["vouchers"] == []


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("state=reserved", "field_wrong", "state"),
        ("state=%27--", "field_wrong", "state"),
        ("control=blue", "field_wrong", "control"),
        ("limit=0", "field_wrong", "limit"),
        ("limit=201", "field_wrong", "limit"),
        ("limit=1e2", "field_wrong", "limit"),
        ("limit=²", "field_wrong", "limit"),
        ("cursor=nonsense", "field_wrong", "cursor"),
        ("cursor=%F0", "field_wrong", "cursor"),
        ("learner=Megan", "field_unknown", "learner"),
        ("page=2", "field_unknown", "page"),
    ],
)
def test_a_parameter_that_cannot_be_right_is_refused(caller: Caller, query: str, code: str, field: str) -> None:
    response = caller.get(f"/vouchers?{query}")
    holds("GET", "/api/v1/vouchers", response)
    problem = response.json()
    assert (response.status_code, problem["code"], problem["field"]) == (422, code, field)

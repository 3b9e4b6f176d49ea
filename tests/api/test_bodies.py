"""Bodies: what is not JSON, too large, not declared or not known is refused before anything is asked of a room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.models import Event
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import Redemption, Voucher

Books = Callable[[], dict[Any, int]]


@pytest.fixture
def voucher(provider: Provider) -> Voucher:
    return a_voucher(provider=provider, confirmed=1)


def refused(response: Any, path: str, status: int, code: str) -> None:
    holds("POST", f"/api/v1{path}", response)
    assert (response.status_code, response.json()["code"]) == (status, code)


NOT_JSON = [
    b"milestone=1",
    b"{",
    b"{'milestone': 1}",
    b'{"milestone": 1,}',
    b'{"milestone": NaN}',
    b'{"milestone": Infinity}',
    b'{"milestone": 1, "milestone": 2}',
    b'{"milestone": 1} {"milestone": 1}',
    b'{"milestone": \xff}',
    b"\xff\xfe{\x00}\x00",
    b"\x00",
    b"[" * 15_000,
    b'{"a":' * 3_000,
    b'{"milestone": ' + b"9" * 10_000 + b"}",
    b"<redeem/>",
]


@pytest.mark.parametrize("body", NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_not_json_moves_nothing(caller: Caller, voucher: Voucher, books: Books, body: bytes) -> None:
    before, events, path = books(), Event.objects.count(), f"/vouchers/{voucher.code}/redeem"
    refused(caller.post(path, body), path, 400, "not_json")
    assert books() == before
    assert Event.objects.count() == events


@pytest.mark.parametrize("body", ["[]", "7", '"redeem"', "null", "true"])
def test_json_that_is_no_object_moves_nothing(caller: Caller, voucher: Voucher, books: Books, body: str) -> None:
    before, path = books(), f"/vouchers/{voucher.code}/redeem"
    refused(caller.post(path, body), path, 422, "not_an_object")
    assert books() == before


@pytest.mark.parametrize("name", ["amount", "Milestone", "", "__proto__", "<script>", "\x00", "x" * 1000, "\ud800"])
def test_a_field_that_is_not_known_moves_nothing(caller: Caller, voucher: Voucher, books: Books, name: str) -> None:
    before, path = books(), f"/vouchers/{voucher.code}/redeem"
    response = caller.post(path, {"milestone": 1, name: 1})
    refused(response, path, 422, "field_unknown")
    assert response.json()["facts"] == {"known": "milestone, amount_minor"}
    assert books() == before


def test_a_verb_that_takes_nothing_takes_no_fields(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    path = f"/vouchers/{voucher.code}/accept"
    refused(caller.post(path, {"force": True}), path, 422, "field_unknown")
    assert Voucher.objects.get(pk=voucher.pk).state == "issued"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_a_body_has_to_be_declared_as_json(caller: Caller, voucher: Voucher, books: Books, kind: str) -> None:
    before, path = books(), f"/vouchers/{voucher.code}/redeem"
    refused(caller.post(path, "{}", **{"Content-Type": kind}), path, 415, "content_type_wrong")
    assert books() == before


def test_a_charset_does_no_harm(caller: Caller, voucher: Voucher) -> None:
    response = caller.post(
        f"/vouchers/{voucher.code}/redeem", "{}", **{"Content-Type": "application/json; charset=utf-8"}
    )
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/vouchers/{code}/redeem", "/redemptions"])
def test_ten_megabytes_are_refused(caller: Caller, voucher: Voucher, books: Books, path: str) -> None:
    before, path = books(), path.format(code=voucher.code)
    response = caller.post(path, b'{"lines": "' + b"x" * 10_000_000 + b'"}')
    refused(response, path, 413, "body_too_large")
    assert books() == before
    assert not Redemption.objects.exists()


def test_a_body_of_unknown_length_is_refused(caller: Caller, voucher: Voucher) -> None:
    path = f"/vouchers/{voucher.code}/redeem"
    response = caller.post(path, "{}", **{"Transfer-Encoding": "chunked"})
    refused(response, path, 411, "length_missing")


@pytest.mark.parametrize(
    "day", ["2027-02-30", "20270901", "2027-W01-1", "tomorrow", "", 20270901, None, "2027-09-01T00:00"]
)
def test_a_day_is_a_day(caller: Caller, provider: Provider, day: Any) -> None:
    voucher = a_voucher(provider=provider, state="accepted")
    path = f"/vouchers/{voucher.code}/start"
    response = caller.post(path, {"occurred_on": day})
    refused(response, path, 422, "field_wrong")
    assert response.json()["field"] == "occurred_on"
    assert Voucher.objects.get(pk=voucher.pk).state == "accepted"


def test_a_field_that_is_needed_is_missed_by_name(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state="accepted")
    path = f"/vouchers/{voucher.code}/start"
    for body in (None, {}):
        response = caller.post(path, body)
        refused(response, path, 422, "field_missing")
        assert response.json()["field"] == "occurred_on"

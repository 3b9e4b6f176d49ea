"""The events feed: a poller that keeps its cursor misses nothing and sees nothing twice."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from api.scopes import Scope
from api.webhooks import spreading
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from tests.factories.webhooks import spread
from vouchers.models import State

pytestmark = pytest.mark.django_db


def read(caller: Caller, **query: Any) -> Any:
    path = "/events?" + "&".join(f"{name}={value}" for name, value in query.items())
    response = caller.get(path)
    holds("GET", f"/api/v1{path}", response)
    assert response.status_code == 200
    return response.json()


def test_page_by_page_every_event_comes_once_and_in_order(caller: Caller, provider: Provider) -> None:
    vouchers(3, provider=provider, state=State.ACCEPTED)
    spread()
    whole = read(caller)["events"]
    assert len(whole) == 6
    found, after = [], None
    while True:
        page = read(caller, limit=2, **({"after": after} if after else {}))
        if not page["events"]:
            break
        found += page["events"]
        after = page["next_cursor"]
    assert found == whole
    assert page["next_cursor"] == after, "a poller goes on from here"
    late = a_voucher(provider=provider)
    spread()
    [new] = read(caller, after=after)["events"]
    assert (new["kind"], new["data"]["voucher"]) == ("voucher.issued", late.code)


def test_with_no_events_there_is_a_cursor_to_go_on_from(caller: Caller, provider: Provider) -> None:
    first = read(caller)
    assert first["events"] == []
    voucher = a_voucher(provider=provider)
    spread()
    [event] = read(caller, after=first["next_cursor"])["events"]
    assert event["data"]["voucher"] == voucher.code


def test_one_kind_alone(caller: Caller, provider: Provider) -> None:
    vouchers(2, provider=provider, state=State.ACCEPTED)
    spread()
    page = read(caller, kind="voucher.accepted", limit=1)
    assert [event["kind"] for event in page["events"]] == ["voucher.accepted"]
    rest = read(caller, kind="voucher.accepted", after=page["next_cursor"])
    assert [event["kind"] for event in rest["events"]] == ["voucher.accepted"]
    assert rest["events"] != page["events"]


def test_another_providers_events_are_not_there_whatever_the_cursor(caller: Caller, provider: Provider) -> None:
    others = Caller.of()
    a_voucher(provider=others.provider)
    spread()
    cursor = read(others)["next_cursor"]
    assert read(caller)["events"] == []
    assert read(caller, after=cursor)["events"] == []
    a_voucher(provider=provider)
    spread()
    assert len(read(caller, after=cursor)["events"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"after": "nonsense"},
        {"after": "%C3%A9"},
        {"after": base64.urlsafe_b64encode(b"\xff" * 28).decode().rstrip("=")},
        {"after": ""},
        {"kind": "award.made"},
        {"kind": ""},
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "-1"},
        {"since": "yesterday"},
    ],
)
def test_what_cannot_be_read_is_refused(caller: Caller, query: dict[str, str]) -> None:
    [(name, value)] = query.items()
    response = caller.get(f"/events?{name}={value}")
    assert response.status_code == 422
    assert response.json()["field"] == name
    holds("GET", "/api/v1/events", response)


def test_it_needs_its_scope(provider: Provider) -> None:
    caller = Caller.of(provider, scopes=[Scope.READ])
    assert caller.get("/events").json()["code"] == "scope_missing"


@pytest.mark.parametrize("count", [1, 15])
def test_a_page_costs_a_fixed_number_of_queries(
    caller: Caller, provider: Provider, count: int, django_assert_num_queries: Any
) -> None:
    vouchers(count, provider=provider, state=State.ACCEPTED)
    spread()
    caller.get("/me")
    with django_assert_num_queries(5):  # the key; places, events; codes, schemes
        assert len(read(caller)["events"]) == 2 * count


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_transaction_that_ends_late_is_not_skipped(alone_in_the_cluster: None) -> None:
    caller = Caller.of()
    provider = caller.provider
    slow, quick = vouchers(2, provider=provider)
    while spreading.spread():
        pass
    after = read(caller)["next_cursor"]
    begun, go_on = threading.Event(), threading.Event()

    def accept_slowly() -> None:
        from vouchers import delivery

        try:
            with transaction.atomic():
                delivery.accept([slow.code], by=provider, actor=_actor())
                begun.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=accept_slowly)
    thread.start()
    assert begun.wait(20)
    caller.post(f"/vouchers/{quick.code}/accept")
    while spreading.spread():
        pass
    early = read(caller, after=after)
    go_on.set()
    thread.join(20)
    while spreading.spread():
        pass
    late = read(caller, after=early["next_cursor"])
    codes = [event["data"]["voucher"] for event in early["events"] + late["events"]]
    assert codes == [slow.code, quick.code]


def _actor() -> Any:
    from ledger import Actor

    return Actor.system("test")

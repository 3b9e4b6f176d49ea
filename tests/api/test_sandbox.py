"""The sandbox: a newcomer gets a college, a key and vouchers without asking anybody; a real book has none of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from api.models import Key, SandboxMessage
from api.scopes import Scope
from providers.models import Provider
from tests.api.contract import holds
from tests.conftest import as_owner
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import State, Voucher

pytestmark = pytest.mark.django_db


def a_college(client: Client, name: str = "Hill College") -> Caller:
    response = client.post("/api/v1/sandbox/keys", {"name": name}, content_type="application/json")
    holds("POST", "/api/v1/sandbox/keys", response)
    answer = response.json()
    return Caller(Key.objects.get(provider=answer["provider"]["id"]), answer["key"])


@pytest.fixture
def college(client: Client) -> Caller:
    return a_college(client)


def filled(college: Caller, count: int = 1) -> list[dict[str, Any]]:
    response = college.post("/sandbox/vouchers", {"count": count}, once=None)
    holds("POST", "/api/v1/sandbox/vouchers", response)
    return list(response.json()["vouchers"])


def test_anybody_gets_a_college_that_may_sell_and_a_test_key_with_every_scope(client: Client) -> None:
    college = a_college(client)
    assert college.plaintext.startswith("wm_test_")
    assert set(college.key.scopes) == set(Scope.values)
    assert (college.provider.name, college.provider.state) == ("Hill College", Provider.State.ACTIVE)
    assert college.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "field_missing"),
        ({"name": ""}, "field_wrong"),
        ({"name": "a" * 101}, "field_wrong"),
        ({"name": "   "}, "provider_without_name"),
        ({"name": 3}, "field_wrong"),
        ({"name": "Hill", "state": "active"}, "field_unknown"),
    ],
)
def test_a_college_without_a_name_is_refused_and_none_is_opened(client: Client, body: Any, code: str) -> None:
    response = client.post("/api/v1/sandbox/keys", body, content_type="application/json")
    holds("POST", "/api/v1/sandbox/keys", response)
    assert response.json()["code"] == code
    assert not Provider.objects.exists()


def test_an_address_opens_no_more_than_twenty_colleges_an_hour(client: Client) -> None:
    for number in range(20):
        a_college(client, f"College {number}")
    response = client.post("/api/v1/sandbox/keys", {"name": "One more"}, content_type="application/json")
    holds("POST", "/api/v1/sandbox/keys", response)
    assert response.json()["code"] == "too_many_colleges"
    assert Provider.objects.count() == 20


def test_sample_vouchers_are_made_out_to_the_college_and_wait_to_be_accepted(college: Caller) -> None:
    first, second = filled(college, 2)
    assert first["code"] != second["code"]
    for voucher in (first, second):
        assert (voucher["state"], voucher["left_minor"], voucher["scheme"]) == ("issued", 120_00, "sandbox")


def test_filling_again_makes_more_of_them(college: Caller) -> None:
    filled(college)
    filled(college, 3)
    assert Voucher.objects.filter(provider=college.provider).count() == 4


@pytest.mark.parametrize("count", [0, 51, -1, "2", None, True])
def test_a_number_of_vouchers_that_cannot_be_had_makes_none(college: Caller, count: Any) -> None:
    response = college.post("/sandbox/vouchers", {"count": count})
    holds("POST", "/api/v1/sandbox/vouchers", response)
    assert response.json()["code"] == "field_wrong"
    assert not Voucher.objects.exists()


def test_a_provider_that_was_not_opened_in_the_sandbox_gets_no_sample_vouchers() -> None:
    caller = Caller.of()
    response = caller.post("/sandbox/vouchers", {}, once=None)
    holds("POST", "/api/v1/sandbox/vouchers", response)
    assert response.json()["code"] == "no_sandbox_college"


def test_a_sample_voucher_goes_all_its_way_from_accepted_to_paid(college: Caller) -> None:
    [voucher] = filled(college)
    code, today = voucher["code"], voucher["run"]["starts_on"]
    assert college.post(f"/vouchers/{code}/accept").status_code == 200
    assert college.post(f"/vouchers/{code}/start", {"occurred_on": today}).status_code == 200
    confirmed = college.post(f"/sandbox/vouchers/{code}/confirm")
    holds("POST", f"/api/v1/sandbox/vouchers/{code}/confirm", confirmed)
    assert [(step["number"], step["state"]) for step in confirmed.json()["milestones"]] == [(1, "confirmed")]
    redeemed = college.post(f"/vouchers/{code}/redeem").json()
    assert redeemed["voucher"]["left_minor"] == 90_00
    assert redeemed["payable"]["payable_minor"] == 30_00


def test_where_nothing_was_declared_the_sample_learner_confirms_nothing(college: Caller) -> None:
    [voucher] = filled(college)
    assert college.post(f"/sandbox/vouchers/{voucher['code']}/confirm").json()["milestones"] == []


def test_nobody_confirms_for_a_learner_of_another_scheme() -> None:
    caller = Caller.of()
    voucher = a_voucher(provider=caller.provider, state=State.STARTED)
    response = caller.post(f"/sandbox/vouchers/{voucher.code}/confirm")
    holds("POST", f"/api/v1/sandbox/vouchers/{voucher.code}/confirm", response)
    assert response.json()["code"] == "voucher_not_found"
    assert voucher.milestones.get(number=1).state == "declared"


def test_another_college_cannot_confirm_for_our_sample_learner(client: Client, college: Caller) -> None:
    [voucher] = filled(college)
    other = a_college(client, "Vale College")
    assert other.post(f"/sandbox/vouchers/{voucher['code']}/confirm").status_code == 404


def test_the_inbox_keeps_what_was_sent_to_it_letter_by_letter(client: Client, college: Caller) -> None:
    url = college.get("/sandbox/inbox").json()["url"].removeprefix(settings.PUBLIC_URL)
    body = '{"type":"voucher.issued", "é":1}'
    sent = client.post(
        url, body, content_type="application/json", headers={"webhook-id": "msg_1", "webhook-signature": "v1,abc"}
    )
    assert sent.status_code == 200
    response = college.get("/sandbox/inbox")
    holds("GET", "/api/v1/sandbox/inbox", response)
    [message] = response.json()["messages"]
    assert message["body"] == body
    assert message["headers"] == {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-signature": "v1,abc",
    }


def test_whoever_has_an_inboxs_address_gets_the_newest_message_as_it_came(client: Client, college: Caller) -> None:
    url = college.get("/sandbox/inbox").json()["url"].removeprefix(settings.PUBLIC_URL)
    assert client.get(url).status_code == 404
    for number in (1, 2):
        client.post(
            url, f'{{"number":{number}}}', content_type="application/json", headers={"webhook-id": f"msg_{number}"}
        )
    newest = client.get(url)
    assert (newest.content, newest["webhook-id"]) == (b'{"number":2}', "msg_2")
    assert client.get(url[:-1] + "\N{LATIN SMALL LETTER E WITH ACUTE}").status_code == 404


def test_an_inbox_keeps_the_last_twenty_and_is_its_colleges_alone(client: Client, college: Caller) -> None:
    url = college.get("/sandbox/inbox").json()["url"].removeprefix(settings.PUBLIC_URL)
    for number in range(22):
        client.post(url, f'{{"number":{number}}}', content_type="application/json")
    bodies = [message["body"] for message in college.get("/sandbox/inbox").json()["messages"]]
    assert (len(bodies), bodies[0], bodies[-1]) == (20, '{"number":21}', '{"number":2}')
    assert a_college(client, "Vale College").get("/sandbox/inbox").json()["messages"] == []


def test_an_inbox_that_was_guessed_does_not_exist(client: Client, college: Caller) -> None:
    url = f"/sandbox/inbox/{college.provider.pk}/{'0' * 32}"
    assert client.post(url, "{}", content_type="application/json").status_code == 404
    assert not SandboxMessage.objects.exists()


def test_what_is_too_long_or_no_text_does_no_harm(client: Client, college: Caller) -> None:
    url = college.get("/sandbox/inbox").json()["url"].removeprefix(settings.PUBLIC_URL)
    assert client.post(url, "a" * 64_001, content_type="application/json").status_code == 413
    assert client.post(url, b"\xff\x00", content_type="application/json").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_where_the_money_is_real_there_is_no_sandbox(client: Client) -> None:
    caller = Caller.of()
    with as_owner() as owner:
        owner.execute("UPDATE ledger_book SET sandbox = false")
    response = client.post("/api/v1/sandbox/keys", {"name": "Hill"}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (404, "nothing_here")
    for path in ("/sandbox/vouchers", "/sandbox/vouchers/7ZQ4MB2V9K0E8D5XNA3RT6WYHCA/confirm"):
        assert caller.post(path).json()["code"] == "key_wrong"
    assert caller.get("/sandbox/inbox").json()["code"] == "key_wrong"

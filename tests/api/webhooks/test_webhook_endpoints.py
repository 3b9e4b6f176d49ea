"""Webhooks over the API: add, change, rotate, test, look at the log; a secret is told once, and to nobody else."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction

from api.models import Answer
from api.scopes import Scope
from api.webhook_models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from api.webhooks import delivering, subscribing
from ledger.models import Event
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import ACTOR, vouchers
from tests.factories.webhooks import Receiver, a_webhook, spread

pytestmark = pytest.mark.django_db

URL = "https://college.example/hooks"


def ask(caller: Caller, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """A request about webhooks, with its answer held to the description."""
    response = caller.send(method, f"/webhooks{path}", body, **headers)
    holds(method, f"/api/v1/webhooks{path}", response)
    return response


def added(caller: Caller, **body: Any) -> Any:
    response = ask(caller, "POST", "", {"url": URL} | body)
    assert response.status_code == 200, response.json()
    return response.json()


def test_a_webhook_is_added_and_its_secret_shown_once(caller: Caller) -> None:
    answer = added(caller, kinds=["voucher.closed", "milestone.confirmed"], description="Records")
    secret = answer["secret"]
    assert secret.startswith("whsec_")
    webhook = answer["webhook"]
    assert webhook["kinds"] == ["milestone.confirmed", "voucher.closed"]
    assert (webhook["url"], webhook["description"], webhook["state"]) == (URL, "Records", "enabled")
    assert ask(caller, "GET", f"/{webhook['id']}").json() == {"webhook": webhook}
    assert ask(caller, "GET", "").json() == {"webhooks": [webhook]}
    event = Event.objects.get(kind="webhook.added")
    assert event.subject == f"webhook:{webhook['id']}"
    assert event.actor == f"key:{caller.key.pk}"


def test_it_is_changed_switched_off_and_on_and_removed(caller: Caller) -> None:
    pk = added(caller)["webhook"]["id"]
    changed = ask(caller, "PATCH", f"/{pk}", {"url": f"{URL}/2", "kinds": ["voucher.closed"]}).json()["webhook"]
    assert (changed["url"], changed["kinds"], changed["description"]) == (f"{URL}/2", ["voucher.closed"], "")
    off = ask(caller, "PATCH", f"/{pk}", {"enabled": False}).json()["webhook"]
    assert (off["state"], off["why_disabled"]) == ("disabled", "by_hand")
    assert ask(caller, "POST", f"/{pk}/test").json()["code"] == "webhook_disabled"
    on = ask(caller, "PATCH", f"/{pk}", {"enabled": True}).json()["webhook"]
    assert (on["state"], on["why_disabled"]) == ("enabled", None)
    ask(caller, "PATCH", f"/{pk}", {})
    assert ask(caller, "DELETE", f"/{pk}").json() == {"removed": pk}
    assert ask(caller, "GET", f"/{pk}").status_code == 404
    assert ask(caller, "GET", "").json() == {"webhooks": []}
    assert not WebhookSecret.objects.exists()
    kinds = Event.objects.filter(kind__startswith="webhook.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [
        "webhook.added",
        "webhook.changed",
        "webhook.disabled",
        "webhook.enabled",
        "webhook.removed",
    ]


def test_a_repeated_request_gets_the_same_secret_and_the_database_does_not_show_it(caller: Caller) -> None:
    first = caller.post("/webhooks", {"url": URL}, once="k")
    second = caller.post("/webhooks", {"url": URL}, once="k")
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert WebhookEndpoint.objects.count() == 1
    secret = first.json()["secret"]
    for kept in (Answer.objects.get().body, WebhookSecret.objects.get().sealed):
        assert secret not in kept
        assert secret.removeprefix("whsec_") not in kept


def test_a_secret_is_in_no_event_no_log_and_no_administration(caller: Caller, caplog: Any, capfd: Any) -> None:
    caplog.set_level(logging.DEBUG)
    answer = added(caller)
    secret, pk = answer["secret"], answer["webhook"]["id"]
    new = ask(caller, "POST", f"/{pk}/rotate").json()["secret"]
    ask(caller, "POST", f"/{pk}/test")
    delivering.send_due(post=lambda *_: (_ for _ in ()).throw(ValueError("boom")))
    printed = caplog.text + "".join(capfd.readouterr())
    assert "boom" in printed
    for each in (secret, new):
        bare = each.removeprefix("whsec_")
        assert bare not in printed
        assert bare not in str(list(Event.objects.values()))
        assert bare not in str([repr(found) for found in WebhookSecret.objects.all()])
    assert not admin.site.is_registered(WebhookSecret)
    assert secret not in ask(caller, "GET", f"/{pk}").content.decode()


def test_a_secret_cannot_be_kept_unsealed() -> None:
    endpoint, secret = a_webhook()
    with pytest.raises(IntegrityError, match="webhook_secret_is_sealed"), transaction.atomic():
        WebhookSecret.objects.update(sealed=secret)
    with pytest.raises(IntegrityError, match="one_present_secret_a_webhook"), transaction.atomic():
        WebhookSecret.objects.create(endpoint=endpoint, sealed="x", made_at=endpoint.created_at)


def test_an_event_cannot_be_owed_to_an_endpoint_twice() -> None:
    endpoint, _ = a_webhook()
    vouchers(1, provider=endpoint.provider)
    spread()
    owed = WebhookDelivery.objects.get()
    owed.pk = uuid4()
    with pytest.raises(IntegrityError, match="one_delivery_an_endpoint_and_event"), transaction.atomic():
        owed.save(force_insert=True)


def test_there_are_no_more_than_four_secrets_and_twenty_webhooks(caller: Caller, monkeypatch: Any) -> None:
    pk = added(caller)["webhook"]["id"]
    for _ in range(3):
        assert ask(caller, "POST", f"/{pk}/rotate").status_code == 200
    before = list(WebhookSecret.objects.order_by("id").values())
    refused = ask(caller, "POST", f"/{pk}/rotate")
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_secrets")
    assert list(WebhookSecret.objects.order_by("id").values()) == before
    monkeypatch.setattr(subscribing, "MOST_ENDPOINTS", 1)
    refused = ask(caller, "POST", "", {"url": URL})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_webhooks")
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://college.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://printer.local/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://10.1.2.3:8443/hooks",
        "https://user:pass@college.example/",
        "ftp://college.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "not an address",
        "https://college.example/\r\nX: 1",
    ],
)
def test_an_address_inside_or_without_tls_is_refused_when_it_is_saved(caller: Caller, url: str) -> None:
    refused = ask(caller, "POST", "", {"url": url})
    assert (refused.status_code, refused.json()["code"]) == (422, "webhook_url_wrong")
    assert refused.json()["field"] == "url"
    assert not WebhookEndpoint.objects.exists()
    pk = added(caller)["webhook"]["id"]
    assert ask(caller, "PATCH", f"/{pk}", {"url": url}).status_code == 422
    assert WebhookEndpoint.objects.get().url == URL


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 7}, "url"),
        ({"url": ""}, "url"),
        ({"url": "https://college.example/" + "a" * 1000}, "url"),
        ({"url": URL, "kinds": "voucher.closed"}, "kinds"),
        ({"url": URL, "kinds": ["award.made"]}, "kinds"),
        ({"url": URL, "kinds": ["voucher.closed", "voucher.closed"]}, "kinds"),
        ({"url": URL, "kinds": [["voucher.closed"]]}, "kinds"),
        ({"url": URL, "kinds": [""] * 51}, "kinds"),
        ({"url": URL, "description": "a" * 201}, "description"),
        ({"url": URL, "description": "a\0b"}, "description"),
        ({"url": URL, "secret": "whsec_mine"}, "secret"),
        ({"url": URL, "enabled": True}, "enabled"),
    ],
)
def test_what_cannot_be_read_is_refused(caller: Caller, body: Any, field: str) -> None:
    refused = ask(caller, "POST", "", body)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert not WebhookEndpoint.objects.exists()


def test_another_providers_webhook_is_not_there(caller: Caller) -> None:
    endpoint, _ = a_webhook()
    delivery = subscribing.send_test(endpoint.pk, endpoint.provider)
    before = [list(model.objects.values()) for model in (WebhookEndpoint, WebhookSecret, WebhookDelivery)]
    for pk in (endpoint.pk, uuid4()):
        for method, path, body in (
            ("GET", f"/{pk}", None),
            ("PATCH", f"/{pk}", {"enabled": False}),
            ("DELETE", f"/{pk}", None),
            ("POST", f"/{pk}/rotate", None),
            ("POST", f"/{pk}/test", None),
            ("GET", f"/{pk}/deliveries", None),
            ("POST", f"/{pk}/deliveries/{delivery.pk}/redeliver", None),
        ):
            response = ask(caller, method, path, body)
            assert (response.status_code, response.json()["code"]) == (404, "webhook_not_found")
    mine, _ = a_webhook(caller.provider)
    response = ask(caller, "POST", f"/{mine.pk}/deliveries/{delivery.pk}/redeliver")
    assert (response.status_code, response.json()["code"]) == (404, "delivery_not_found")
    WebhookEndpoint.objects.filter(pk=mine.pk).delete()
    assert [list(model.objects.values()) for model in (WebhookEndpoint, WebhookSecret, WebhookDelivery)] == before


def test_it_needs_its_scope(provider: Provider) -> None:
    caller = Caller.of(provider, scopes=[Scope.READ, Scope.REDEEM])
    endpoint, _ = a_webhook(provider)
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{endpoint.pk}"), ("DELETE", f"/{endpoint.pk}")):
        assert ask(caller, method, path).json()["code"] == "scope_missing"
    assert WebhookEndpoint.objects.of(provider).exists()


def test_the_log_has_every_try_and_a_delivery_can_be_sent_again(caller: Caller, receiver: Receiver) -> None:
    receiver.answers = [b"HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n<b>no</b>", 204]
    pk = added(caller, url=receiver.url)["webhook"]["id"]
    sent = ask(caller, "POST", f"/{pk}/test").json()["delivery"]
    assert (sent["state"], sent["kind"], sent["attempts"]) == ("waiting", "webhook.test", [])
    delivering.send_due()
    [failed] = ask(caller, "GET", f"/{pk}/deliveries").json()["deliveries"]
    assert failed["state"] == "waiting"
    [attempt] = failed["attempts"]
    assert (attempt["status"], attempt["said"]) == (500, "<b>no</b>")
    again = ask(caller, "POST", f"/{pk}/deliveries/{sent['id']}/redeliver").json()["delivery"]
    assert again["id"] == sent["id"]
    delivering.send_due()
    [done] = ask(caller, "GET", f"/{pk}/deliveries?state=delivered").json()["deliveries"]
    assert [attempt["status"] for attempt in done["attempts"]] == [500, 204]
    assert done["delivered_at"] is not None
    assert done["next_try_at"] is None
    assert ask(caller, "GET", f"/{pk}/deliveries?state=waiting").json() == {"deliveries": [], "next_cursor": None}
    assert ask(caller, "GET", f"/{pk}/deliveries?state=lost").json()["field"] == "state"


@pytest.mark.parametrize("count", [1, 9])
def test_lists_cost_a_fixed_number_of_queries(
    caller: Caller, provider: Provider, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        endpoint, _secret = a_webhook(provider)
    vouchers(count, provider=provider)
    spread()
    delivering.send_due(post=lambda *_: (_ for _ in ()).throw(delivering.CannotReach("away")))
    caller.get("/me")
    with django_assert_num_queries(2):
        assert len(ask(caller, "GET", "").json()["webhooks"]) == count
    with django_assert_num_queries(4):
        log = ask(caller, "GET", f"/{endpoint.pk}/deliveries").json()["deliveries"]
    assert len(log) == count


def test_the_log_goes_on_page_by_page(caller: Caller, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    vouchers(5, provider=provider)
    spread()
    first = ask(caller, "GET", f"/{endpoint.pk}/deliveries?limit=3").json()
    second = ask(caller, "GET", f"/{endpoint.pk}/deliveries?limit=3&cursor={first['next_cursor']}").json()
    ids = [each["id"] for each in first["deliveries"] + second["deliveries"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), second["next_cursor"]) == (5, None)


def test_whoever_removes_a_webhook_keeps_what_was_owed_from_being_sent(caller: Caller, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    vouchers(1, provider=provider)
    spread()
    subscribing.remove(endpoint.pk, provider, actor=ACTOR)
    assert delivering.claim(10) == []

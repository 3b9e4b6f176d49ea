"""Keys and webhooks on the pages: who sees them, what is shown once, and that nothing is done without the password."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

import ledger
from api import keys, tasks
from api.models import Key
from api.scopes import Scope
from api.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookSecret
from api.webhooks import delivering, subscribing
from config.outbound import Answer
from ledger.models import Event
from providers.models import Provider, Role, Staff
from tests.factories.api import Caller, a_key
from tests.factories.providers import ProviderFactory, StaffFactory
from tests.factories.vouchers import ACTOR, vouchers
from tests.factories.webhooks import a_webhook, spread
from tests.web.learner.visiting import text

pytestmark = pytest.mark.django_db

HOME = "/provider/connections/"
URL = "https://college.example/hooks"


@pytest.fixture(autouse=True)
def _nothing_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.send_webhooks, "delay", lambda: None)


@pytest.fixture
def staff() -> Staff:
    return StaffFactory(roles=[Role.ADMINISTRATOR])


@pytest.fixture
def provider(staff: Staff) -> Provider:
    return staff.provider


@pytest.fixture
def long_ago(staff: Staff) -> Client:
    """Signed in; the password was given long ago."""
    client = Client()
    client.force_login(staff.user)
    return client


@pytest.fixture
def browser(staff: Staff) -> Client:
    """Signed in; the password was given a moment ago."""
    client = Client()
    client.force_login(staff.user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, staff.user, method="password", at=time.time(), reauthenticated=True)
    request.session.save()
    return client


def secret_in(response: Any) -> str:
    found = re.search(r'id="secret"[^>]*value="([^"]+)"', response.content.decode(), re.DOTALL)
    assert found
    return found[1]


def webhook_page(endpoint: WebhookEndpoint, rest: str = "") -> str:
    return f"{HOME}webhooks/{endpoint.pk}/{rest}"


def test_a_key_is_issued_shown_once_and_works(browser: Client, provider: Provider) -> None:
    page = browser.post(f"{HOME}keys/new/", {"name": "Records", "scopes": ["vouchers:read"], "days": "90"})
    plaintext = secret_in(page)
    assert page["Cache-Control"].endswith("private")
    assert "no-store" in page["Cache-Control"]
    key = Key.objects.get()
    assert Caller(key, plaintext).get("/vouchers").status_code == 200
    assert (key.name, key.scopes, key.provider) == ("Records", ["vouchers:read"], provider)
    assert key.expires_at is not None
    assert (key.expires_at - key.created_at).days == 90
    event = Event.objects.get(kind="api.key_issued")
    assert (event.acting_for, event.data["prefix"]) == (f"provider:{provider.pk}", key.prefix)
    shown = text(browser.get(HOME))
    assert str(key) in shown
    assert plaintext not in shown


def test_two_keys_can_be_live_at_once_and_one_is_revoked(browser: Client, provider: Provider) -> None:
    first, second = (Caller.of(provider, name=name) for name in ("old", "new"))
    assert [caller.get("/me").status_code for caller in (first, second)] == [200, 200]
    assert "Do you want to revoke this key?" in text(browser.get(f"{HOME}keys/{first.key.pk}/revoke/"))
    for _twice in range(2):
        assert browser.post(f"{HOME}keys/{first.key.pk}/revoke/").url == HOME
    assert [caller.get("/me").status_code for caller in (first, second)] == [401, 200]
    assert Event.objects.filter(kind="api.key_revoked").count() == 1
    shown = text(browser.get(HOME))
    assert "revoked" in shown
    assert "never" not in shown.split("Keys that are no longer good")[0], "both were used"


def test_a_key_without_end_and_one_that_has_expired(browser: Client, provider: Provider, clock: Any) -> None:
    page = browser.post(f"{HOME}keys/new/", {"name": "Records", "scopes": ["money:read"], "days": ""})
    assert secret_in(page).startswith("wm_test_")
    assert Key.objects.get().expires_at is None
    _key, _plain = a_key(provider, name="Short", expires_at=ledger.now())
    shown = text(browser.get(HOME))
    assert "when you revoke it" in shown
    assert "expired" in shown


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "", "scopes": ["money:read"]},
        {"name": "Records"},
        {"name": "Records", "scopes": ["everything"]},
        {"name": "Records", "scopes": ["money:read"], "days": "100000"},
        {"name": "a" * 101, "scopes": ["money:read"]},
        {"name": "a\0b", "scopes": ["money:read"]},
    ],
)
def test_a_key_form_that_is_not_right_comes_back(browser: Client, form: dict[str, Any]) -> None:
    response = browser.post(f"{HOME}keys/new/", form)
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert not Key.objects.exists()


def test_without_the_password_given_lately_no_secret_is_made(long_ago: Client, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    for address, form in (
        (f"{HOME}keys/new/", {"name": "Records", "scopes": ["money:read"], "days": ""}),
        (f"{HOME}webhooks/new/", {"url": URL, "what": "all"}),
        (webhook_page(endpoint, "rotate/"), {}),
    ):
        assert long_ago.get(address).status_code == 200
        assert long_ago.post(address, form).url.startswith("/account/reauthenticate/")
    assert (Key.objects.count(), WebhookEndpoint.objects.count(), WebhookSecret.objects.count()) == (0, 1, 1)


def test_a_webhook_is_added_and_its_secret_shown_once(browser: Client, provider: Provider) -> None:
    form = {"url": URL, "description": "Records", "what": "some", "kinds": ["voucher.closed"]}
    page = browser.post(f"{HOME}webhooks/new/", form)
    secret = secret_in(page)
    assert secret.startswith("whsec_")
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.provider, endpoint.url, endpoint.kinds) == (provider, URL, ["voucher.closed"])
    shown = browser.get(webhook_page(endpoint)).content.decode()
    assert "A voucher is closed" in shown
    assert secret not in shown
    assert URL in text(browser.get(HOME))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"url": "http://college.example/", "what": "all"},
        {"url": "https://169.254.169.254/", "what": "all"},
        {"url": "https://localhost:8000/", "what": "all"},
        {"url": URL, "what": "some"},
        {"url": URL, "what": "some", "kinds": ["award.made"]},
        {"url": URL, "what": "nothing"},
        {"url": URL + "a" * 1000, "what": "all"},
        {"url": URL, "what": "all", "description": "a" * 201},
    ],
)
def test_a_webhook_form_that_is_not_right_comes_back_with_what_was_typed(
    browser: Client, provider: Provider, form: dict[str, Any]
) -> None:
    response = browser.post(f"{HOME}webhooks/new/", form)
    assert response.status_code == 422
    assert form.get("url", "") in response.content.decode()
    assert not WebhookEndpoint.objects.exists()
    endpoint, _ = a_webhook(provider)
    assert browser.post(webhook_page(endpoint, "change/"), form).status_code == 422
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.kinds) == (URL, [])


def test_it_is_changed_switched_and_removed(browser: Client, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    form = browser.get(webhook_page(endpoint, "change/")).content.decode()
    assert f'value="{URL}"' in form
    changed = {"url": f"{URL}/2", "what": "some", "kinds": ["voucher.closed", "voucher.issued"]}
    assert browser.post(webhook_page(endpoint, "change/"), changed).url == webhook_page(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.kinds) == (f"{URL}/2", ["voucher.closed", "voucher.issued"])
    browser.post(webhook_page(endpoint, "switch/"))
    assert "You switched it off." in text(browser.get(webhook_page(endpoint)))
    response = browser.post(webhook_page(endpoint, "test/"), follow=True)
    assert "switched off, so nothing is sent" in text(response)
    assert not WebhookDelivery.objects.exists()
    browser.post(webhook_page(endpoint, "switch/"), {"on": "on"})
    endpoint.refresh_from_db()
    assert endpoint.state == "enabled"
    assert "Do you want to remove" in text(browser.get(webhook_page(endpoint, "remove/")))
    assert browser.post(webhook_page(endpoint, "remove/")).url == HOME
    assert browser.get(webhook_page(endpoint)).status_code == 404


def test_a_new_secret_is_shown_once_and_both_sign_for_a_day(browser: Client, provider: Provider) -> None:
    endpoint, old = a_webhook(provider)
    new = secret_in(browser.post(webhook_page(endpoint, "rotate/")))
    assert new != old
    assert WebhookSecret.objects.signing(timezone.now()).count() == 2
    assert "signs until" in text(browser.get(webhook_page(endpoint)))


def test_the_log_shows_every_try_as_text_and_sends_again(browser: Client, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    sent = browser.post(webhook_page(endpoint, "test/"))
    delivery = WebhookDelivery.objects.get()
    assert sent.url == webhook_page(endpoint, f"deliveries/{delivery.pk}/")
    assert "Not tried yet." in text(browser.get(sent.url))
    delivering.send_due(post=lambda *_: Answer(500, {}, b"<script>alert(1)</script>"))
    shown = browser.get(sent.url).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "500" in shown
    again = browser.post(f"{sent.url}again/")
    assert again.url == sent.url
    delivering.send_due(post=lambda *_: Answer(204, {}, b""))
    assert "Delivered" in text(browser.get(sent.url))
    assert WebhookAttempt.objects.count() == 2
    log = text(browser.get(webhook_page(endpoint)))
    assert "2 tries" in log
    assert "Delivered" in log


def test_a_webhook_that_fails_or_is_gone_says_so(browser: Client, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    subscribing.send_test(endpoint.pk, provider)
    delivering.send_due(post=lambda *_: Answer(500, {}, b""))
    assert "It does not take what we send" in text(browser.get(webhook_page(endpoint)))
    assert "Failing" in text(browser.get(HOME))
    WebhookDelivery.objects.update(due_at=timezone.now())
    delivering.send_due(post=lambda *_: Answer(410, {}, b""))
    assert "410 Gone" in text(browser.get(webhook_page(endpoint)))


def test_another_providers_keys_and_webhooks_are_not_there(browser: Client) -> None:
    key, _plain = a_key(ProviderFactory())
    endpoint, _ = a_webhook()
    delivery = subscribing.send_test(endpoint.pk, endpoint.provider)
    before = (
        list(Key.objects.values()),
        list(WebhookEndpoint.objects.values()),
        list(WebhookDelivery.objects.values()),
    )
    addresses = ["", "change/", "rotate/", "remove/", f"deliveries/{delivery.pk}/"]
    gets = [f"{HOME}keys/{key.pk}/revoke/", *(webhook_page(endpoint, rest) for rest in addresses)]
    posts = ["change/", "switch/", "test/", "rotate/", "remove/", f"deliveries/{delivery.pk}/again/"]
    form = {"url": URL, "what": "all"}
    assert {browser.get(address).status_code for address in gets} == {404}
    assert {browser.post(webhook_page(endpoint, rest), form).status_code for rest in posts} == {404}
    assert browser.post(gets[0]).status_code == 404
    after = (list(Key.objects.values()), list(WebhookEndpoint.objects.values()), list(WebhookDelivery.objects.values()))
    assert after == before
    assert str(key) not in text(browser.get(HOME))


def test_only_an_administrator_sees_them(client: Client) -> None:
    staff = StaffFactory(roles=[Role.COURSES, Role.DELIVERY, Role.MONEY])
    endpoint, _ = a_webhook(staff.provider)
    client.force_login(staff.user)
    for address in (HOME, f"{HOME}keys/new/", f"{HOME}webhooks/new/", webhook_page(endpoint)):
        assert client.get(address).status_code == 404
    assert client.post(webhook_page(endpoint, "remove/")).status_code == 404
    assert "Keys and webhooks" not in client.get("/provider/").content.decode()
    client.logout()
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize("count", [1, 12])
def test_lists_cost_the_same_however_long_they_are(
    browser: Client, provider: Provider, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        keys.issue(provider, scopes=list(Scope), name=f"Key {number}", actor=ACTOR)
        endpoint, _secret = a_webhook(provider)
    vouchers(count, provider=provider)
    spread()
    delivering.send_due(post=lambda *_: Answer(500, {}, b"no"))
    with django_assert_num_queries(7):  # session, user, staff, the calendar and its day, keys, webhooks
        browser.get(HOME)
    with django_assert_num_queries(8):
        browser.get(webhook_page(endpoint))


def test_a_cursor_that_nobody_gave_leads_nowhere(browser: Client, provider: Provider) -> None:
    endpoint, _ = a_webhook(provider)
    assert browser.get(webhook_page(endpoint, "?after=nonsense")).status_code == 404

"""Those who manage schemes see every provider, and move one from a state to another with a reason."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import ledger
from accounts.models import SchemeManager
from providers.models import Provider, Staff, StateChange
from tests.factories.accounts import a_manager
from tests.factories.providers import BankAccountFactory, ProviderFactory, StaffFactory, UserFactory
from tests.factories.vouchers import a_voucher, vouchers
from tests.web.learner.visiting import text
from tests.web.provider.visiting import signed_in
from vouchers.models import State

pytestmark = pytest.mark.django_db

REASON = {"reason": "irregular", "note": "40 claims on one day."}


@pytest.fixture
def gwen() -> SchemeManager:
    return a_manager()


@pytest.fixture
def client(gwen: SchemeManager) -> Client:
    return signed_in(gwen.user)


def test_the_list_shows_who_there_is_and_what_waits(client: Client) -> None:
    ProviderFactory(name="Bridge College", applied=True)
    ProviderFactory(name="Abbey College", suspended=True, ukprn="10004695")
    StaffFactory(provider=ProviderFactory(name="Castle College"))
    said = text(client.get("/scheme/providers/"))
    assert "1 application waits for an answer" in said
    assert said.index("Abbey College") < said.index("Bridge College") < said.index("Castle College")
    assert said.count("nobody works there yet") == 2
    assert "Castle College" not in text(client.get("/scheme/providers/?state=suspended"))
    assert "Abbey College" in text(client.get("/scheme/providers/?q=1000+4695"))
    assert client.get("/scheme/providers/?state=lost&page=x&q=%00").status_code == 200


def test_a_long_list_comes_in_pages_and_costs_the_same(client: Client) -> None:
    asked = []
    for many in (1, 51):
        for _provider in range(many):
            ProviderFactory(unaccredited=True)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/scheme/providers/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert 'href="?page=2"' in page.content.decode()
    assert text(client.get("/scheme/providers/?page=2")).count("College") == 2


def test_one_provider_is_shown_with_its_staff_bank_account_and_history(client: Client, gwen: SchemeManager) -> None:
    provider = ProviderFactory(name="Bridge College", ukprn="10004695", contact_email="ask@bridge.example")
    StaffFactory(provider=provider, user__name="Mair Owen")
    BankAccountFactory(provider=provider, iban="GB29NWBK60161331926819")
    client.post(f"/scheme/providers/{provider.pk}/suspended/", REASON)
    said = text(client.get(f"/scheme/providers/{provider.pk}/"))
    for words in (
        "10004695",
        "ask@bridge.example",
        "Mair Owen",
        "GB•• •••• 6819",
        "40 claims on one day.",
        "Gwen Parry",
    ):
        assert words in said
    assert "GB29" not in said
    assert "Invite its first administrator" not in said


def test_an_application_is_accepted_with_the_day_up_to_which_it_is_new(client: Client, gwen: SchemeManager) -> None:
    provider = ProviderFactory(applied=True)
    address = f"/scheme/providers/{provider.pk}/active/"
    assert "Accept the application" in text(client.get(address))
    assert client.post(address, {"reason": "accepted", "note": "", "new_until": "2030-03-31"}).status_code == 302
    provider.refresh_from_db()
    assert (provider.state, str(provider.new_until)) == ("active", "2030-03-31")
    assert StateChange.objects.get().moved_by == gwen.user


def test_an_application_is_declined_with_words(client: Client) -> None:
    provider = ProviderFactory(applied=True)
    address = f"/scheme/providers/{provider.pk}/removed/"
    assert client.post(address, {"reason": "declined", "note": ""}).status_code == 422
    assert client.post(address, {"reason": "declined", "note": "Unknown to its register."}).status_code == 302
    provider.refresh_from_db()
    assert provider.state == "removed"


def test_before_a_move_its_effect_is_shown_and_afterwards_it_is_so(client: Client) -> None:
    provider = ProviderFactory()
    issued, _second = vouchers(2, provider=provider)
    started = a_voucher(provider=provider, state=State.STARTED, confirmed=1)
    address = f"/scheme/providers/{provider.pk}"
    said = text(client.get(f"{address}/no-new-starts/"))
    assert "2 · Issued £240.00 Ends, and its money goes back to the learner" in said
    assert "1 · Started £120.00 Goes on" in said
    assert "£30.00 of it are for steps" in text(client.get(f"{address}/removed/"))
    assert client.post(f"{address}/no-new-starts/", REASON).status_code == 302
    assert ledger.balances([issued.account_id, started.account_id]) == {
        issued.account_id: 0,
        started.account_id: 120_00,
    }


@pytest.mark.parametrize(
    "given",
    [{}, {"reason": "irregular", "note": " "}, {"reason": "cleared", "note": "No."}, {"reason": "x", "note": "\x00"}],
)
def test_a_move_without_a_good_reason_changes_nothing(client: Client, books, given: dict[str, str]) -> None:
    voucher = a_voucher()
    before = books()
    page = client.post(f"/scheme/providers/{voucher.provider_id}/removed/", given)
    assert page.status_code == 422
    voucher.refresh_from_db()
    assert (Provider.objects.get(pk=voucher.provider_id).state, voucher.state, books()) == ("active", "issued", before)


def test_a_move_that_is_none_is_no_page(client: Client) -> None:
    provider, gone = ProviderFactory(), ProviderFactory(state=Provider.State.REMOVED)
    for address in (
        f"/scheme/providers/{provider.pk}/active/",
        f"/scheme/providers/{provider.pk}/burnt/",
        f"/scheme/providers/{gone.pk}/active/",
        "/scheme/providers/00000000-0000-0000-0000-000000000000/",
        "/scheme/providers/00000000-0000-0000-0000-000000000000/removed/",
    ):
        assert client.post(address, REASON).status_code in (404, 405)
        assert client.get(address).status_code == 404


def test_a_provider_without_anybody_gets_its_first_administrator(client: Client) -> None:
    provider = ProviderFactory(name="Bridge College")
    address = f"/scheme/providers/{provider.pk}"
    assert client.post(f"{address}/invite/", {"email": "nobody"}).status_code == 422
    assert client.post(f"{address}/invite/", {"email": "mair@bridge.example"}).status_code == 302
    found = re.search(r"/providers/join/\S+/", str(mail.outbox[0].body))
    assert found is not None
    signed_in(UserFactory(email="mair@bridge.example")).post(found.group())
    assert Staff.objects.get().roles == ["administrator", "courses", "delivery", "money"]
    page = client.post(f"{address}/invite/", {"email": "eve@bridge.example"})
    assert (page.status_code, "has an administrator, who invites its other staff" in text(page)) == (422, True)


def test_to_anybody_else_there_are_no_such_pages() -> None:
    provider = ProviderFactory()
    for user in (StaffFactory(provider=provider).user, UserFactory()):
        visitor = signed_in(user)
        for address in (
            "/scheme/providers/",
            f"/scheme/providers/{provider.pk}/",
            f"/scheme/providers/{provider.pk}/removed/",
        ):
            assert visitor.get(address).status_code == 404
        assert visitor.post(f"/scheme/providers/{provider.pk}/removed/", REASON).status_code == 404
        assert visitor.post(f"/scheme/providers/{provider.pk}/invite/", {"email": "a@b.example"}).status_code == 404
    assert Provider.objects.get().state == "active"

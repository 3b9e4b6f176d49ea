"""A provider sees what it is owed, why something is held, what was paid for what, and every movement."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger import today
from providers.models import Provider, Role
from tests.factories.payouts import (
    ACTOR,
    COMES_BACK,
    a_bank_account,
    a_provider,
    payout_of,
    prepared,
    redeemed,
    sent,
    settled,
)
from tests.factories.providers import ProviderFactory, StaffFactory
from vouchers import control, redemption
from vouchers.models import Control
from vouchers.paying import approving

pytestmark = pytest.mark.django_db
PAGES = ("/provider/money/", "/provider/money/statement/")


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def signed_in(provider: Provider, *roles: Role) -> Client:
    client = Client()
    client.force_login(StaffFactory(provider=provider, roles=list(roles) or [Role.MONEY]).user)
    return client


def test_the_page_says_what_is_owed_and_where_it_stands() -> None:
    provider = a_provider()
    redeemed(provider)
    client = signed_in(provider)
    page = text(client.get("/provider/money/"))
    assert "ILA Wales" in page
    assert "£120.00" in page
    assert "the next payout run takes it" in page
    run = prepared()
    assert "waits to be approved and sent" in text(client.get("/provider/money/"))
    approving.cancel(run.pk, actor=ACTOR)
    sent()
    assert "sent, and not confirmed yet" in text(client.get("/provider/money/"))


def test_what_is_held_is_said_with_the_reason() -> None:
    provider = a_provider()
    frozen, _, reviewed, _ = redeemed(provider, 2)
    control.set_control(frozen.voucher_id, Control.FROZEN, actor=ACTOR)
    control.set_control(reviewed.voucher_id, Control.UNDER_REVIEW, actor=ACTOR)
    page = text(signed_in(provider).get("/provider/money/"))
    assert "Held, because the vouchers are frozen" in page
    assert "Held, while the vouchers are looked at" in page
    without = ProviderFactory()
    redeemed(without)
    assert "Held, until you have an approved bank account" in text(signed_in(without).get("/provider/money/"))


def test_what_has_to_come_back_is_said() -> None:
    provider = a_provider()
    _, second = redeemed(provider)
    settled()
    redemption.reverse(second.pk, by=provider, actor=ACTOR)
    page = text(signed_in(provider).get("/provider/money/"))
    assert "-£90.00" in page
    assert "It comes off your next payout" in page
    assert "£120.00 has been paid so far" in page


def test_nothing_is_owed_to_who_has_redeemed_nothing() -> None:
    client = signed_in(ProviderFactory())
    assert "No scheme owes you anything yet" in text(client.get("/provider/money/"))
    assert "Nothing has moved yet" in text(client.get("/provider/money/statement/"))


def test_a_remittance_advice_has_each_line_and_can_be_had_as_a_table() -> None:
    provider = a_provider()
    first, second = redeemed(provider)
    payout = payout_of(settled(), provider)
    client = signed_in(provider)
    page = text(client.get(f"/provider/money/payouts/{payout.pk}/"))
    assert payout.reference in page
    assert first.voucher.code in page
    assert "£30.00" in page
    assert payout.iban not in page
    answer = client.get(f"/provider/money/payouts/{payout.pk}/lines.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["redemption"] for row in rows] == [str(first.pk), str(second.pk)]


def test_a_payout_that_came_back_says_why() -> None:
    provider = a_provider()
    a_bank_account(provider, COMES_BACK)
    redeemed(provider)
    payout = payout_of(settled(), provider)
    page = text(signed_in(provider).get(f"/provider/money/payouts/{payout.pk}/"))
    assert "The account is closed" in page
    assert "You are still owed this money" in page


def test_the_statement_has_every_movement_and_is_narrowed_to_days(clock: Any) -> None:
    provider = a_provider()
    redeemed(provider)
    first_day = today()
    clock.move_by(days=2)
    settled()
    client = signed_in(provider)
    page = text(client.get("/provider/money/statement/"))
    assert page.count("Redeemed") == 2
    assert "Paid to your bank account" in page
    assert "-£120.00" in page
    early = text(client.get(f"/provider/money/statement/?until={first_day}"))
    assert "Paid to your bank account" not in early
    assert "£120.00" in early


@pytest.mark.parametrize("query", ["since=soon", "until=9999-12-31", "since=0001-01-01"])
def test_a_day_that_cannot_be_is_said(query: str) -> None:
    assert signed_in(a_provider()).get(f"/provider/money/statement/?{query}").status_code == 422


def test_a_place_that_is_none_leads_to_the_first_page() -> None:
    response = signed_in(a_provider()).get("/provider/money/statement/?after=nonsense")
    assert (response.status_code, response["Location"]) == (302, "/provider/money/statement/")


def test_money_is_for_those_who_have_its_role() -> None:
    provider, other = a_provider(), a_provider()
    redeemed(provider)
    payout = payout_of(settled(), provider)
    addresses = [*PAGES, f"/provider/money/payouts/{payout.pk}/", f"/provider/money/payouts/{payout.pk}/lines.csv"]
    courses = signed_in(provider, Role.COURSES)
    assert [courses.get(address).status_code for address in addresses] == [404] * 4
    assert "Money" not in text(courses.get("/provider/"))
    theirs = signed_in(other)
    assert [theirs.get(address).status_code for address in addresses] == [200, 200, 404, 404]
    assert [Client().get(address).status_code for address in addresses] == [302] * 4
    assert [signed_in(provider).post(address).status_code for address in addresses] == [405] * 4


def test_each_page_costs_as_many_queries_however_much_there_is() -> None:
    provider = a_provider()
    redeemed(provider)
    payout = payout_of(settled(), provider)
    client = signed_in(provider)
    addresses = [*PAGES, f"/provider/money/payouts/{payout.pk}/"]

    def costs() -> list[int]:
        return [cost(client, address) for address in addresses]

    before = costs()
    assert max(before) <= 10
    redeemed(provider, 4)
    settled()
    redeemed(provider, 2)
    assert costs() == before


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)

"""The sandbox's pay page: a good card, a declined one, walking away, and a page that ran out."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from payments import tasks
from payments.models import Checkout, SandboxDelivery, SandboxSession
from payments.sandbox.paying import Card
from tests.factories.payments import begun

pytestmark = pytest.mark.django_db


def path(checkout: Checkout) -> str:
    return f"/sandbox/pay/{checkout.gateway_id}/"


def status() -> str:
    return SandboxSession.objects.get().status


def test_the_page_says_what_is_paid_and_that_no_real_money_is_taken(client: Client) -> None:
    page = client.get(path(begun())).content.decode()
    assert "£40.00" in page
    assert "Your share of Bookkeeping" in page
    assert "no real money is taken" in page
    assert "http://testserver/back" in page


def test_a_good_card_pays_once_however_often_the_button_is_pressed(client: Client) -> None:
    checkout = begun()
    for _ in range(2):
        answer = client.post(path(checkout), {"card": Card.GOOD})
        assert (answer.status_code, answer["Location"]) == (302, "http://testserver/paid")
    assert status() == "complete"
    assert [delivery.kind for delivery in SandboxDelivery.objects.all()] == ["checkout.session.completed"]
    assert Checkout.objects.get().state == "open", "until the webhook is heard"


def test_a_declined_card_says_so_and_another_may_be_tried(client: Client) -> None:
    checkout = begun()
    answer = client.post(path(checkout), {"card": Card.DECLINED})
    assert answer.status_code == 200
    assert "The card was declined, and nothing was taken." in answer.content.decode()
    assert status() == "open"
    client.post(path(checkout), {"card": Card.GOOD})
    assert status() == "complete"


@pytest.mark.parametrize("card", [{}, {"card": ""}, {"card": "4242"}, {"card": "<script>"}])
def test_no_card_or_an_unknown_one_is_asked_for_again(client: Client, card: dict[str, str]) -> None:
    checkout = begun()
    answer = client.post(path(checkout), card)
    assert answer.status_code == 200
    assert "Choose a card" in answer.content.decode()
    assert (status(), SandboxDelivery.objects.count()) == ("open", 0)


def test_a_page_that_ran_out_cannot_be_paid(client: Client) -> None:
    checkout = begun()
    SandboxSession.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    answer = client.post(path(checkout), {"card": Card.GOOD})
    assert "The time to pay on this page is over. Nothing was taken." in answer.content.decode()
    assert status() == "expired"
    assert [delivery.kind for delivery in SandboxDelivery.objects.all()] == ["checkout.session.expired"]


def test_the_sweep_closes_pages_that_ran_out_and_no_others(queued: list[tuple[str, str]]) -> None:
    begun()
    tasks.sweep()
    assert status() == "open"
    SandboxSession.objects.update(expires_at=timezone.now())
    tasks.sweep()
    assert status() == "expired"


def test_a_page_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/sandbox/pay/cs_sandbox_nothing/").status_code == 404


def test_a_description_cannot_put_markup_on_the_page(client: Client) -> None:
    page = client.get(path(begun(description="<script>alert(1)</script>"))).content.decode()
    assert "<script>alert(1)</script>" not in page

"""The main job over HTTP: a learner spends, an adviser approves, a provider redeems, the ledger proves it."""

from __future__ import annotations

from uuid import uuid4

import pytest
import requests

import ledger
from accounts.models import Purse
from brokerage.models import Request
from ledger import today
from ledger.verification import verify
from tests.journeys.conftest import PASSWORD, Place
from town.browser import Browser, PageProblem
from vouchers.models import Payable, Voucher

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(place: Place, email: str) -> Browser:
    return Browser(place.address).open("/account/login/").press("Sign in", login=email, password=PASSWORD)


def as_oneself(browser: Browser, button: str) -> Browser:
    browser.press(button).expect("Confirm that it is you")
    return browser.press("Go on", password=PASSWORD)


def call(place: Place, path: str, body: dict, once: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {place.key}", "Idempotency-Key": once or str(uuid4())}
    return requests.post(f"{place.address}/api/v1/{path}", json=body, headers=headers, timeout=20)


def money(place: Place, voucher: Voucher | None = None) -> dict[str, int]:
    """What the purse, the voucher, the college and the card clearing hold, in pennies."""
    scheme = place.account.scheme
    accounts = {"purse": Purse.objects.get().ledger_account_id, "card": scheme.card_clearing_id}
    if voucher:
        accounts["voucher"] = voucher.account_id
    if payable := Payable.objects.first():
        accounts["college"] = payable.account_id
    found = ledger.balances(accounts.values())
    return {name: found[account] for name, account in accounts.items()}


def test_from_choice_to_the_last_redemption_every_penny_is_where_it_should_be(place):
    learner = signed_in(place, place.learner_email).expect("£200.00")
    learner.open(f"/learner/courses/{place.run.pk}/").expect("pays 80%").expect("£40.00")
    learner.press("Ask for this course", note="To do the books at work.").expect("Waiting for Rhys Morgan")
    request = Request.objects.get()
    with pytest.raises(PageProblem, match="no link says"):
        learner.follow("Go ahead")
    assert money(place) == {"purse": 200_00, "card": 0}

    adviser = signed_in(place, place.adviser_email).expect("1 person is waiting").expect("To do the books at work.")
    adviser.press("Put it on the record", channel="phone", minutes="18", note="It fits.")
    adviser.press("Send your answer", outcome="approve", reasons="A good step.").expect("Nobody is waiting for you")

    learner.open("/learner/").expect("is approved").open(f"/learner/requests/{request.pk}/").follow("Go ahead")
    as_oneself(learner, "Yes, go ahead").expect("Pay your share")
    voucher = Voucher.objects.get()
    assert money(place, voucher) == {"purse": 40_00, "card": 0, "voucher": 160_00}

    learner.press("Pay by card").press("Pay", card="4242 4242 4242 4242").expect("on its way")
    place.deliver_webhooks()
    learner.open(f"/learner/vouchers/{voucher.pk}/").expect("Issued")
    assert money(place, voucher) == {"purse": 40_00, "card": -40_00, "voucher": 200_00}

    assert call(place, f"vouchers/{voucher.code}/accept", {}).status_code == 200
    started = call(place, f"vouchers/{voucher.code}/start", {"occurred_on": today().isoformat()})
    assert started.status_code == 200, started.text
    early = call(place, f"vouchers/{voucher.code}/redeem", {"milestone": 1})
    assert (early.status_code, early.json()["code"]) == (409, "not_confirmed")
    learner.open("/learner/").follow("Check and confirm").press("Yes, I confirm it").expect("You have confirmed it")

    first = call(place, f"vouchers/{voucher.code}/redeem", {"milestone": 1}, once="after a lost answer")
    again = call(place, f"vouchers/{voucher.code}/redeem", {"milestone": 1}, once="after a lost answer")
    assert (first.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert money(place, voucher) == {"purse": 40_00, "card": -40_00, "voucher": 150_00, "college": 50_00}

    declared = call(place, f"vouchers/{voucher.code}/milestones/2/declare", {"occurred_on": today().isoformat()})
    assert declared.status_code == 200, declared.text
    learner.open("/learner/").follow("Check and confirm").press("Yes, I confirm it").expect("You have confirmed it")
    assert call(place, f"vouchers/{voucher.code}/redeem", {}).status_code == 200
    assert money(place, voucher) == {"purse": 40_00, "card": -40_00, "voucher": 0, "college": 200_00}

    learner.open("/learner/statement/").expect("Paid to Coleg y Foryd for")
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome) == ("closed", "completed")
    assert verify().broken is None


def test_a_declined_card_takes_nothing_and_another_can_be_tried(place):
    learner = signed_in(place, place.learner_email)
    learner.open(f"/learner/courses/{place.run.pk}/").press("Ask for this course")
    adviser = signed_in(place, place.adviser_email)
    adviser.press("Put it on the record", channel="video", minutes="10", note="It fits.")
    adviser.press("Send your answer", outcome="approve")
    learner.open(f"/learner/requests/{Request.objects.get().pk}/").follow("Go ahead")
    as_oneself(learner, "Yes, go ahead").press("Pay by card").press("Pay", card="4000 0000 0000 0002")
    voucher = Voucher.objects.get()
    assert voucher.state == "reserved"
    learner.press("Pay", card="4242 4242 4242 4242")
    place.deliver_webhooks()
    voucher.refresh_from_db()
    assert voucher.state == "issued"


def test_a_learner_is_told_why_and_chooses_again_when_a_request_is_declined(place):
    learner = signed_in(place, place.learner_email)
    learner.open(f"/learner/courses/{place.run.pk}/").press("Ask for this course")
    adviser = signed_in(place, place.adviser_email)
    adviser.press("Put it on the record", channel="phone", minutes="12", note="Not yet.")
    adviser.press("Send your answer", outcome="decline").expect("Choose at least one reason")
    adviser.press("Send your answer", outcome="decline", reason_codes="too_hard", reasons="Level 1 <b>first</b>.")
    learner.open(f"/learner/requests/{Request.objects.get().pk}/").expect("Level 1 <b>first</b>.")
    learner.press("Ask another adviser", reason="I have done level 1.").expect("Waiting for Elin Pugh")
    assert money(place) == {"purse": 200_00, "card": 0}

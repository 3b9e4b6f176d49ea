"""The whole way of a learner, from "what could I get?" to a badge that somebody else's verifier believes.

In each language, and each time in another way: with the keyboard alone, on a phone, on a phone without JavaScript.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from openbadgeslib.ob3 import OB3Verifier
from playwright.sync_api import Page, sync_playwright

from accounts.models import Learner
from brokerage import assigning, consulting
from brokerage.deciding import Ruling, decide
from brokerage.models import Channel, Outcome, Request
from brokerage.progress import signing
from config.refusals import only
from ledger import balances, today
from tests.browser.conftest import clean
from tests.browser.hands import Hand, Keyboard, Mouse
from tests.conftest import CHROMIUM
from tests.factories.vouchers import ACTOR
from tests.journeys.conftest import Place
from vouchers import delivery, redemption
from vouchers.delivery import Declaration
from vouchers.models import State, Voucher
from vouchers.redemption import Line

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]
PASSWORD = "three-odd-words"
FORWARD = "main form button[type=submit] >> nth=0"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


WAYS: list[tuple[str, Callable[[Page], Hand], dict[str, Any]]] = [
    ("en", Keyboard, {"viewport": {"width": 1280, "height": 900}}),
    ("cy", Mouse, {"viewport": {"width": 320, "height": 700}}),
    ("fr", Mouse, {"viewport": {"width": 320, "height": 700}, "java_script_enabled": False}),
]


@pytest.fixture(params=WAYS, ids=["English by keyboard", "Welsh on a phone", "French without JavaScript"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Hand, Page]]:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    language, hand, how = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(**how).new_page()
        yield language, hand(page), page
        browser.close()


def link_in(letter: Any, path: str) -> str:
    [link] = re.findall(rf"https?://[^/]+({path}\S+)", letter.body)
    return str(link)


def over_http(address: str) -> bytes:
    """What a verifier fetches; the name of the log's host is this place's own."""
    return Client().get(urlsplit(address).path).content


def test_a_stranger_becomes_a_learner_with_a_badge(way: tuple[str, Hand, Page], place: Place) -> None:
    language, hand, page = way
    scripted = language != "fr"

    def at(path: str) -> None:
        """The page is the one that was meant, in the language that was chosen, and whole."""
        page.wait_for_url(re.compile(f"{re.escape(place.address)}{path}"))
        assert page.get_attribute("html", "lang") == {"en": "en-gb"}.get(language, language)
        if scripted:
            clean(page, "")

    # What could I get?
    page.goto(place.address)
    if language != "en":
        hand.press(f"button[name=language][value={language}]")
    at("/$")
    hand.press("main a[href='/what-could-i-get/']")
    for part, typed in (("day", "9"), ("month", "2"), ("year", "1980")):
        hand.write(f"[name=date_of_birth_{part}]", typed)
    hand.tick("[name=residence][value=wales]")
    hand.tick("[name=qualification][value='2']")
    hand.press(FORWARD)
    at("/what-could-i-get/")
    hand.press("main a[href='/join/']")

    # Signing up, one thing a page.
    at("/join/$")
    hand.press("main a[href='/join/name/']")
    hand.write("[name=given_name]", "Mair")
    hand.write("[name=family_name]", "O'Neill")
    hand.press(FORWARD)
    at("/join/")
    for part, typed in (("day", "9"), ("month", "2"), ("year", "1980")):
        hand.write(f"[name=date_of_birth_{part}]", typed)
    hand.press(FORWARD)
    hand.tick("[name=residence][value=wales]")
    hand.press(FORWARD)
    hand.write("[name=email]", "mair@example.org")
    hand.press(FORWARD)
    hand.write("[name=password]", PASSWORD)
    hand.press(FORWARD)
    at("/join/check/")
    hand.press(FORWARD)
    page.goto(place.address + link_in(mail.outbox[-1], "/account/confirm-email/"))
    at("/account/confirm-email/")
    hand.press(FORWARD)

    # An account of one's own.
    at("/learner/open/")
    hand.press("main a[href='/learner/about-me/']")
    at("/learner/about-me/")
    hand.tick("[name=qualification][value='2']")
    hand.press(FORWARD)
    at("/learner/open/")
    hand.press("main form[action$='/ila-wales-2003/'] button")
    at("/learner/$")
    learner = Learner.objects.get(given_name="Mair")
    assigning.name_advisers([learner], [place.adviser])

    # A course, and an adviser's answer.
    hand.press("nav a[href='/learner/courses/']")
    at("/learner/courses/")
    hand.press(".wm-results a[href*='/learner/courses/']")
    at(f"/learner/courses/{place.run.pk}/")
    hand.write("[name=note]", "To do the books at work.")
    hand.press("main form:has([name=note]) button.govuk-button >> nth=0")
    asked = Request.objects.get()
    at(f"/learner/requests/{asked.pk}/")
    consulting.hold(asked.pk, by=place.adviser, channel=Channel.PHONE, minutes=20, note="It fits.", actor=ACTOR)
    decide(Ruling(asked.pk, Outcome.APPROVE, "It fits."), by=place.adviser, actor=ACTOR)

    # Buying, with the factor shown once more.
    page.goto(f"{place.address}/learner/")
    hand.press(f"main a.govuk-button[href='/learner/requests/{asked.pk}/']")
    hand.press("main a[href$='/go-ahead/']")
    at(f"/learner/requests/{asked.pk}/go-ahead/")
    hand.press(FORWARD)
    at("/account/reauthenticate/")
    hand.write("[name=password]", PASSWORD)
    hand.press("main form:has([name=password]) button[type=submit] >> nth=0")
    at("/learner/vouchers/.*/pay/")
    hand.press(FORWARD)
    page.wait_for_url("**/sandbox/**")
    hand.tick("[name=card] >> nth=0")
    hand.press("main button >> nth=0")
    at("/learner/vouchers/.*/paid/")
    place.deliver_webhooks()
    voucher = Voucher.objects.select_related("provider").get()
    if not scripted:  # otherwise the page looks by itself
        hand.press(f"main a[href='/learner/vouchers/{voucher.pk}/paid/']")
    at(f"/learner/vouchers/{voucher.pk}/$")
    assert balances([voucher.account_id]) == {voucher.account_id: 200_00}

    # The course: both of its steps are said by the college, and confirmed by the learner.
    only(delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR))
    for number in (1, 2):
        only(delivery.declare([Declaration(voucher.code, number, today())], by=voucher.provider, actor=ACTOR))
        page.goto(f"{place.address}/learner/")
        hand.press(f"main a[href$='/milestones/{number}/confirm/']")
        at(f"/learner/vouchers/{voucher.pk}/milestones/{number}/confirm/")
        hand.press(FORWARD)
        at(f"/learner/vouchers/{voucher.pk}/$")
    only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert balances([voucher.account_id]) == {voucher.account_id: 0}

    # And what became of it.
    hand.press("nav a[href='/learner/story/']")
    at("/learner/story/")
    hand.press(f"main a[href='/learner/story/courses/{voucher.pk}/badge/']")
    at(f"/learner/story/courses/{voucher.pk}/badge/")
    with page.expect_download() as downloading:
        page.locator("main button[name=format][value=jwt]").focus()
        page.keyboard.press("Enter")
    token = downloading.value.path().read_text()
    verifier = OB3Verifier.for_issuer_did(signing.issuer(), over_http)
    badge = verifier.verify(token, check_status=True, download=over_http)
    assert badge.achievement.name == place.run.course.title
    assert badge.raw["credentialSubject"]["identifier"][0]["identityHash"] == "Mair O'Neill"
    voucher.refresh_from_db()
    assert voucher.state == State.CLOSED

"""Every page that a learner comes to by following links: whole for everybody, in each language, and light."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from accounts.models import User
from tests.browser import htmlcs
from tests.browser.conftest import accessible, fits
from tests.conftest import CHROMIUM
from tests.web.learner.everybody import FILES, OTHERWISE, name_of, people
from tests.web.learner.visiting import just_shown
from web.learner.urls import urlpatterns

pytestmark = [pytest.mark.external("chromium", "npm"), pytest.mark.django_db(transaction=True)]

# 640 with two dots for each is what 1280 is at 200 %. In English, phones are in every other test.
SCREENS = [("en", 640, 2), ("cy", 320, 1), ("fr", 320, 1)]
# French words are longer, and its pages are built like those in the other two.
LOOKED_THROUGH = ("en", "cy")
AT_MOST = 100_000
# What a form posts to: no page of its own.
POSTED = {
    *("open-account", "save", "take-back-wish", "take-back-question", "withdraw-case", "withdraw-request", "appeal"),
    *("voice:vote", "voice:comment"),
    *("story:reach-goal", "story:tick-step", "story:end-share", "story:together"),
    *("lower-price", "call-off-advocacy", "call-off-referral"),
    *("good-word-in-case", "good-word-in-appeal", "take-back-good-word"),
    *("decline-guidance-feedback", "take-guidance-feedback-back", "tell-nothing"),
    *("take-back-proof", "end-representative", "act-for", "stop-acting", "buy-for", "allow-help"),
    *("talks:cancel", "talks:take-back"),
}


@pytest.fixture(params=SCREENS, ids=["English at 200 %", "Welsh on a phone", "French on a phone"])
def screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Page]]:
    # Playwright's own event loop would make Django refuse the test's queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    language, width, dots = request.param
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": width, "height": 900}, device_scale_factor=dots)
        yield language, context.new_page()
        browser.close()


class Weighed:
    """What a page weighs on a first visit: every byte that came, with nothing kept from before."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.loadingFinished", self._add)

    def _add(self, finished: dict[str, Any]) -> None:
        self.bytes += int(finished["encodedDataLength"])


def walk(page: Page, there: Client, where: str, seen: set[str], weighed: Weighed, begin: str, language: str) -> None:
    """Go to each page that links lead to from where it begins, each kind once, and look at it."""
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": there.cookies["sessionid"].value, "url": where}])
    queue, found = [begin], {name_of(begin) or ""}
    while queue:
        address = queue.pop(0)
        weighed.bytes = 0
        page.goto(where + address)
        assert weighed.bytes < AT_MOST, f"{address}: {weighed.bytes}"
        fits(page)
        if language in LOOKED_THROUGH:
            accessible(page)
            assert htmlcs.errors(page) == [], address
        for link in page.eval_on_selector_all("a[href]", "found => found.map(each => each.pathname)"):
            name = name_of(link)
            if name and name not in found | FILES and (name not in seen or name in OTHERWISE):
                found.add(name)
                queue.append(link)
    seen |= found


def every_name(patterns: list[Any], before: str = "") -> set[str]:
    names = set[str]()
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            names |= every_name(pattern.url_patterns, f"{before}{pattern.namespace}:")
        else:
            names.add(before + pattern.name)
    return names


def test_each_is_without_a_finding_and_light(live_server: Any, screen: tuple[str, Page]) -> None:
    language, page = screen
    weighed, seen = Weighed(page), set[str]()
    for learner, begin in people():
        User.objects.filter(pk=learner.user_id).update(language=language)
        walk(page, just_shown(learner), live_server.url, seen, weighed, begin, language)
    assert every_name(urlpatterns) - seen - FILES - POSTED == set()

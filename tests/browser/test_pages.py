"""A learner's and an adviser's path in a real browser, with axe finding nothing on each page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from brokerage.models import Request
from config.refusals import only
from ledger import today
from tests.browser.conftest import clean
from tests.factories.providers import RunExtraFactory
from tests.factories.sponsors import topped_up
from tests.factories.vouchers import ACTOR
from tests.journeys.conftest import PASSWORD, Place
from vouchers import delivery
from vouchers.models import Voucher

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, place: Place, email: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{place.address}/account/login/")
    clean(page, "Sign in")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")


def test_a_learner_and_an_adviser_walk_the_whole_way(page: Page, place: Place) -> None:
    page.goto(place.address)
    clean(page, "Your own money for learning")
    sign_in(page, place, place.learner_email)
    clean(page, "Hello Megan")
    page.goto(f"{place.address}/learner/courses/")
    clean(page, "Find a course")
    page.click(".wm-results a")
    clean(page, place.run.course.title)
    page.fill("[name=note]", "To do the books at work.")
    page.click("main button:has-text('Ask for this course')")
    clean(page, place.run.course.title)

    sign_in(page, place, place.adviser_email)
    clean(page, "1 person is waiting")
    page.click("main button:has-text('Put it on the record')")
    clean(page, "1 person is waiting")
    page.check("[name=channel][value=phone]")
    page.fill("[name=minutes]", "18")
    page.fill("[name=note]", "It fits.")
    page.click("main button:has-text('Put it on the record')")
    clean(page, "1 person is waiting")
    page.check("[name=outcome][value=approve]")
    page.click("main button:has-text('Send your answer')")
    clean(page, "0 people are waiting")

    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/learner/requests/{Request.objects.get().pk}/")
    clean(page, place.run.course.title)
    page.click("main a:has-text('Go ahead')")
    clean(page, "Go ahead with this course?")
    page.click("main button:has-text('Yes, go ahead')")
    clean(page, "Confirm that it is you")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    clean(page, "Pay your share")
    page.click("main button:has-text('Pay by card')")
    clean(page, "Pay by card")
    page.check("[name=card] >> nth=0")
    page.click("main button >> nth=0")
    clean(page, "Your payment is on its way")
    place.deliver_webhooks()
    voucher = Voucher.objects.select_related("provider").get()
    page.goto(f"{place.address}/learner/vouchers/{voucher.pk}/")
    clean(page, place.run.course.title)

    only(delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR))
    only(delivery.start([voucher.code], occurred_on=today(), by=voucher.provider, actor=ACTOR))
    page.goto(f"{place.address}/learner/")
    page.click("main a:has-text('Check and confirm')")
    clean(page, "Is this right?")
    page.click("main a:has-text('This is not right')")
    clean(page, "This is not right")
    page.go_back()
    page.click("main button:has-text('Yes, I confirm it')")
    clean(page, place.run.course.title)
    page.goto(f"{place.address}/learner/statement/")
    clean(page, "Statement")
    assert voucher.milestones.get(number=1).state == "confirmed"


@pytest.mark.parametrize(
    "path", ["/nothing-here/", "/sandbox/mailbox/", "/api/v1/problems", "/account/password/reset/"]
)
def test_the_pages_beside_the_way_are_clean_too(page: Page, place: Place, path: str) -> None:
    page.goto(f"{place.address}{path}")
    clean(page, page.inner_text("h1"))


def test_a_learner_with_several_purses_ticks_an_exam_and_sees_the_price_with_it(page: Page, place: Place) -> None:
    topped_up(place.account, 60_00, categories=("0611", "0613"))
    topped_up(place.account, 30_00, earmark="exam")
    exam = RunExtraFactory(run=place.run, title="Certificate", price_minor=40_00)
    RunExtraFactory(run=place.run, earmark="travel", title="Bus pass for the whole of the course", price_minor=25_00)
    sign_in(page, place, place.learner_email)
    clean(page, "Hello Megan")
    assert page.locator(".wm-bar rect").count() == 3
    page.goto(f"{place.address}/learner/courses/{place.run.pk}/")
    clean(page, place.run.course.title)
    page.fill("[name=note]", "For my work.")
    page.check("label:has-text('Certificate')")
    page.wait_for_selector("text=With it: Certificate")
    clean(page, place.run.course.title)
    assert page.input_value("[name=note]") == "For my work."
    assert str(exam.pk) in page.url
    page.click("main button:has-text('Ask for this course')")
    clean(page, place.run.course.title)
    assert [extra.title for extra in Request.objects.get().extras.all()] == ["Certificate"]
    assert Request.objects.get().learner_note == "For my work."

"""A question to a college, and a plan: the desk's pages and the college's. The learner's are walked with all others."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page

from brokerage.advocacy import advocating
from brokerage.advocacy.models import Advocacy
from brokerage.planning import planning
from brokerage.planning.planning import NewStep
from ledger import today
from tests.browser.conftest import clean
from tests.browser.test_money_pages import with_a_password
from tests.browser.test_pages import sign_in
from tests.factories.advocacy import WORDS
from tests.factories.brokerage import a_request
from tests.factories.providers import StaffFactory
from tests.factories.referrals import a_service
from tests.factories.vouchers import ACTOR
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_lower_price_is_asked_for_and_agreed_and_a_plan_written(page: Page, place: Place) -> None:
    asked = a_request(worth=120_00, own=True)
    adviser, learner = asked.adviser, asked.learner
    assert adviser is not None  # every request has one
    goal = planning.begin_for(learner.pk, "Work as a bookkeeper", by=adviser, actor=ACTOR).goal_id
    planning.consider(goal, "Learn it at work", "My manager would let me.", by=learner, actor=ACTOR)
    planning.add_step(goal, NewStep("Take the course", run=asked.run_id), by=adviser, actor=ACTOR)
    a_service()
    record = f"{place.address}/desk/learners/{learner.pk}/"
    sign_in(page, place, with_a_password(adviser.user))
    page.goto(f"{record}advocacy/?run={asked.run_id}")
    clean(page, "Ask a provider")
    page.check("[name=wanted][value=price]")
    page.fill("[name=words]", WORDS)
    page.click("main button:has-text('Show it to the learner')")
    clean(page, "Megan")
    for address, heading in (
        (f"plans/{goal}/", "Work as a bookkeeper"),
        (f"plans/{goal}/aim/", "What they are aiming for"),
        (f"plans/{goal}/options/new/", "Something to consider"),
        ("plans/new/", "Begin a plan"),
        ("refer/", "Refer to others"),
    ):
        page.goto(record + address)
        clean(page, heading)
    advocacy = Advocacy.objects.get()
    advocating.consent(advocacy.pk, named=False, learner=learner, actor=ACTOR)
    sign_in(page, place, with_a_password(StaffFactory(provider=asked.run.course.provider).user))
    page.goto(f"{place.address}/provider/advocacy/")
    clean(page, "Asked by advisers")
    page.click("main a:has-text('A lower price')")
    clean(page, "A lower price")
    page.check("[name=agrees][value=yes]")
    page.fill("[name=price]", "90.00")
    page.fill("[name=until]", (today() + dt.timedelta(days=9)).isoformat())
    page.click("main button:has-text('Send your answer')")
    clean(page, "Asked by advisers")
    assert "The provider says yes" in page.inner_text("main")

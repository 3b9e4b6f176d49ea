"""Guidance from end to end: somebody unsure, without a smartphone, is rung, helped, advised, and chooses for herself.

Everything that a person does is done in a browser, by each of them. What a college does by its API is done beside it.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page

from accounts.models import Learner
from brokerage.hearing import asking
from brokerage.models import Request, RequestState
from brokerage.talking.tiers import Need
from config.refusals import only
from ledger import balances, today
from tests.browser.conftest import DESKTOP, clean
from tests.browser.test_money_pages import with_a_password
from tests.browser.test_pages import sign_in
from tests.conftest import Clock
from tests.factories.accounts import a_manager
from tests.factories.brokerage import under
from tests.factories.providers import StaffFactory
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR, a_run, vouchers
from tests.journeys.conftest import PASSWORD, Place
from vouchers import delivery, feeding_back, redemption
from vouchers.delivery import Declaration
from vouchers.models import State, Voucher
from vouchers.redemption import Line

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]
SMALL, LARGE, LOWER = 60_00, 180_00, 130_00


def press(page: Page, words: str) -> None:
    page.click(f"main :is(a, button):has-text('{words}')")


def answer(page: Page, place: Place, asked: Request, outcome: str, reasons: str = "") -> None:
    """What an adviser answers at the desk."""
    page.goto(f"{place.address}/desk/requests/{asked.pk}/")
    page.check(f"[name=outcome][value={outcome}]")
    if reasons:
        page.check("[name=reason_codes][value=too_easy]")
        page.fill("[name=reasons]", reasons)
    press(page, "Send your answer")
    page.wait_for_selector("text=can read your answer now")


def on_her_pages(page: Page, place: Place, learner: Learner) -> None:
    """The adviser works her pages while they talk on the telephone."""
    page.goto(f"{place.address}/desk/learners/{learner.pk}/")
    press(page, "Work their pages with them")
    page.check("[name=together][value=phone]")
    page.check("[name=asked]")
    press(page, "Begin")
    clean(page, f"The learning account of {learner.name}")


def go_ahead(page: Page, place: Place, asked: Request) -> Voucher:
    """She buys, with her own password."""
    page.goto(f"{place.address}/learner/requests/{asked.pk}/")
    press(page, "Go ahead")
    press(page, "Yes, go ahead")
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
    page.wait_for_url("**/learner/vouchers/**")
    return Voucher.objects.select_related("provider").get(request=asked)


def test_she_is_rung_wins_a_lower_price_chooses_against_the_advice_and_is_counted(
    page: Page, place: Place, clock: Clock
) -> None:
    page.set_viewport_size(DESKTOP)  # of a library
    others = vouchers(9, state=State.CLOSED)
    for voucher in others:
        feeding_back.give(voucher.pk, recommends=True, words="", learner=voucher.learner, actor=ACTOR)
    learner, rhys = advised()
    account = learner.learning_accounts.get()
    under(account, policy="guided", structured_above_minor=100_00, second_approver_above_minor=100_00)
    small, large = a_run(place.provider, SMALL), a_run(place.provider, LARGE)
    megan, manager = with_a_password(learner.user), with_a_password(a_manager(account.scheme).user)
    scorecard = f"{place.address}/scheme/{account.scheme.slug}/scorecard/"

    # Without a smartphone: at the library she asks to be rung, and is.
    sign_in(page, place, megan)
    page.goto(f"{place.address}/learner/guidance/")
    press(page, "Ask us to ring you")
    page.fill("[name=telephone]", "01248 555 010")
    press(page, "Ring me")
    sign_in(page, place, with_a_password(rhys.user))
    page.goto(f"{place.address}/desk/")
    press(page, learner.name)
    clean(page, f"Ring {learner.name}")
    page.fill("[name=minutes]", "25")
    page.fill("[name=note]", "She would like to do the books at work, and does not think that she can.")
    press(page, "Put it on the record")

    # What would help, and a plan.
    record = f"{place.address}/desk/learners/{learner.pk}/"
    page.goto(f"{record}needs/")
    for need in Need:
        page.check(f"[name={need.value}][value=some_help]")
    press(page, "Put it on the record")
    page.wait_for_selector("text=The answers speak for")
    page.goto(f"{record}plans/new/")
    page.fill("[name=title]", "Do the books at work")
    page.click("main form button.govuk-button")
    clean(page, "Do the books at work")

    # While they talk he saves both courses on her pages; what she has is too little for the two of them.
    on_her_pages(page, place, learner)
    for run in (small, large):
        page.goto(f"{place.address}/learner/courses/{run.pk}/")
        press(page, "Save for later")
        page.wait_for_selector("main button:has-text('Saved')")
    press_stop(page)
    page.goto(f"{record}advocacy/?run={large.pk}")
    page.check("[name=wanted][value=price]")
    page.fill("[name=words]", "She pays for two courses from one small account. Could it be less?")
    press(page, "Show it to the learner")

    # It goes to the college with her own yes alone, and the college agrees.
    sign_in(page, place, megan)
    page.click("main a[href*='/learner/advocacy/']")
    assert "Could it be less?" in page.inner_text("main")
    page.check("[name=answer][value=unnamed]")
    press(page, "Answer")
    page.wait_for_selector("text=It is sent to the provider.")
    sign_in(page, place, with_a_password(StaffFactory(provider=place.provider).user))
    page.goto(f"{place.address}/provider/advocacy/")
    press(page, "A lower price")
    assert learner.family_name not in page.inner_text("main")
    page.check("[name=agrees][value=yes]")
    page.fill("[name=price]", "130.00")
    page.fill("[name=until]", (today() + dt.timedelta(days=9)).isoformat())
    press(page, "Send your answer")

    # On the telephone again, he asks for both on her pages, the large one at the lower price.
    sign_in(page, place, rhys.user.email)
    on_her_pages(page, place, learner)
    for run in (small, large):
        page.goto(f"{place.address}/learner/courses/{run.pk}/")
        press(page, "Ask for this course")
        page.wait_for_url("**/learner/requests/**")
    press_stop(page)
    first, second = Request.objects.get(run=small), Request.objects.get(run=large)
    assert (first.price_minor, second.price_minor, second.approvals_needed) == (SMALL, LOWER, 2)
    for asked in (first, second):
        page.goto(f"{place.address}/desk/requests/{asked.pk}/")
        page.check("[name=channel][value=phone]")
        page.fill("[name=minutes]", "15")
        page.fill("[name=note]", "We went through it together.")
        press(page, "Put it on the record")
    answer(page, place, first, "advise_otherwise", "You can do this already. Keep the money for the next one.")
    answer(page, place, second, "approve")
    page.goto(f"{place.address}/desk/requests/{second.pk}/")
    second.refresh_from_db()
    assert second.state == RequestState.APPROVED_ONCE

    # A large one takes a second adviser.
    sign_in(page, place, with_a_password(rhys.cover.user))
    answer(page, place, second, "approve")

    # She reads the advice, and chooses against it on the small one; both are hers.
    sign_in(page, place, megan)
    page.goto(f"{place.address}/learner/requests/{first.pk}/")
    assert "You can do this already." in page.inner_text("main")
    assert f"Done by {rhys.user.name} with you on" in page.inner_text("main")
    bought = [go_ahead(page, place, asked) for asked in (first, second)]
    assert balances([each.account_id for each in bought]) == dict(
        zip((each.account_id for each in bought), (SMALL, LOWER), strict=True)
    )
    purses = [purse.ledger_account_id for purse in account.purses.all()]
    assert sum(balances(purses).values()) == 200_00 - SMALL - LOWER

    # The course; each step said by the college and confirmed by her.
    voucher = bought[0]
    only(delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR))
    for number in (1, 2):
        only(delivery.declare([Declaration(voucher.code, number, today())], by=voucher.provider, actor=ACTOR))
        page.goto(f"{place.address}/learner/vouchers/{voucher.pk}/milestones/{number}/confirm/")
        press(page, "Yes, I confirm it")
        page.wait_for_url(re.compile(f"/learner/vouchers/{voucher.pk}/$"))
    only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert balances([voucher.account_id]) == {voucher.account_id: 0}

    # Nine others have said how it was: few. With her word it is ten, and a figure.
    sign_in(page, place, manager)
    page.goto(scorecard)
    assert said_how_it_was(page) == "few"
    sign_in(page, place, megan)
    page.goto(f"{place.address}/learner/vouchers/{voucher.pk}/feedback/")
    page.check("[name=recommends] >> nth=0")
    page.fill("[name=words]", "I can do it after all.")
    press(page, "Send")

    # The next day she is asked how the guidance was, too.
    clock.move_by(days=1, hours=1)
    asking.about_guidance(actor=ACTOR)
    page.goto(f"{place.address}/learner/")
    page.click("main a[href*='/learner/how-guidance-was/']")
    for question, said in (("listened", "yes"), ("understood", "yes"), ("helped", "yes"), ("pushed", "no")):
        page.check(f"[name={question}][value={said}]")
    press(page, "Send")
    page.wait_for_selector("text=Thank you. It helps us to do better.")
    sign_in(page, place, manager)
    page.goto(scorecard)
    clean(page, "How the seven steps went")
    assert said_how_it_was(page) == "10"
    assert said_how_it_was(page, guidance=True) == "few"


def press_stop(page: Page) -> None:
    page.click("button:has-text('Stop, and go back to their record')")
    page.wait_for_url("**/desk/learners/**")


def said_how_it_was(page: Page, *, guidance: bool = False) -> str:
    """How many said so of their course, or of their guidance, which stands first."""
    rows = page.locator("tr:has-text('of them said how it was')")
    return rows.nth(0 if guidance else 1).locator("td").nth(0).inner_text().strip()

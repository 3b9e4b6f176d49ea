"""A voucher's page: what it is, where it stands, what moved; and changing one's mind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from config.ids import grouped
from ledger import balances, today
from payments.models import CardRefund
from providers.models import CourseRun
from providers.registering import Because, Reason
from tests.factories.bundles import a_bundle
from tests.factories.vouchers import ACTOR, a_voucher, confirm, learning_accounts
from tests.web.learner.visiting import signed_in, text
from vouchers import delivery, redemption, stopping
from vouchers.models import Control, State, Voucher
from vouchers.redemption import Line
from vouchers.stopping import Standing

pytestmark = pytest.mark.django_db


def address(voucher: Voucher, then: str = "") -> str:
    return f"/learner/vouchers/{voucher.pk}/{then}"


def test_it_shows_its_code_its_way_and_its_money() -> None:
    voucher = a_voucher(own=True)
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert grouped(voucher.code) in page
    assert "Issued for Megan Rees. It cannot be sold or passed on." in page
    assert "In this voucher £120.00" in page
    assert "From your account £60.00 From you £60.00 Paid to the provider £0.00" in page
    assert "Started still to come £30.00" in page
    assert "Completed still to come £90.00" in page


def test_it_shows_what_it_pays_for_besides_the_course_and_from_which_purses() -> None:
    voucher = a_bundle()
    response = signed_in(voucher.learner).get(address(voucher))
    page = text(response)
    assert "In this voucher £160.00" in page
    assert "From your account Courses, from ILA Wales £60.00" in page
    assert "From your account Exams, from your employer Foundry Ltd £30.00 From you £70.00" in page
    assert "What it pays for besides the course With it: Certificate £40.00" in page
    for colour in ("tuition", "exam", "own"):
        assert f'<rect class="{colour}"' in response.content.decode()


def test_the_qr_code_is_a_picture_that_the_strict_policy_lets_through() -> None:
    voucher = a_voucher()
    page = signed_in(voucher.learner).get(address(voucher)).content.decode()
    assert "QR code that opens this voucher" in page
    assert "<script>" not in page
    assert not re.search(r"<[a-z][^>]*\sstyle=", page)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", page)


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ({"state": State.RESERVED, "own": True}, "Pay your share"),
        ({"state": State.ISSUED}, "The provider can see it now"),
        ({"state": State.ACCEPTED}, "Your course was to start on"),
        ({"state": State.STARTED}, "If that is right, confirm it. Nobody is paid until you do."),
        ({"state": State.CLOSED}, "Closed on"),
    ],
)
def test_each_state_says_what_comes_next(situation: dict[str, Any], said: str) -> None:
    voucher = a_voucher(**situation)
    assert said in text(signed_in(voucher.learner).get(address(voucher)))


def test_a_place_is_kept_until_the_first_day() -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    CourseRun.objects.filter(pk=voucher.run_id).update(starts_on=today() + dt.timedelta(days=3))
    assert "You have a place." in text(signed_in(voucher.learner).get(address(voucher)))


def test_a_confirmed_and_paid_step_says_when_and_how() -> None:
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert "(password)" in page
    assert "· paid on" in page
    assert "Paid to the provider £30.00" in page
    assert f"Paid to {voucher.provider.name} for {voucher.run.course.title}" in page


def test_one_that_is_looked_at_says_so_and_offers_nothing() -> None:
    voucher = a_voucher(state=State.STARTED)
    Voucher.objects.filter(pk=voucher.pk).update(control=Control.FROZEN)
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert "This voucher is being looked at" in page
    assert "Check and confirm" not in page
    assert "I have changed my mind" not in page


def test_a_declined_voucher_says_what_came_back() -> None:
    voucher = a_voucher(own=True)
    delivery.decline([voucher.code], by=voucher.provider, actor=ACTOR)
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert "Declined by the provider" in page
    assert "£120.00 came back. £60.00 of that goes to your card" in page


def test_the_movements_can_be_checked_by_their_names() -> None:
    voucher = a_voucher()
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert f"Set aside for {voucher.run.course.title}" in page
    assert f"reservation:{voucher.pk}" in page


def test_withdrawing_shows_the_consequence_first_and_then_does_it() -> None:
    voucher = a_voucher(own=True)
    client = signed_in(voucher.learner)
    page = text(client.get(address(voucher, "withdraw/")))
    assert "£60.00 goes back to your account at once." in page
    assert "£60.00 goes back to your card; that can take a few days." in page
    page = text(client.post(address(voucher, "withdraw/"), follow=True))
    assert "You have withdrawn. The money is on its way back." in page
    assert "Withdrawn" in page
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome) == ("closed", "withdrawn")
    assert balances([voucher.account_id]) == {voucher.account_id: 0}
    assert CardRefund.objects.get().amount_minor == 60_00


def test_withdrawing_twice_is_withdrawing_once() -> None:
    voucher = a_voucher()
    client = signed_in(voucher.learner)
    client.post(address(voucher, "withdraw/"))
    page = text(client.post(address(voucher, "withdraw/"), follow=True))
    assert "This cannot be done now" not in page


def test_after_the_cooling_off_it_is_refused_and_moves_nothing(clock: Any, books: Callable[[], Any]) -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    client = signed_in(voucher.learner)
    clock.move_by(days=15)
    before = books()
    assert "I have changed my mind" not in text(client.get(address(voucher)))
    assert "The time to change your mind is over" in text(client.get(address(voucher, "withdraw/")))
    page = text(client.post(address(voucher, "withdraw/"), follow=True))
    assert "The time in which you could change your mind is over." in page
    assert books() == before


def test_once_started_it_cannot_be_withdrawn(books: Callable[[], Any]) -> None:
    voucher = a_voucher(state=State.STARTED)
    client = signed_in(voucher.learner)
    before = books()
    assert client.get(address(voucher, "withdraw/")).url == address(voucher)
    assert "This cannot be done now" in text(client.post(address(voucher, "withdraw/"), follow=True))
    assert books() == before


@pytest.mark.parametrize("then", ["", "withdraw/"])
def test_another_learner_s_voucher_does_not_exist(then: str, books: Callable[[], Any]) -> None:
    voucher = a_voucher()
    stranger = signed_in(learning_accounts(1)[0].learner)
    before = books()
    assert stranger.get(address(voucher, then)).status_code == 404
    assert stranger.post(address(voucher, "withdraw/")).status_code == 404
    assert books() == before


def test_it_costs_the_same_queries_at_every_stage(django_assert_num_queries: Any) -> None:
    for voucher in (a_voucher(), a_voucher(state=State.CLOSED, own=True), a_bundle()):
        client = signed_in(voucher.learner)
        client.get(address(voucher))
        with django_assert_num_queries(QUERIES):
            client.get(address(voucher))


def test_a_second_confirmation_shows_beside_the_first() -> None:
    voucher = a_voucher(state=State.COMPLETED, confirmed=1)
    confirm([voucher], 2)
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert page.count("(password)") == 2


QUERIES = 16


def test_while_the_provider_is_suspended_the_page_says_so_and_lets_the_learner_go(clock: Any) -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    clock.move_by(days=100)
    stopping.move(voucher.provider, Standing.SUSPENDED, because=Because(Reason.QUALITY, "Complaints."), actor=ACTOR)
    client = signed_in(voucher.learner)
    page = text(client.get(address(voucher)))
    assert f"{voucher.provider.name} is suspended" in page
    assert "You can wait, or withdraw below and have the money back." in page
    assert "Complaints" not in page
    page = text(client.post(address(voucher, "withdraw/"), follow=True))
    assert "You have withdrawn. The money is on its way back." in page
    assert "is suspended" not in page

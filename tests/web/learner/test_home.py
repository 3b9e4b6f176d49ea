"""The first page: what needs the learner comes first, then what they have and who has what they asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

import ledger
from accounts import awarding
from accounts.models import Award, Sponsor
from brokerage import assigning
from brokerage.deciding import Ruling, decide
from brokerage.models import Outcome
from tests.factories.accounts import an_account
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.budgets import a_budget
from tests.factories.sponsors import a_sponsor, topped_up
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, somebody, text
from vouchers import confirmation
from vouchers.models import State, Voucher
from web.templatetags.waymark import day

pytestmark = pytest.mark.django_db


def test_somebody_who_is_not_signed_in_is_asked_to() -> None:
    response = Client().get("/learner/")
    assert response.status_code == 302
    assert response.url == "/account/login/?next=/learner/"


def test_for_an_adviser_there_is_no_such_page(client: Any) -> None:
    client.force_login(an_adviser().user)
    for address in ("/learner/", "/learner/courses/", "/learner/statement/", "/learner/vouchers/"):
        assert client.get(address).status_code == 404


def test_the_balance_is_there_with_what_it_pays_and_why() -> None:
    [account] = learning_accounts(1)
    page = text(signed_in(account.learner).get("/learner/"))
    assert "Hello Megan" in page
    assert "You have £200.00" in page
    assert "ILA Wales gave you £200.00" in page
    assert "100 % for any accredited course, at most £200.00 in your year" in page
    assert "because you get Jobseeker's Allowance" in page


def test_each_purse_says_what_it_may_be_spent_on_whose_it_is_and_how_long_it_lasts() -> None:
    [account] = learning_accounts(1)
    until = ledger.today() + dt.timedelta(days=100)
    fund = a_sponsor(account.scheme, "Skills Fund", Sponsor.Kind.SECTOR_FUND)
    topped_up(account, 60_00, sponsor=a_sponsor(account.scheme), categories=("0611", "0613"))
    topped_up(account, 40_00, sponsor=fund, earmark="exam")
    topped_up(account, 30_00, sponsor=fund, earmark="travel", categories=("0611",), expires_on=dt.date(2999, 12, 31))
    Award.objects.update(courses_at_most=1)
    response = signed_in(account.learner).get("/learner/")
    page, markup = text(response), response.content.decode()
    assert f"£330.00 to spend on learning, some of it until {day(until)}" in page
    assert "Courses any accredited course, from ILA Wales, one course only, until" in page
    computers = "Computer use, Software and applications development and analysis"
    assert f"Courses {computers}, from your employer Foundry Ltd, until {day(until)} £60.00" in page
    assert f"Exams with any accredited course, from Skills Fund, until {day(until)} £40.00" in page
    assert "Travel with courses in Computer use, from Skills Fund, without an end £30.00" in page
    assert "ILA Wales gave you £200.00" in page
    for colour in ("tuition", "sponsor", "exam", "travel"):
        assert f'<rect class="{colour}"' in markup
        assert f"wm-swatch--{colour}" in markup


def test_somebody_without_an_account_is_told_who_opens_one() -> None:
    page = text(signed_in(somebody()).get("/learner/"))
    assert "You have no learning account yet" in page
    assert "Look at courses" in page


def test_a_declared_start_is_the_first_thing_on_the_page() -> None:
    voucher = a_voucher(state=State.STARTED)
    page = text(signed_in(voucher.learner).get("/learner/"))
    said = f"{voucher.provider.name} says your course has started"
    assert said in page
    assert page.index(said) < page.index("You have")
    assert "Nobody is paid until you do" in page


def test_what_is_being_looked_at_is_not_asked_to_be_confirmed() -> None:
    voucher = a_voucher(state=State.STARTED)
    confirmation.dispute(voucher.pk, 1, "I was not there", learner=voucher.learner, actor=ACTOR)
    page = text(signed_in(voucher.learner).get("/learner/"))
    assert "says your course has started" not in page
    assert "Being looked at" in page


def test_a_share_to_pay_is_asked_for() -> None:
    voucher = a_voucher(state=State.RESERVED, own=True)
    page = text(signed_in(voucher.learner).get("/learner/"))
    assert f"Pay your £60.00 for {voucher.run.course.title}" in page
    assert "Set aside" in page
    assert "You have £140.00" in page


def test_a_waiting_request_says_who_has_it_and_who_covers() -> None:
    asked = a_request()
    page = text(signed_in(asked.learner).get("/learner/"))
    assert "Rhys Morgan answers by" in page
    assert "Elin Pugh covers" in page
    assert "See the answer and go on" not in page


def test_an_approved_request_is_something_to_do() -> None:
    asked = a_request(consulted=True)
    decide(Ruling(asked.pk, Outcome.APPROVE, "Good."), by=asked.adviser, actor=ACTOR)
    page = text(signed_in(asked.learner).get("/learner/"))
    assert f"{asked.run.course.title} is approved" in page
    assert "You would pay £0.00, your account £100.00" in page


def test_the_named_adviser_is_on_the_page() -> None:
    [account] = learning_accounts(1)
    assigning.name_advisers([account.learner], [an_adviser("Rhys Morgan")])
    page = text(signed_in(account.learner).get("/learner/"))
    assert "Your adviser Rhys Morgan Foryd Careers" in page


def test_another_learner_s_things_are_not_on_it() -> None:
    voucher = a_voucher(state=State.STARTED)
    [account] = learning_accounts(1)
    page = text(signed_in(account.learner).get("/learner/"))
    assert voucher.run.course.title not in page


@pytest.mark.parametrize("situation", [{}, {"state": State.STARTED}, {"state": State.RESERVED, "own": True}])
def test_it_costs_the_same_queries_whatever_is_on_it(django_assert_num_queries: Any, situation: dict[str, Any]) -> None:
    voucher = a_voucher(**situation)
    client = signed_in(voucher.learner)
    client.get("/learner/")
    with django_assert_num_queries(QUERIES):
        client.get("/learner/")


def test_the_history_lists_every_voucher_and_request() -> None:
    asked = a_request()
    voucher = a_voucher(state=State.CLOSED)
    Voucher.objects.filter(pk=voucher.pk).update(learner=asked.learner)
    page = text(signed_in(asked.learner).get("/learner/vouchers/"))
    assert voucher.run.course.title in page
    assert asked.run.course.title in page
    assert "Completed" in page
    assert signed_in(asked.learner).get("/learner/vouchers/?vouchers=99&requests=x").status_code == 200


QUERIES = 27


def test_whoever_waits_for_money_reads_their_place_in_line() -> None:
    scheme = a_budget(paid_in=0, budget={"waiting_list": "first_come"})
    first, second = an_account(scheme), an_account(scheme)
    awarding.award([first, second], actor=ACTOR)
    page = text(signed_in(second.learner).get("/learner/"))
    assert "Where you wait for money" in page
    assert f"You are number 2 in the line of {scheme.name}, since" in page
    assert "Where you wait for money" not in text(signed_in(somebody()).get("/learner/"))

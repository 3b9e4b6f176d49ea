"""The course page asks what a learner gets from elsewhere, where the scheme's rules want to know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from brokerage import assigning
from brokerage.models import Request
from tests.factories.brokerage import an_adviser, priced
from tests.factories.providers import CourseRunFactory
from tests.factories.vouchers import learning_accounts
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db
QUESTION = "Do you get money from elsewhere for this course? How much?"


@pytest.fixture
def account() -> Any:
    [account] = learning_accounts(1, benefits=())
    assigning.name_advisers([account.learner], [an_adviser("Rhys Morgan")])
    return account


def test_it_is_asked_only_where_the_rules_take_it_into_account(account: Any) -> None:
    address = f"/learner/courses/{CourseRunFactory(price_minor=120_00).pk}/"
    client = signed_in(account.learner)
    assert QUESTION not in text(client.get(address))
    priced(account, reduced_by_other_aid=True)
    page = text(client.get(address))
    assert QUESTION in page
    assert "(optional)" in page


def test_the_price_is_worked_out_with_it_before_anything_is_asked_for(account: Any) -> None:
    priced(account, reduced_by_other_aid=True)
    address = f"/learner/courses/{CourseRunFactory(price_minor=120_00).pk}/"
    response = signed_in(account.learner).post(address, {"other_aid": "40.50", "note": "For work.", "recount": ""})
    page = text(response)
    assert response.status_code == 200
    assert "You get from elsewhere for this course, and pay in with your share £40.50" in page
    assert "From your account £39.75" in page
    assert "You pay, by card £80.25" in page
    assert 'value="40.50"' in response.content.decode()
    assert "For work." in page
    assert not Request.objects.exists()


def test_the_request_is_priced_with_it_and_the_adviser_sees_it(account: Any) -> None:
    priced(account, reduced_by_other_aid=True)
    address = f"/learner/courses/{CourseRunFactory(price_minor=120_00).pk}/"
    response = signed_in(account.learner).post(address, {"other_aid": "40", "note": ""}, follow=True)
    asked = Request.objects.select_related("adviser__user").get()
    assert (asked.other_aid_minor, asked.from_purse_minor, asked.own_minor) == (40_00, 40_00, 80_00)
    assert "You get from elsewhere for this course, and pay in with your share £40.00" in text(response)
    desk = Client()
    assert asked.adviser is not None  # every request has one
    desk.force_login(asked.adviser.user)
    assert "Of that, the learner gets from elsewhere £40.00" in text(desk.get("/desk/"))


def test_an_empty_amount_is_none(account: Any) -> None:
    priced(account, reduced_by_other_aid=True)
    address = f"/learner/courses/{CourseRunFactory(price_minor=120_00).pk}/"
    assert signed_in(account.learner).post(address, {"other_aid": "", "note": ""}).status_code == 302
    assert Request.objects.get().other_aid_minor == 0


def test_where_all_of_it_comes_from_elsewhere_another_amount_can_be_given(account: Any) -> None:
    priced(account, reduced_by_other_aid=True)
    address = f"/learner/courses/{CourseRunFactory(price_minor=120_00).pk}/"
    page = text(signed_in(account.learner).post(address, {"other_aid": "120", "recount": ""}))
    assert "your ILA Wales account pays nothing towards this course" in page
    assert "Give another amount that you get from elsewhere" in page


@pytest.mark.parametrize("button", [{}, {"recount": ""}])
@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("-1", "Give an amount from nothing to the whole price, £120.00."),
        ("120.01", "Give an amount from nothing to the whole price, £120.00."),
        ("9" * 400, "Give an amount from nothing to the whole price, £120.00."),
        ("forty", "Give the amount in figures, such as 120.50."),
        ("NaN", "Give the amount in figures, such as 120.50."),
        ("40.001", "Give the amount in whole pennies, such as 120.50."),
        ("<script>", "Give the amount in figures, such as 120.50."),
    ],
)
def test_what_is_no_amount_is_asked_for_again_and_nothing_is_sent(
    account: Any, amount: str, said: str, button: dict[str, str]
) -> None:
    priced(account, reduced_by_other_aid=True)
    address = f"/learner/courses/{CourseRunFactory(price_minor=120_00).pk}/"
    response = signed_in(account.learner).post(address, {"other_aid": amount, "note": "For work."} | button)
    assert response.status_code == 422
    assert said in text(response)
    assert "For work." in text(response)
    assert "<script>" not in response.content.decode().split("<main")[1]
    assert "You pay, by card £60.00" in text(response)
    assert not Request.objects.exists()

"""The statement: each movement once, in words, with what was there afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import purses
from tests.factories.sponsors import topped_up
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, somebody, text
from vouchers import delivery, ending
from vouchers.models import State
from web.learner import statement

pytestmark = pytest.mark.django_db

ADDRESS = "/learner/statement/"


def test_a_whole_life_is_legible_and_each_movement_is_there_once() -> None:
    voucher = a_voucher(state=State.CLOSED, own=True)
    course, provider = voucher.run.course.title, voucher.provider.name
    page = text(signed_in(voucher.learner).get(ADDRESS))
    lines = [
        f"Paid to {provider} for {course}",
        f"You paid your share of {course} by card",
        f"Set aside for {course}",
        "Welsh Government put it into your account",
    ]
    places = [page.index(line) for line in lines]
    assert places == sorted(places)
    assert page.count(f"Set aside for {course}") == 1
    assert page.count(f"Paid to {provider} for {course}") == 2
    assert "-£60.00 £140.00 in your account" in page
    assert "+£60.00 £120.00 in the voucher" in page
    assert "+£200.00 £200.00 in your account" in page
    assert "£0.00 in the voucher" in page


def test_what_came_back_says_where_it_went() -> None:
    voucher = a_voucher(own=True)
    delivery.decline([voucher.code], by=voucher.provider, actor=ACTOR)
    page = text(signed_in(voucher.learner).get(ADDRESS))
    assert f"Came back from {voucher.run.course.title}" in page
    assert f"On its way back to your card, from {voucher.run.course.title}" in page
    assert "+£60.00 £200.00 in your account" in page


def test_what_came_back_too_late_for_the_purse_went_to_the_scheme(clock: Any) -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    clock.move_by(days=400)
    ending.expire(actor=ACTOR)
    page = text(signed_in(voucher.learner).get(ADDRESS))
    assert f"Went back from {voucher.run.course.title} to ILA Wales" in page


def test_what_a_sponsor_put_in_and_what_of_it_went_back_is_said_with_its_name(clock: Any) -> None:
    [account] = learning_accounts(1)
    topped_up(account, 50_00)
    clock.move_by(days=101)
    purses.expire(actor=ACTOR)
    page = text(signed_in(account.learner).get(ADDRESS))
    assert "Foundry Ltd put it into your account" in page
    assert "Went back to Foundry Ltd, because its time was over" in page


def test_each_line_can_be_checked_by_reference_transfer_and_moment() -> None:
    voucher = a_voucher()
    page = text(signed_in(voucher.learner).get(ADDRESS))
    assert "Check this yourself" in page
    assert f"reservation:{voucher.pk}" in page


def test_pages_follow_one_another_and_miss_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "A_PAGE", 2)
    voucher = a_voucher(state=State.CLOSED, own=True)
    client = signed_in(voucher.learner)
    seen, response = [], client.get(ADDRESS)
    for _ in range(10):
        seen += [line.entry.transfer_id for line in response.context["lines"]]
        if not response.context["next"]:
            break
        response = client.get(ADDRESS, {"after": response.context["next"]})
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("place", ["nonsense", "%00", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OjE=", "LTE6MQ=="])
def test_a_place_that_is_none_begins_again(place: str) -> None:
    [account] = learning_accounts(1)
    response = signed_in(account.learner).get(ADDRESS, {"after": place}, follow=True)
    assert response.redirect_chain == [(ADDRESS, 302)]
    assert "This is not a place in the list." in text(response)


def test_another_learner_s_movements_are_not_on_it() -> None:
    voucher = a_voucher()
    [account] = learning_accounts(1)
    assert voucher.run.course.title not in text(signed_in(account.learner).get(ADDRESS))


def test_somebody_without_any_movement_is_told_so() -> None:
    assert "Nothing has moved yet." in text(signed_in(somebody()).get(ADDRESS))


def test_it_costs_the_same_queries_however_much_has_moved(django_assert_num_queries: Any) -> None:
    for voucher in (a_voucher(), a_voucher(state=State.CLOSED, own=True)):
        client = signed_in(voucher.learner)
        client.get(ADDRESS)
        with django_assert_num_queries(QUERIES):
            client.get(ADDRESS)


QUERIES = 8

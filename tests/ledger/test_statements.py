"""Statements: pages that never lose, repeat or split a movement."""

from __future__ import annotations

import base64

import pytest
from django.db import transaction

import ledger
from ledger import statements
from ledger.statements import CursorUnknown
from tests.ledger.making import funder, line, move, purse

pytestmark = pytest.mark.django_db


def _amounts(page: statements.Page) -> list[int]:
    return [entry.amount_minor for entry in page.entries]


def test_the_newest_movement_comes_first_with_the_balance_after_it() -> None:
    source, account, shop = funder(), purse(), funder()
    move(source, account, 100_00)
    paid = move(account, shop, 30_00, kind="payment", reference="payment:1")

    first, second = statements.page([account]).entries

    assert (first.transfer_id, first.amount_minor, first.after_minor) == (paid.id, -30_00, 70_00)
    assert (first.kind, first.reference, first.counter_account_id) == ("payment", "payment:1", shop)
    assert (first.created_at, first.account_id) == (paid.created_at, account)
    assert (second.amount_minor, second.after_minor, second.counter_account_id) == (100_00, 100_00, source)


def test_an_account_without_a_bound_has_no_balance_after() -> None:
    source, account = funder(), purse()
    move(source, account, 100)

    [entry] = statements.page([source]).entries

    assert (entry.amount_minor, entry.after_minor) == (-100, None)


def test_a_movement_between_two_of_the_accounts_is_two_entries_money_out_first() -> None:
    one, other = purse(50), purse()
    moved = move(one, other, 20)

    page = statements.page([other, one])

    assert [(entry.account_id, entry.amount_minor) for entry in page.entries[:2]] == [(one, -20), (other, 20)]
    assert {entry.transfer_id for entry in page.entries[:2]} == {moved.id}
    assert _amounts(page) == [-20, 20, 50]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 50])
def test_its_pages_together_are_the_whole_each_movement_once_and_whole(limit: int) -> None:
    source, one, other = funder(), purse(), purse()
    with transaction.atomic():
        ledger.post([line(source, one, 100), line(one, other, 40), line(other, one, 10), line(one, source, 5)])
    move(source, other, 7)

    seen, after, pages = [], None, 0
    while True:
        page = statements.page([one, other], after=after, limit=limit)
        sides = [entry.transfer_id for entry in page.entries]
        assert not set(sides) & {entry.transfer_id for entry in seen}
        seen += page.entries
        pages += 1
        if page.next is None:
            break
        after = page.next

    assert [entry.amount_minor for entry in seen] == [7, -5, -10, 10, -40, 40, 100]
    assert pages <= 7


def test_what_is_posted_meanwhile_does_not_move_the_next_page() -> None:
    source, account = funder(), purse()
    for amount in (1, 2, 3):
        move(source, account, amount)
    first = statements.page([account], limit=2)
    move(source, account, 4)

    second = statements.page([account], after=first.next, limit=2)

    assert (_amounts(first), _amounts(second), second.next) == ([3, 2], [1], None)


def test_a_page_that_ends_with_the_last_movement_has_none_after_it() -> None:
    source, account = funder(), purse()
    move(source, account, 1)
    move(source, account, 2)

    assert statements.page([account], limit=2).next is None


def test_no_accounts_have_an_empty_statement() -> None:
    assert statements.page([]) == statements.Page([], None)


@pytest.mark.parametrize(
    "place",
    ["x", "é", "%00", "::", "1:2:3", "a:1:00000000-0000-0000-0000-000000000000",
     "1:-1:00000000-0000-0000-0000-000000000000", "1:99999999999999999999:00000000-0000-0000-0000-000000000000",
     "2147483648:1:00000000-0000-0000-0000-000000000000"],
)  # fmt: skip
def test_a_place_that_is_not_in_any_list_is_refused(place: str) -> None:
    for cursor in (place, base64.urlsafe_b64encode(place.encode()).decode()):
        with pytest.raises(CursorUnknown) as refused:
            statements.page([], after=cursor)
        assert (refused.value.status, refused.value.field) == (400, "after")


def test_a_page_is_one_query_however_many_accounts(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    accounts = [purse(10) for _ in range(5)]

    with django_assert_num_queries(1):
        assert _amounts(statements.page(accounts)) == [10] * 5

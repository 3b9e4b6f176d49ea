"""Accounts: one a purpose, read in one query."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

import ledger
from config.ids import uuid7
from ledger import NewAccount
from ledger.models import Account, Balance
from tests.ledger.making import funder, held, move, purse

pytestmark = pytest.mark.django_db


def test_an_account_is_opened_empty() -> None:
    owner = uuid7()

    [account] = ledger.open_accounts([NewAccount("purse", "GBP", True, "learner", owner)])

    row = Account.objects.get(pk=account)
    assert (row.kind, row.currency, row.bounded) == ("purse", "GBP", True)
    assert (row.owner_type, row.owner_id) == ("learner", owner)
    assert (Balance.objects.get(pk=account).posted, Balance.objects.get(pk=account).seq) == (0, 0)
    assert ledger.balances([account]) == {account: 0}


def test_asked_again_the_same_account_is_found_with_what_it_holds() -> None:
    owner = uuid7()
    [first] = ledger.open_accounts([NewAccount("purse", "GBP", True, "learner", owner)])
    move(funder(), first, 10)

    assert ledger.open_accounts([NewAccount("purse", "GBP", True, "learner", owner)]) == [first]
    assert held(first) == [10]


def test_another_currency_kind_or_owner_is_another_account() -> None:
    owner = uuid7()
    wanted = [
        NewAccount("purse", "GBP", True, "learner", owner),
        NewAccount("purse", "EUR", True, "learner", owner),
        NewAccount("pot", "GBP", True, "learner", owner),
        NewAccount("purse", "GBP", True, "provider", owner),
        NewAccount("purse", "GBP", True, "learner", uuid7()),
    ]

    assert len(set(ledger.open_accounts(wanted))) == 5


def test_accounts_are_answered_in_the_order_asked_old_and_new_alike() -> None:
    wanted = [NewAccount("purse", "GBP", True, "learner", uuid7()) for _ in range(5)]
    [third] = ledger.open_accounts([wanted[2]])

    opened = ledger.open_accounts([*wanted, wanted[0]])

    assert opened == [wanted[0].id, wanted[1].id, third, wanted[3].id, wanted[4].id, wanted[0].id]


def test_a_currency_is_three_capital_letters() -> None:
    with pytest.raises(IntegrityError, match="account_currency_is_iso_4217"), transaction.atomic():
        ledger.open_accounts([NewAccount("purse", "gbp", True, "learner", uuid7())])


def test_balances_of_both_sorts_are_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    source, account, nowhere = funder(), purse(), uuid7()
    move(source, account, 10)
    move(account, source, 3)

    with django_assert_num_queries(1):
        assert ledger.balances([source, account, nowhere]) == {source: -7, account: 7}


def test_an_account_without_a_bound_may_be_on_either_side_of_zero() -> None:
    account, shop = purse(100), funder()
    move(account, shop, 60)
    assert held(shop) == [60]

    move(shop, account, 100)
    assert held(shop, account) == [-40, 140]


def test_locking_answers_what_bounded_accounts_hold() -> None:
    account, source = purse(10), funder()

    assert ledger.lock([account, source]) == {account: 10}


def test_nothing_asked_is_nothing_answered(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert (ledger.open_accounts([]), ledger.balances([]), ledger.lock([])) == ([], {}, {})

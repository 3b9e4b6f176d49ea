"""A provider's money over the API: what is owed and where it stands, every movement, payouts line by line, and ages."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest

import ledger
from api.answers import EXAMPLES
from api.scopes import Scope
from ledger.models import Account
from providers.models import Provider
from tests.api.contract import document, holds
from tests.factories.api import Caller
from tests.factories.payouts import (
    ACTOR,
    COMES_BACK,
    a_bank_account,
    a_provider,
    approved,
    payout_of,
    prepared,
    redeemed,
    sent,
    settled,
    suspend,
)
from vouchers import control, redemption
from vouchers.models import Control, Payable
from vouchers.paying import approving

Count = Any


@pytest.fixture
def provider(db: None) -> Provider:
    return a_provider()


def owed(caller: Caller) -> dict[str, int]:
    """The balance's amounts that are not nothing, once it is sure that they add up to what the ledger says."""
    response = caller.get("/balance")
    holds("GET", "/api/v1/balance", response)
    [found] = response.json()["payables"]
    parts = ("payable_now", "on_hold", "under_review", "in_next_payout", "in_payout")
    in_ledger = ledger.balances([Payable.objects.get(provider=caller.provider).account_id])
    assert [found["payable_minor"]] == list(in_ledger.values())
    assert sum(found[f"{part}_minor"] for part in parts) == found["payable_minor"]
    return {part: amount for part in (*parts, "paid") if (amount := found[f"{part}_minor"])}


def test_the_balance_says_where_money_stands_on_its_way_to_the_bank(caller: Caller, provider: Provider) -> None:
    redeemed(provider)
    assert owed(caller) == {"payable_now": 120_00}
    run = prepared()
    assert owed(caller) == {"in_next_payout": 120_00}
    approving.cancel(run.pk, actor=ACTOR)
    assert owed(caller) == {"payable_now": 120_00}
    sent()
    assert owed(caller) == {"in_payout": 120_00}
    redeemed(provider, worth=40_00)
    assert owed(caller) == {"payable_now": 40_00, "in_payout": 120_00}


def test_the_balance_says_what_is_held(caller: Caller, provider: Provider) -> None:
    frozen, _, reviewed, _ = redeemed(provider, 2)
    redeemed(provider, worth=40_00)
    control.set_control(frozen.voucher_id, Control.FROZEN, actor=ACTOR)
    approved()
    control.set_control(reviewed.voucher_id, Control.UNDER_REVIEW, actor=ACTOR)
    assert owed(caller) == {"on_hold": 120_00, "under_review": 120_00, "in_next_payout": 40_00}
    suspend(provider)
    assert owed(caller) == {"on_hold": 280_00}


def test_what_was_given_back_after_it_was_paid_is_less_than_nothing(caller: Caller, provider: Provider) -> None:
    _, second = redeemed(provider)
    settled()
    assert owed(caller) == {"paid": 120_00}
    redemption.reverse(second.pk, by=provider, actor=ACTOR)
    assert owed(caller) == {"payable_now": -90_00, "paid": 120_00}
    redeemed(provider, worth=100_00)
    settled()
    assert owed(caller) == {"paid": 130_00}


def test_what_comes_back_from_the_bank_is_owed_again(caller: Caller, provider: Provider) -> None:
    a_bank_account(provider, COMES_BACK)
    redeemed(provider)
    settled()
    assert owed(caller) == {"payable_now": 120_00}


def test_without_a_bank_account_everything_is_on_hold(caller: Caller, provider: Provider) -> None:
    redeemed(provider)
    provider.bank_accounts.all().delete()
    assert owed(caller) == {"on_hold": 120_00}


def test_the_statement_has_every_movement_with_what_was_owed_after_it(caller: Caller, provider: Provider) -> None:
    a_bank_account(provider, COMES_BACK)
    first, second = redeemed(provider)
    redeemed(a_provider())
    run = settled()
    redemption.reverse(second.pk, by=provider, actor=ACTOR)
    response = caller.get("/statement")
    holds("GET", "/api/v1/statement", response)
    moved = response.json()["movements"]
    assert [(one["kind"], one["amount_minor"], one["balance_minor"]) for one in moved] == [
        ("reversal", -90_00, 30_00),
        ("returned", 120_00, 120_00),
        ("payout", -120_00, 0),
        ("redemption", 90_00, 120_00),
        ("redemption", 30_00, 30_00),
    ]
    assert {one["voucher"] for one in moved} == {first.voucher.code, None}
    assert moved[0]["redemption"] == str(second.pk)
    assert moved[1]["payout"] == moved[2]["payout"] == str(payout_of(run, provider).pk)


def test_pages_of_the_statement_follow_each_other(caller: Caller, provider: Provider) -> None:
    redeemed(provider, 3)
    whole = caller.get("/statement").json()["movements"]
    seen, path = [], "/statement?limit=4"
    while path:
        page = caller.get(path).json()
        seen += page["movements"]
        path = f"/statement?limit=4&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert (seen, len(seen)) == (whole, 6)


def test_the_statement_is_narrowed_to_days(caller: Caller, provider: Provider, clock: Any) -> None:
    redeemed(provider)
    first_day = ledger.today()
    clock.move_by(days=3)
    redeemed(provider, worth=40_00)
    later = ledger.today()
    assert len(caller.get("/statement").json()["movements"]) == 4
    early = caller.get(f"/statement?to={first_day}").json()["movements"]
    assert [one["balance_minor"] for one in early] == [120_00, 30_00]
    late = caller.get(f"/statement?from={later}&to={later}").json()["movements"]
    assert [one["balance_minor"] for one in late] == [160_00, 130_00]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("from=soon", "field_wrong", "from"),
        ("to=2027-02-30", "field_wrong", "to"),
        ("to=9999-12-31", "field_wrong", "to"),
        ("from=0001-01-01", "field_wrong", "from"),
        ("limit=0", "field_wrong", "limit"),
        ("cursor=nonsense", "cursor_unknown", "cursor"),
        ("cursor=%F0", "cursor_unknown", "cursor"),
        ("scheme=x", "field_unknown", "scheme"),
    ],
)
def test_a_parameter_that_cannot_be_right_is_refused(caller: Caller, query: str, code: str, field: str) -> None:
    response = caller.get(f"/statement?{query}")
    holds("GET", "/api/v1/statement", response)
    assert (response.json()["code"], response.json()["field"]) == (code, field)


def test_payouts_are_listed_newest_first(caller: Caller, provider: Provider) -> None:
    redeemed(provider)
    settled()
    redeemed(provider, worth=40_00)
    redeemed(a_provider())
    sent()
    response = caller.get("/payouts?limit=1")
    holds("GET", "/api/v1/payouts", response)
    [newer] = response.json()["payouts"]
    assert (newer["state"], newer["amount_minor"], newer["settled_at"], newer["iban_ends"]) == (
        "sent",
        40_00,
        None,
        "0000",
    )
    [older] = caller.get(f"/payouts?limit=1&cursor={response.json()['next_cursor']}").json()["payouts"]
    assert (older["state"], older["amount_minor"]) == ("settled", 120_00)


def test_a_remittance_advice_says_what_is_paid_line_by_line(caller: Caller, provider: Provider) -> None:
    first, second = redeemed(provider)
    payout = payout_of(settled(), provider)
    response = caller.get(f"/payouts/{payout.pk}")
    holds("GET", f"/api/v1/payouts/{payout.pk}", response)
    shown = response.json()
    assert (shown["reference"], shown["amount_minor"]) == (payout.reference, 120_00)
    assert [(one["redemption"], one["milestone"], one["amount_minor"]) for one in shown["lines"]] == [
        (str(first.pk), 1, 30_00),
        (str(second.pk), 2, 90_00),
    ]
    assert shown["lines"][0]["voucher"] == first.voucher.code
    answer = caller.get(f"/payouts/{payout.pk}.csv")
    assert answer["Content-Type"] == "text/csv"
    assert payout.reference in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["redemption"], row["amount"], row["currency"]) for row in rows] == [
        (str(first.pk), "30.00", "GBP"),
        (str(second.pk), "90.00", "GBP"),
    ]


@pytest.mark.parametrize("suffix", ["", ".csv"])
def test_somebody_elses_payout_is_not_there(caller: Caller, suffix: str) -> None:
    other = a_provider()
    redeemed(other)
    theirs = payout_of(sent(), other).pk
    answers = []
    for wanted in (theirs, uuid.uuid4(), "nonsense"):
        response = caller.get(f"/payouts/{wanted}{suffix}")
        problem = response.json()
        answers.append((response.status_code, problem["code"], problem["detail"]))
    assert set(answers) == {(404, "payout_not_found", "There is no payout of yours with this id.")}


def test_ages_are_days_since_the_redemption_and_add_up(caller: Caller, provider: Provider, clock: Any) -> None:
    for worth in (40_00, 60_00, 80_00):
        redeemed(provider, worth=worth)
        clock.move_by(days=12)
    redeemed(provider, worth=100_00)
    response = caller.get("/ageing")
    holds("GET", "/api/v1/ageing", response)
    [found] = response.json()["payables"]
    assert found["payable_minor"] == 280_00
    assert [found[name] for name in ("up_to_7_days_minor", "up_to_14_days_minor")] == [100_00, 80_00]
    assert [found[name] for name in ("up_to_30_days_minor", "older_minor")] == [60_00, 40_00]
    settled()
    [found] = caller.get("/ageing").json()["payables"]
    assert (found["payable_minor"], found["older_minor"]) == (0, 0)


@pytest.mark.parametrize("path", ["/balance", "/statement", "/ageing", "/payouts", f"/payouts/{uuid.UUID(int=7)}"])
def test_money_needs_its_scope(provider: Provider, path: str) -> None:
    response = Caller.of(provider, scopes=[Scope.REDEEM]).get(path)
    assert (response.status_code, response.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize("count", [1, 4])
def test_each_costs_as_many_queries_however_much_there_is(
    caller: Caller, provider: Provider, django_assert_num_queries: Count, count: int
) -> None:
    redeemed(provider, count)
    payout = payout_of(settled(), provider)
    caller.get("/me")
    costs = {"/balance": 4, "/statement": 5, "/ageing": 3, "/payouts": 2, f"/payouts/{payout.pk}": 3}
    for path, queries in costs.items():
        with django_assert_num_queries(queries):
            assert caller.get(path).status_code == 200


def test_the_examples_of_answers_are_what_is_answered() -> None:
    from jsonschema import Draft202012Validator

    shapes = document()["components"]["schemas"]
    ran = set()
    for methods in document()["paths"].values():
        operation = methods.get("get")
        if operation and operation["operationId"] in EXAMPLES:
            content = operation["responses"]["200"]["content"]["application/json"]
            [example] = content["examples"].values()
            schema = {**content["schema"], "components": {"schemas": shapes}}
            assert not list(Draft202012Validator(schema).iter_errors(example["value"]))
            ran.add(operation["operationId"])
    assert ran == EXAMPLES.keys()


def test_the_books_make_zero_after_everything(caller: Caller, provider: Provider) -> None:
    redeemed(provider)
    settled()
    assert sum(ledger.balances(Account.objects.values_list("id", flat=True)).values()) == 0

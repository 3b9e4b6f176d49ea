"""Redeeming many: a list in one request, each line judged on its own, an outcome for each in the same order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.bodies import MOST_LINES
from config.ids import new_code
from ledger.models import Event
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from vouchers.models import Payable, Redemption

Books = Callable[[], dict[Any, int]]


def send(caller: Caller, lines: Any, **how: Any) -> Any:
    response = caller.post("/redemptions", {"lines": lines}, **how)
    holds("POST", "/api/v1/redemptions", response)
    return response


def test_good_lines_are_redeemed_and_bad_ones_are_told_why(caller: Caller, provider: Provider, books: Books) -> None:
    good, other = vouchers(2, provider=provider, confirmed=1, worth=120_00)
    theirs = a_voucher(confirmed=1)
    before = books()
    answer = send(
        caller,
        [
            {"voucher": good.code},
            {"voucher": theirs.code},
            {"voucher": other.code, "milestone": 1, "amount_minor": 10_00},
            {"voucher": good.code, "milestone": 1},
            {"voucher": new_code()},
            {"voucher": other.code, "amount_minor": -5},
        ],
    ).json()
    assert (answer["redeemed"], answer["refused"]) == (2, 4)
    assert [line["outcome"] for line in answer["lines"]] == [
        "redeemed",
        "refused",
        "redeemed",
        "refused",
        "refused",
        "refused",
    ]
    assert [line["problem"]["code"] for line in answer["lines"] if line["outcome"] == "refused"] == [
        "voucher_not_found",
        "already_redeemed",
        "voucher_not_found",
        "amount_not_positive",
    ]
    assert [line["voucher"]["left_minor"] for line in answer["lines"] if line["outcome"] == "redeemed"] == [
        90_00,
        110_00,
    ]
    assert answer["payables"][0]["payable_minor"] == 40_00
    after = books()
    moved = {account: after[account] - before.get(account, 0) for account in after}
    assert {account: amount for account, amount in moved.items() if amount} == {
        good.account_id: -30_00,
        other.account_id: -10_00,
        Payable.objects.get(provider=provider).account_id: 40_00,
    }


def test_a_line_redeemed_in_an_earlier_request_carries_its_redemption(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    line = {"voucher": voucher.code, "milestone": 1}
    [first] = send(caller, [line]).json()["lines"][0]["redemptions"]
    assert send(caller, [line]).json()["lines"][0]["problem"]["redemption"] == first


def test_two_lines_for_one_milestone_redeem_it_once(caller: Caller, provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    line = {"voucher": voucher.code, "milestone": 1}
    answer = send(caller, [line, line]).json()
    assert (answer["redeemed"], answer["refused"]) == (1, 1)
    assert answer["lines"][1]["problem"]["code"] == "already_redeemed"
    assert books()[voucher.account_id] == 90_00


SHAPES: list[tuple[Any, str, str]] = [
    ([], "field_wrong", "lines"),
    ("all", "field_wrong", "lines"),
    ({"voucher": "x"}, "field_wrong", "lines"),
    (["x"], "not_an_object", "lines[0]"),
    ([{}], "field_missing", "lines[0].voucher"),
    ([{"voucher": 7}], "field_wrong", "lines[0].voucher"),
    ([{"voucher": ""}], "field_wrong", "lines[0].voucher"),
    ([{"voucher": "x" * 65}], "field_wrong", "lines[0].voucher"),
    ([{"voucher": "x"}, {"voucher": "x", "amount_minor": 1.5}], "amount_not_whole", "lines[1].amount_minor"),
    ([{"voucher": "x"}, {"voucher": "x", "amount": 1}], "field_unknown", "lines[1].amount"),
    ([{"voucher": "x"}] * (MOST_LINES + 1), "too_many_lines", "lines"),
]


@pytest.mark.parametrize(("lines", "code", "field"), SHAPES)
def test_what_is_not_a_list_of_lines_is_refused_whole_and_moves_nothing(
    caller: Caller, provider: Provider, books: Books, lines: Any, code: str, field: str
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    if isinstance(lines, list) and len(lines) > 1:
        lines = [{"voucher": voucher.code}, *lines[1:]]
    before, events = books(), Event.objects.count()
    response = send(caller, lines)
    problem = response.json()
    assert (response.status_code, problem["code"], problem["field"]) == (422, code, field)
    assert books() == before
    assert not Redemption.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.parametrize("hostile", ["'; DROP TABLE vouchers_voucher; --", "\x00", "\ud800", "<b>", "{0}", "\u202e"])
def test_a_hostile_code_is_a_line_like_any_other(caller: Caller, provider: Provider, hostile: str) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    answer = send(caller, [{"voucher": hostile}, {"voucher": voucher.code}]).json()
    assert [line["outcome"] for line in answer["lines"]] == ["refused", "redeemed"]
    assert answer["lines"][0]["problem"]["code"] == "voucher_not_found"


def test_as_many_lines_as_are_allowed_fit(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    lines = [{"voucher": voucher.code, "milestone": 1, "amount_minor": 30_00}] * MOST_LINES
    answer = caller.post("/redemptions", {"lines": lines}).json()
    assert (answer["redeemed"], answer["refused"], len(answer["lines"])) == (1, MOST_LINES - 1, MOST_LINES)

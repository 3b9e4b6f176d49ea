"""Many vouchers in one request: accept, decline, start, declare, cancel, an outcome for each line in the same order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.bodies import MOST_LINES
from api.models import Key
from config.ids import grouped, new_code
from ledger import today
from ledger.models import Event
from payments.models import CardRefund
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_scheme, a_voucher, vouchers
from vouchers.models import Control, Milestone, State, Voucher

Books = Callable[[], dict[Any, int]]
VERBS = ["acceptances", "declines", "starts", "declarations", "cancellations"]


def send(caller: Caller, verb: str, lines: Any, **how: Any) -> Any:
    response = caller.post(f"/{verb}", {"lines": lines}, **how)
    holds("POST", f"/api/v1/{verb}", response)
    return response


def line(verb: str, code: str) -> dict[str, Any]:
    """A good line of this verb."""
    more: dict[str, dict[str, Any]] = {
        "starts": {"occurred_on": today().isoformat()},
        "declarations": {"occurred_on": today().isoformat(), "milestone": 1},
        "cancellations": {"reason": "course_cancelled"},
    }
    return {"voucher": code, **more.get(verb, {})}


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [each.get("problem", {}).get("code") or each["outcome"] for each in answer["lines"]]


def ready_for(verb: str) -> State:
    return State.ACCEPTED if verb in ("starts", "declarations") else State.ISSUED


DONE = {
    "acceptances": ("accepted", "accepted"),
    "declines": ("declined", "closed"),
    "starts": ("declared", "started"),
    "declarations": ("declared", "started"),
    "cancellations": ("cancelled", "closed"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_good_lines_are_done_and_bad_ones_are_told_why(
    caller: Caller, provider: Provider, books: Books, verb: str
) -> None:
    good, other, frozen = vouchers(3, provider=provider, state=ready_for(verb), worth=120_00)
    Voucher.objects.filter(pk=frozen.pk).update(control=Control.FROZEN)
    theirs = a_voucher(state=ready_for(verb), worth=120_00)
    purse = good.fundings.get().purse.ledger_account_id
    before = books()
    codes = [
        good.code,
        theirs.code,
        grouped(other.code).lower(),
        frozen.code,
        new_code(),
        "no code \x00'; --",
        good.code,
    ]
    answer = send(caller, verb, [line(verb, code) for code in codes]).json()
    done, state = DONE[verb]
    again = "already_declared" if done == "declared" else "wrong_state"
    assert (answer[done], answer["refused"]) == (2, 5)
    assert outcomes(answer) == [
        done,
        "voucher_not_found",
        done,
        "voucher_under_review",
        "voucher_not_found",
        "voucher_not_found",
        again,
    ]
    left = 0 if state == "closed" else 120_00
    shown = answer["lines"][0]["voucher"]
    assert (shown["code"], shown["state"], shown["left_minor"]) == (good.code, state, left)
    after = books()
    assert after[purse] - before[purse] == 120_00 - left
    assert after[good.account_id] == after[other.account_id] == left
    assert after[frozen.account_id] == after[theirs.account_id] == 120_00
    assert Voucher.objects.get(pk=theirs.pk).state == Voucher.objects.get(pk=frozen.pk).state == ready_for(verb)


def test_each_line_has_its_own_day_and_its_own_milestone(caller: Caller, provider: Provider) -> None:
    early, late = vouchers(2, provider=provider, state=State.ACCEPTED)
    yesterday = today() - dt.timedelta(days=1)
    lines = [
        line("declarations", early.code) | {"occurred_on": yesterday.isoformat()},
        line("declarations", late.code),
        line("declarations", early.code) | {"milestone": 2},
        line("declarations", late.code) | {"milestone": 3},
        line("declarations", late.code) | {"milestone": 2, "occurred_on": (today() + dt.timedelta(days=1)).isoformat()},
    ]
    answer = send(caller, "declarations", lines).json()
    assert outcomes(answer) == ["declared", "declared", "declared", "milestone_not_found", "declared_too_early"]
    assert answer["lines"][0]["voucher"]["state"] == "completed"  # as it is once all lines are done
    assert {
        (step.voucher_id, step.number): step.occurred_on for step in Milestone.objects.exclude(occurred_on=None)
    } == {(early.pk, 1): yesterday, (late.pk, 1): today(), (early.pk, 2): today()}


def test_cancelling_many_sends_each_share_back_to_where_it_came_from(
    caller: Caller, provider: Provider, books: Books
) -> None:
    paid = vouchers(2, provider=provider, own=True, worth=100_00)
    scheme = a_scheme()
    before = books()
    lines = [
        {"voucher": paid[0].code, "reason": "course_full"},
        {"voucher": paid[1].code, "reason": "learner_absent"},
    ]
    assert send(caller, "cancellations", lines).json()["cancelled"] == 2
    after = books()
    assert after[scheme.refund_due_id] - before[scheme.refund_due_id] == 100_00
    assert [after[voucher.account_id] for voucher in paid] == [0, 0]
    assert sorted(CardRefund.objects.values_list("amount_minor", flat=True)) == [50_00, 50_00]
    assert set(Voucher.objects.values_list("cancel_reason", flat=True)) == {"course_full", "learner_absent"}


@pytest.mark.parametrize("verb", VERBS)
def test_a_request_repeated_with_its_key_is_done_once(
    caller: Caller, provider: Provider, books: Books, verb: str
) -> None:
    voucher = a_voucher(provider=provider, state=ready_for(verb))
    first = send(caller, verb, [line(verb, voucher.code)], once="k")
    after, events = books(), Event.objects.count()
    again = send(caller, verb, [line(verb, voucher.code)], once="k")
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    assert (books(), Event.objects.count()) == (after, events)


@pytest.mark.parametrize("verb", ["declines", "cancellations"])
def test_what_moves_money_needs_an_idempotency_key(caller: Caller, provider: Provider, books: Books, verb: str) -> None:
    voucher = a_voucher(provider=provider)
    before = books()
    response = send(caller, verb, [line(verb, voucher.code)], once=None)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")
    assert books() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("lines", "code", "field"),
    [
        ([], "field_wrong", "lines"),
        ("all", "field_wrong", "lines"),
        ([7], "not_an_object", "lines[0]"),
        ([{}], "field_missing", "lines[0].voucher"),
        ([{"voucher": ["x"]}], None, None),
        ([{"voucher": "x", "more": 1}], "field_unknown", "lines[0].more"),
        ([{"voucher": "x"}] * (MOST_LINES + 1), "too_many_lines", "lines"),
    ],
)
def test_what_is_not_a_list_of_lines_is_refused_whole(
    caller: Caller, books: Books, verb: str, lines: Any, code: str | None, field: str | None
) -> None:
    events = Event.objects.count()
    response = send(caller, verb, lines)
    problem = response.json()
    assert response.status_code == 422
    assert code is None or (problem["code"], problem["field"]) == (code, field)
    assert Event.objects.count() == events


def test_misses_count_against_a_key_with_and_without_an_idempotency_key(caller: Caller) -> None:
    send(caller, "acceptances", [line("acceptances", new_code())] * 3, once=None)
    send(caller, "acceptances", [line("acceptances", new_code())] * 2)
    assert Key.objects.get().misses == 5


@pytest.mark.parametrize("verb", VERBS)
def test_it_costs_as_many_queries_for_eight_as_for_two(caller: Caller, provider: Provider, verb: str) -> None:
    def cost(count: int) -> int:
        ready = vouchers(count, provider=provider, state=ready_for(verb), own=verb in ("declines", "cancellations"))
        lines = [line(verb, voucher.code) for voucher in ready]
        with CaptureQueriesContext(connection) as asked:
            assert send(caller, verb, lines).json()["refused"] == 0
        return len(asked)

    caller.get("/me")  # notes that the key was used
    assert cost(2) == cost(8)


def test_as_many_lines_as_are_allowed_fit(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    answer = caller.post("/acceptances", {"lines": [line("acceptances", voucher.code)] * MOST_LINES}).json()
    assert (answer["accepted"], answer["refused"], len(answer["lines"])) == (1, MOST_LINES - 1, MOST_LINES)

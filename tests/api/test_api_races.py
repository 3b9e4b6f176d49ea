"""At the same instant, on two real connections: one milestone is paid once, one key is one request.

Each race is first shown to happen with the lock taken out, so that it is the lock that the second test tests.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from api import idempotency
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from tests.racing import PATIENCE, Meeting, together
from vouchers import redeemable, redemption
from vouchers.models import Payable, Redemption, Voucher

pytestmark = pytest.mark.django_db(transaction=True)

Books = Callable[[], dict[Any, int]]


@pytest.fixture
def both_judge_together(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Each redemption waits, with what it has read, for the other to have read the same."""
    meeting, judge = Meeting(), redemption._judge

    def judge_when_both_have_read(*given: Any) -> Any:
        meeting.wait()
        return judge(*given)

    monkeypatch.setattr(redemption, "_judge", judge_when_both_have_read)
    return meeting


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vouchers and milestones are read as they are locked, but without the lock."""

    for query in ("_VOUCHERS", "_MILESTONES"):
        unlocked = re.sub(r"FOR UPDATE OF \w+", "", getattr(redeemable, query))
        assert unlocked != getattr(redeemable, query)
        monkeypatch.setattr(redeemable, query, unlocked)


def race(voucher: Voucher) -> list[Any]:
    """Two of the provider's systems redeem the same milestone, each with its own idempotency key."""
    path = f"/vouchers/{voucher.code}/redeem"
    callers = [Caller.of(voucher.provider) for _ in range(2)]
    return together(*(lambda caller=caller: caller.post(path, {"milestone": 1}) for caller in callers))


def paid_once(voucher: Voucher, books: Books) -> None:
    assert Redemption.objects.count() == 1
    assert books()[voucher.account_id] == 90_00
    assert books()[Payable.objects.get().account_id] == 30_00


def test_without_the_lock_both_are_found_good_and_only_the_database_stops_the_second(
    both_judge_together: Meeting, no_locks: None, books: Books
) -> None:
    voucher = a_voucher(confirmed=1, worth=120_00)
    answers = sorted(race(voucher), key=lambda answer: answer.status_code)
    assert both_judge_together.met
    assert [answer.status_code for answer in answers] == [200, 409]
    assert "redemption" not in answers[1].json()
    paid_once(voucher, books)


def test_with_the_lock_the_second_waits_and_is_told_the_first_redemption(
    both_judge_together: Meeting, books: Books
) -> None:
    voucher = a_voucher(confirmed=1, worth=120_00)
    answers = sorted(race(voucher), key=lambda answer: answer.status_code)
    assert not both_judge_together.met
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["code"] == "already_redeemed"
    assert answers[1].json()["redemption"] == answers[0].json()["redemptions"][0]
    paid_once(voucher, books)


class Slow:
    """A redemption that stops half-way until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self._redeem = redemption.redeem
        monkeypatch.setattr(redemption, "redeem", self)

    def __call__(self, *given: Any, **named: Any) -> Any:
        first = not self.begun.is_set()
        answers = self._redeem(*given, **named)
        if first:
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
        return answers


def retry_while_the_first_is_at_work(voucher: Voucher, slow: Slow, *, waits: bool) -> list[Any]:
    path = f"/vouchers/{voucher.code}/redeem"
    first, second = Caller.of(voucher.provider), Caller.of(voucher.provider)

    def impatient() -> Any:
        assert slow.begun.wait(PATIENCE)
        if waits:  # it will stop at the voucher's lock: the first has to be let go before there is an answer
            threading.Timer(0.3, slow.go_on.set).start()
        answer = second.post(path, {"milestone": 1}, once="the same")
        slow.go_on.set()
        return answer

    first.client.raise_request_exception = second.client.raise_request_exception = False
    return together(lambda: first.post(path, {"milestone": 1}, once="the same"), impatient)


def test_without_its_lock_a_retry_in_flight_is_carried_out_and_fails(
    monkeypatch: pytest.MonkeyPatch, books: Books
) -> None:
    voucher, slow = a_voucher(confirmed=1, worth=120_00), Slow(monkeypatch)
    monkeypatch.setattr(idempotency, "_claim", lambda client, key: None)
    first, second = retry_while_the_first_is_at_work(voucher, slow, waits=True)
    assert (first.status_code, second.status_code) == (200, 500)
    paid_once(voucher, books)


def test_a_retry_while_the_first_is_in_flight_is_told_so_and_later_gets_its_answer(
    monkeypatch: pytest.MonkeyPatch, books: Books
) -> None:
    voucher, slow = a_voucher(confirmed=1, worth=120_00), Slow(monkeypatch)
    first, second = retry_while_the_first_is_at_work(voucher, slow, waits=False)
    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (409, "request_in_flight")
    third = Caller.of(voucher.provider).post(f"/vouchers/{voucher.code}/redeem", {"milestone": 1}, once="the same")
    assert (third.content, third["Idempotency-Replayed"]) == (first.content, "true")
    paid_once(voucher, books)

"""Two at the same instant want one time, or one learner wants two more than they may have."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from brokerage.models import Caseload, Channel
from brokerage.talking import booking
from brokerage.talking.models import Booking
from config.refusals import Refusal
from ledger import now
from tests.factories.talks import advised, slots
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.racing import Meeting, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read as they are locked, but without the lock."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())


@pytest.fixture
def both_check_together(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    meeting, check = Meeting(), booking._check

    def check_then_wait(*given: Any) -> None:
        check(*given)
        meeting.wait()

    monkeypatch.setattr(booking, "_check", check_then_wait)
    return meeting


def answered(slot: Any, learner: Any) -> Any:
    try:
        return booking.book(slot.pk, Channel.PHONE, learner=learner, actor=ACTOR)
    except Refusal as refusal:
        return refusal


def two_book_one_time() -> list[str]:
    learner, adviser = advised()
    other = learning_accounts(1)[0].learner
    Caseload.objects.create(learner=other, adviser=adviser, since=now())
    [slot] = slots(adviser)
    answers = together(lambda: answered(slot, learner), lambda: answered(slot, other))
    return sorted(type(answer).__name__ for answer in answers)


def test_without_the_lock_the_database_lets_one_have_the_time(no_row_locks: None, both_check_together: Meeting) -> None:
    assert two_book_one_time() == ["Booking", "SlotTaken"]
    assert both_check_together.met
    assert Booking.objects.count() == 1


def test_of_two_who_want_one_time_one_has_it_and_the_other_is_told(both_check_together: Meeting) -> None:
    assert two_book_one_time() == ["Booking", "SlotTaken"]
    assert not both_check_together.met


def one_books_twice(monkeypatch: pytest.MonkeyPatch) -> tuple[bool, int]:
    """Whether both could check at once, and how many talks the learner has then."""
    learner, adviser = advised()
    first, second, third = slots(adviser, 3)
    answered(first, learner)
    meeting, check = Meeting(), booking._check

    def check_then_wait(*given: Any) -> None:
        check(*given)
        meeting.wait()

    monkeypatch.setattr(booking, "_check", check_then_wait)
    together(lambda: answered(second, learner), lambda: answered(third, learner))
    return meeting.met, Booking.objects.count()


def test_without_the_lock_one_learner_has_more_talks_than_they_may(
    no_row_locks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one_books_twice(monkeypatch) == (True, 3)


def test_one_learner_who_books_twice_at_once_has_as_many_as_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    assert one_books_twice(monkeypatch) == (False, booking.MOST_OPEN)

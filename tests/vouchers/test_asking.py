"""A learner asks for more time, or to be let go, and the provider answers; until then everything stays as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts import schemes
from accounts.models import Purse
from accounts.scheme_files import preset
from ledger import balances, now, today
from ledger.models import Event
from providers.models import Provider
from tests.factories.accounts import rules
from tests.factories.payouts import suspend
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_voucher, confirm, learning_accounts
from tests.racing import together
from vouchers import asking, ending, errors, redemption
from vouchers.asked import MOST_TIME, Asked
from vouchers.asking import last_day
from vouchers.models import Control, State, Voucher
from vouchers.redemption import Line
from vouchers.returning import Returns, would_return

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def voucher() -> Voucher:
    return a_voucher(state=State.ACCEPTED)


def more_time(voucher: Voucher, until: dt.date | None = None) -> Asked:
    until = until or last_day(voucher) + 30 * DAY
    return asking.ask_for_more_time(voucher.pk, until, learner=voucher.learner, actor=ACTOR)


def call_off(voucher: Voucher) -> Asked:
    return asking.ask_to_call_off(voucher.pk, learner=voucher.learner, actor=ACTOR)


def agree(asked: Asked, by: Provider) -> Asked:
    return asking.agree(asked.pk, by=by, actor=ACTOR)


def test_the_provider_agrees_and_the_deadline_is_that_day(voucher: Voucher) -> None:
    last = last_day(voucher)
    asked = more_time(voucher)
    voucher.refresh_from_db()
    assert last_day(voucher) == last
    agree(asked, voucher.provider)
    voucher.refresh_from_db()
    assert last_day(voucher) == last + 30 * DAY
    assert voucher.expires_at == dt.datetime.combine(last + 31 * DAY, dt.time(), dt.UTC)
    assert Event.objects.get(kind="voucher.more_time_given").data["until"] == (last + 30 * DAY).isoformat()


def test_with_more_time_it_expires_later(voucher: Voucher, clock: Any) -> None:
    last = last_day(voucher)
    agree(more_time(voucher), voucher.provider)
    clock.move_by(days=(last - today()).days + 5)
    assert ending.expire(actor=ACTOR) == 0
    clock.move_by(days=30)
    assert ending.expire(actor=ACTOR) == 1
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome) == ("closed", "expired")


def test_to_ask_stops_no_clock(voucher: Voucher, clock: Any) -> None:
    asked = more_time(voucher)
    clock.move_by(days=(last_day(voucher) - today()).days + 1)
    assert ending.expire(actor=ACTOR) == 1
    with pytest.raises(errors.WrongState):
        agree(asked, voucher.provider)
    asked.refresh_from_db()
    assert asked.state == "open"


@pytest.mark.parametrize("days", [0, -1, 183, 100_000])
def test_it_is_for_more_time_and_not_too_much(voucher: Voucher, days: int) -> None:
    with pytest.raises(errors.MoreTimeWrong) as refused:
        more_time(voucher, last_day(voucher) + days * DAY)
    assert refused.value.facts == {"first": last_day(voucher) + DAY, "last": last_day(voucher) + MOST_TIME}
    assert not Asked.objects.exists()


@pytest.mark.parametrize("days", [0, 183])
def test_the_database_keeps_it_within_that_too(voucher: Voucher, days: int) -> None:
    last = last_day(voucher)
    with pytest.raises(IntegrityError, match="asked_for_more_time_and_not_too_much"), transaction.atomic():
        Asked.objects.create(voucher=voucher, what="more_time", until=last + days * DAY, was_until=last, asked_at=now())


def test_more_time_is_given_once(voucher: Voucher) -> None:
    agree(more_time(voucher), voucher.provider)
    voucher.refresh_from_db()
    with pytest.raises(errors.MoreTimeGiven):
        more_time(voucher)
    last = last_day(voucher)
    with pytest.raises(IntegrityError, match="more_time_once_a_voucher"), transaction.atomic():
        Asked.objects.create(
            voucher=voucher,
            what="more_time",
            until=last + DAY,
            was_until=last,
            state="agreed",
            asked_at=now(),
            answered_at=now(),
        )


def test_one_question_at_a_time(voucher: Voucher) -> None:
    first = more_time(voucher)
    with pytest.raises(errors.AskedAlready):
        call_off(voucher)
    asking.take_back(first.pk, learner=voucher.learner, actor=ACTOR)
    assert call_off(voucher).state == "open"
    assert [asked.state for asked in Asked.objects.order_by("asked_at", "pk")] == ["taken_back", "open"]


@pytest.mark.parametrize("state", [State.RESERVED, State.ISSUED, State.COMPLETED, State.CLOSED])
def test_before_it_is_accepted_and_after_it_is_completed_there_is_nothing_to_ask(state: State) -> None:
    voucher = a_voucher(state=state, own=state == State.RESERVED)
    for ask in (more_time, call_off):
        with pytest.raises(errors.WrongState):
            ask(voucher)
    assert not Asked.objects.exists()


def test_declined_everything_stays_as_it_is(voucher: Voucher, books: Callable[[], Any]) -> None:
    last, before = last_day(voucher), books()
    for ask in (more_time, call_off):
        asking.decline(ask(voucher).pk, by=voucher.provider, actor=ACTOR)
    voucher.refresh_from_db()
    assert (last_day(voucher), voucher.state) == (last, "accepted")
    assert books() == before


def test_called_off_what_is_left_goes_back_as_it_was_shown(clock: Any) -> None:
    voucher = a_voucher(state=State.STARTED, own=True)
    confirm([voucher], 1)
    redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    clock.move_by(days=15)
    with pytest.raises(errors.CoolingOffOver):
        ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    # Of £120.00 the start was worth £30.00; the rest was put in half and half.
    assert would_return(voucher) == Returns(to_account_minor=45_00, to_scheme_minor=0, to_card_minor=45_00)
    agree(call_off(voucher), voucher.provider)
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome, voucher.cancel_reason) == ("closed", "cancelled", "learner_unable")
    assert balances([voucher.account_id]) == {voucher.account_id: 0}
    purse = Purse.objects.get(learning_account=voucher.learning_account)
    assert balances([purse.ledger_account_id]) == {purse.ledger_account_id: 185_00}
    closed = Event.objects.get(kind="voucher.closed")
    assert (closed.data["to_purse_minor"], closed.data["to_card_minor"]) == (45_00, 45_00)


@pytest.mark.parametrize(
    ("expires_in", "in_grace", "comes_back"), [(0, False, True), (-1, False, True), (-1, True, False)]
)
def test_what_comes_back_is_the_learner_s_as_long_as_the_purse_takes_it(
    expires_in: int, in_grace: bool, comes_back: bool
) -> None:
    """A purse past its last day takes money back once, while its scheme's days of grace last."""
    graceful = preset("ila-wales-2003") | {"rules": rules(award={"grace_days": 30}), "examples": []}
    schemes.pay_in(schemes.set_up(graceful, actor=ACTOR), 1_000_000, reference="first", actor=ACTOR)
    voucher = a_voucher(state=State.ACCEPTED)
    Purse.objects.update(expires_on=today() + expires_in * DAY, in_grace=in_grace)
    back = would_return(voucher)
    assert (back.to_account_minor, back.to_scheme_minor) == ((120_00, 0) if comes_back else (0, 120_00))
    agree(call_off(voucher), voucher.provider)
    purse = Purse.objects.get(learning_account=voucher.learning_account)
    assert balances([purse.ledger_account_id])[purse.ledger_account_id] == (200_00 if comes_back else 80_00)


def test_under_review_nothing_is_asked_and_nothing_answered(voucher: Voucher, books: Callable[[], Any]) -> None:
    asked, before = call_off(voucher), books()
    Voucher.objects.update(control=Control.UNDER_REVIEW)
    with pytest.raises(errors.VoucherUnderReview):
        agree(asked, voucher.provider)
    asked.refresh_from_db()
    assert (asked.state, books()) == ("open", before)
    asking.take_back(asked.pk, learner=voucher.learner, actor=ACTOR)
    with pytest.raises(errors.VoucherUnderReview):
        more_time(voucher)


def test_a_provider_that_is_suspended_gives_no_time(voucher: Voucher) -> None:
    asked = more_time(voucher)
    suspend(voucher.provider)
    voucher.provider.refresh_from_db()
    with pytest.raises(errors.ProviderStopped):
        agree(asked, voucher.provider)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_not_yours_looks_like_does_not_exist(voucher: Voucher) -> None:
    [other], stranger, asked = learning_accounts(1), ProviderFactory(), more_time(voucher)
    with pytest.raises(errors.VoucherNotFound):
        asking.ask_to_call_off(voucher.pk, learner=other.learner, actor=ACTOR)
    for pk in (asked.pk, uuid4()):
        with pytest.raises(errors.QuestionNotFound):
            asking.take_back(pk, learner=other.learner, actor=ACTOR)
        for answer in (asking.agree, asking.decline):
            with pytest.raises(errors.QuestionNotFound):
                answer(pk, by=stranger, actor=ACTOR)
    asked.refresh_from_db()
    assert asked.state == "open"


def test_what_is_settled_stays_settled(voucher: Voucher) -> None:
    asked = more_time(voucher)
    asking.decline(asked.pk, by=voucher.provider, actor=ACTOR)
    with pytest.raises(errors.QuestionAnswered):
        agree(asked, voucher.provider)
    with pytest.raises(errors.QuestionAnswered):
        asking.take_back(asked.pk, learner=voucher.learner, actor=ACTOR)
    asked.refresh_from_db()
    assert asked.state == "declined"


@pytest.mark.django_db(transaction=True)
def test_agreed_and_taken_back_at_once_only_one_counts(voucher: Voucher) -> None:
    asked = call_off(voucher)

    def said(what: Callable[[], Any]) -> str:
        try:
            what()
        except errors.QuestionAnswered as refusal:
            return refusal.code
        return "done"

    answers = together(
        lambda: said(lambda: agree(asked, voucher.provider)),
        lambda: said(lambda: asking.take_back(asked.pk, learner=voucher.learner, actor=ACTOR)),
    )
    assert sorted(answers) == ["done", "question_answered"]
    asked.refresh_from_db()
    voucher.refresh_from_db()
    assert (asked.state, voucher.state) in {("agreed", "closed"), ("taken_back", "accepted")}

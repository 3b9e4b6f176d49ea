"""What a provider's state does to vouchers that learners have already; docs/providers.md has the table."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import ledger
from accounts.models import Purse
from ledger.models import Event
from payments.models import CardRefund
from providers.errors import ProviderCannotMove, ReasonNeedsNote
from providers.models import Provider, StateChange
from providers.registering import Because, Reason
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_voucher, pay_own_share, vouchers
from vouchers import confirmation, control, delivery, ending, errors, redemption, stopping
from vouchers.models import Control, MilestoneState, State, Voucher
from vouchers.redemption import Line
from vouchers.stopping import Effect, Standing

pytestmark = pytest.mark.django_db

IRREGULAR = Because(Reason.IRREGULAR, "Claims for a course that nobody saw.")
CLEARED = Because(Reason.CLEARED, "The course was there.")


def held(voucher: Voucher) -> int:
    return ledger.balances([voucher.account_id])[voucher.account_id]


def in_purse(voucher: Voucher) -> int:
    account = Purse.objects.get(learning_account=voucher.learning_account_id).ledger_account_id
    return ledger.balances([account])[account]


def refund_due(voucher: Voucher) -> int:
    account: UUID = voucher.learning_account.scheme.refund_due_id
    return ledger.balances([account])[account]


def one_of_each(provider: Provider) -> dict[State, Voucher]:
    """A voucher in each state that is alive; the one that is reserved waits for its learner's share."""
    alive = (State.ISSUED, State.ACCEPTED, State.STARTED, State.COMPLETED)
    return {State.RESERVED: a_voucher(provider=provider, state=State.RESERVED, own=True)} | {
        state: a_voucher(provider=provider, state=state) for state in alive
    }


@pytest.mark.parametrize(
    ("to", "ended"),
    [
        (Standing.NO_NEW_STARTS, {State.RESERVED, State.ISSUED}),
        (Standing.SUSPENDED, {State.RESERVED}),
        (Standing.REMOVED, {State.RESERVED, State.ISSUED, State.ACCEPTED, State.STARTED, State.COMPLETED}),
    ],
)
def test_what_cannot_be_used_any_more_ends_with_the_money_back(to: Standing, ended: set[State]) -> None:
    provider, elsewhere = ProviderFactory(), a_voucher()
    mine = one_of_each(provider)
    foreseen = {one.state: one.effect for one in stopping.consequences(provider, to)}
    stopping.move(provider, to, because=IRREGULAR, actor=ACTOR)
    for was, voucher in mine.items():
        voucher.refresh_from_db()
        if was in ended:
            assert (voucher.state, voucher.outcome, voucher.cancel_reason) == (
                "closed",
                "cancelled",
                "course_cancelled",
            )
            assert (held(voucher), in_purse(voucher)) == (0, 200_00)
        else:
            assert (voucher.state, held(voucher), in_purse(voucher)) == (was, 120_00, 80_00)
        assert (foreseen[was] == Effect.ENDS) == (was in ended)
    elsewhere.refresh_from_db()
    assert (elsewhere.state, held(elsewhere)) == ("issued", 120_00)
    told = Event.objects.filter(kind="voucher.closed")
    assert [event.data["reason"] for event in told] == ["provider_stopped"] * len(ended)


def test_the_learners_own_share_goes_back_to_the_card() -> None:
    voucher = a_voucher(own=True, worth=120_00)
    stopping.move(voucher.provider, Standing.REMOVED, because=IRREGULAR, actor=ACTOR)
    assert (held(voucher), in_purse(voucher), refund_due(voucher)) == (0, 200_00, 60_00)
    assert CardRefund.objects.get().amount_minor == 60_00


def test_what_was_redeemed_of_a_started_course_stays_and_the_rest_goes_back() -> None:
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    [redeemed] = redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    stopping.move(voucher.provider, Standing.REMOVED, because=IRREGULAR, actor=ACTOR)
    assert (held(voucher), in_purse(voucher)) == (0, 170_00)
    assert ledger.balances([redeemed.payable])[redeemed.payable] == 30_00


def test_before_a_removal_it_is_known_what_the_provider_could_still_redeem() -> None:
    voucher = a_voucher(state=State.COMPLETED, confirmed=1)
    assert stopping.still_to_redeem(voucher.provider) == {"GBP": 30_00}
    [one] = stopping.consequences(voucher.provider, Standing.REMOVED)
    assert (one.state, one.vouchers, one.held_minor, one.currency) == ("completed", 1, 120_00, "GBP")


def test_twice_is_once(books) -> None:
    provider = ProviderFactory()
    vouchers(3, provider=provider)
    Provider.objects.update(state=Standing.REMOVED)
    assert (stopping.end_stranded(actor=ACTOR), stopping.end_stranded(actor=ACTOR)) == (3, 0)
    after = books()
    stopping.end_stranded(actor=ACTOR, provider=provider)
    assert books() == after


def test_many_end_in_chunks(monkeypatch) -> None:
    provider = ProviderFactory()
    vouchers(5, provider=provider)
    monkeypatch.setattr(ending, "SWEEP", 2)
    stopping.move(provider, Standing.NO_NEW_STARTS, because=IRREGULAR, actor=ACTOR)
    assert set(Voucher.objects.values_list("state", flat=True)) == {"closed"}


def test_one_under_review_ends_once_it_is_released() -> None:
    voucher = a_voucher()
    control.set_control(voucher.pk, Control.FROZEN, actor=ACTOR)
    stopping.move(voucher.provider, Standing.REMOVED, because=IRREGULAR, actor=ACTOR)
    assert held(voucher) == 120_00
    control.set_control(voucher.pk, Control.CLEAR, actor=ACTOR)
    stopping.end_stranded(actor=ACTOR)
    assert (held(voucher), in_purse(voucher)) == (0, 200_00)


def test_a_provider_that_takes_no_new_learners_finishes_what_it_promised() -> None:
    provider = ProviderFactory()
    promised = a_voucher(provider=provider, state=State.ACCEPTED)
    stopping.move(provider, Standing.NO_NEW_STARTS, because=Because(Reason.OWN_WISH, "It closes in June."), actor=ACTOR)
    [started] = delivery.start([promised.code], occurred_on=ledger.today(), by=provider, actor=ACTOR)
    assert started.state == "declared"


def test_of_a_suspended_provider_nothing_is_accepted_delivered_or_redeemed(books) -> None:
    provider = ProviderFactory()
    issued, accepted = (a_voucher(provider=provider, state=state) for state in (State.ISSUED, State.ACCEPTED))
    confirmed = a_voucher(provider=provider, state=State.STARTED, confirmed=1)
    stopping.move(provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
    before = books()
    refused = [
        *delivery.accept([issued.code], by=provider, actor=ACTOR),
        *delivery.start([accepted.code], occurred_on=ledger.today(), by=provider, actor=ACTOR),
        *redemption.redeem([Line(confirmed.code)], by=provider, actor=ACTOR),
    ]
    assert [type(answer) for answer in refused] == [errors.ProviderStopped] * 3
    assert books() == before


def test_during_a_suspension_no_clock_runs_out(clock) -> None:
    provider = ProviderFactory()
    mine = one_of_each(provider)
    del mine[State.RESERVED]
    said = a_voucher(provider=provider, state=State.COMPLETED, confirmed=1)
    stopping.move(provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
    clock.move_by(days=900)
    assert (ending.expire(actor=ACTOR), confirmation.confirm_by_silence(actor=ACTOR)) == (0, 0)
    assert all(held(voucher) == 120_00 for voucher in mine.values())
    assert said.milestones.get(number=2).state == MilestoneState.DECLARED


def test_after_it_every_deadline_is_later_by_as_long_as_it_lasted(clock) -> None:
    provider = ProviderFactory()
    issued, started = (a_voucher(provider=provider, state=state) for state in (State.ISSUED, State.STARTED))
    confirm_by = started.milestones.get(number=1).confirm_by
    stopping.move(provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
    clock.move_by(days=40)
    stopping.move(provider, Standing.ACTIVE, because=CLEARED, actor=ACTOR)
    moves = StateChange.objects.filter(provider=provider).order_by("moved_at", "id")
    stood = moves[1].moved_at - moves[0].moved_at
    assert stood >= dt.timedelta(days=40)
    for before in (issued, started):
        now = Voucher.objects.get(pk=before.pk)
        assert (now.accept_by - before.accept_by, now.expires_at - before.expires_at) == (stood, stood)
    assert started.milestones.get(number=1).confirm_by - confirm_by == stood
    [accepted] = delivery.accept([issued.code], by=provider, actor=ACTOR)
    assert accepted.state == "accepted"
    told = Event.objects.filter(kind="voucher.provider_goes_on")
    assert {event.subject for event in told} == {issued.subject, started.subject}


def test_two_suspensions_add_up_and_what_lies_between_counts(clock) -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    for _time in range(2):
        stopping.move(voucher.provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
        clock.move_by(days=10)
        stopping.move(voucher.provider, Standing.ACTIVE, because=CLEARED, actor=ACTOR)
        clock.move_by(days=5)
    later = Voucher.objects.get().expires_at - voucher.expires_at
    assert dt.timedelta(days=20) <= later < dt.timedelta(days=20, minutes=5)


def test_while_the_provider_is_suspended_the_learner_may_withdraw_at_any_time(clock) -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    clock.move_by(days=100)
    with pytest.raises(errors.CoolingOffOver):
        ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    stopping.move(voucher.provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    assert (held(voucher), in_purse(voucher)) == (0, 200_00)


def test_a_payment_that_comes_after_the_provider_stopped_goes_back() -> None:
    voucher = a_voucher(state=State.RESERVED, own=True)
    stopping.move(voucher.provider, Standing.NO_NEW_STARTS, because=IRREGULAR, actor=ACTOR)
    with pytest.raises(errors.WrongState):
        pay_own_share(voucher)
    assert (held(voucher), in_purse(voucher)) == (0, 200_00)


def test_a_provider_that_comes_back_is_new_for_as_long_as_it_was() -> None:
    provider = ProviderFactory(is_new=True)
    until = provider.new_until
    stopping.move(provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
    stopping.move(provider, Standing.ACTIVE, because=CLEARED, actor=ACTOR)
    assert Provider.objects.get(pk=provider.pk).new_until == until


def test_a_refused_move_changes_nothing(books) -> None:
    voucher = a_voucher()
    before, told = books(), Event.objects.count()
    with pytest.raises(ReasonNeedsNote):
        stopping.move(voucher.provider, Standing.REMOVED, because=Because(Reason.IRREGULAR), actor=ACTOR)
    with pytest.raises(ProviderCannotMove):
        stopping.move(voucher.provider, Standing.ACTIVE, because=CLEARED, actor=ACTOR)
    voucher.refresh_from_db()
    assert (voucher.state, books(), Event.objects.count()) == ("issued", before, told)


def test_a_suspension_asks_as_much_of_the_database_for_many_as_for_one() -> None:
    asked = []
    for many in (1, 3):
        provider = ProviderFactory()
        vouchers(many, provider=provider, state=State.ACCEPTED)
        with CaptureQueriesContext(connection) as queries:
            stopping.move(provider, Standing.SUSPENDED, because=IRREGULAR, actor=ACTOR)
            stopping.move(provider, Standing.ACTIVE, because=CLEARED, actor=ACTOR)
        asked.append(len(queries))
    assert asked[0] == asked[1]

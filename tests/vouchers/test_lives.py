"""What a voucher can go through: issue, payment, delivery, confirmation, redemption, and each way it ends."""

import datetime as dt
from uuid import uuid4

import pytest

import ledger
from accounts import awarding, purses
from accounts.models import Learner, Purse
from accounts.pricing import split
from accounts.schemes import current_rules
from config.ids import uuid7
from config.refusals import only
from ledger.models import Account
from payments.models import CardRefund
from tests.factories.accounts import in_purse
from tests.factories.payments import refund_event, session_event, signed
from tests.factories.providers import CourseRunFactory, ProviderFactory
from tests.factories.vouchers import (
    ACTOR,
    a_run,
    a_voucher,
    confirm,
    learning_accounts,
    vouchers,
)
from vouchers import confirmation, control, copayment, delivery, ending, errors, issuing, redemption
from vouchers.confirmation import Confirmation
from vouchers.delivery import Declaration
from vouchers.ending import Cancellation
from vouchers.issuing import Order
from vouchers.models import CancelReason, Control, Factor, Funding, Milestone, MilestoneState, Payable, State, Voucher
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def held(voucher):
    return ledger.balances([voucher.account_id])[voucher.account_id]


def purse_of(voucher):
    account = Purse.objects.get(learning_account=voucher.learning_account_id).ledger_account_id
    return ledger.balances([account])[account]


def owed(voucher):
    account = Payable.objects.get(provider=voucher.provider_id).account_id
    return ledger.balances([account])[account]


def scheme_account(voucher, kind):
    account = getattr(voucher.learning_account.scheme, f"{kind}_id")
    return ledger.balances([account])[account]


def an_order(account, run, **changes):
    version = current_rules({account.scheme_id}, ledger.today())[account.scheme_id]
    worked_out = split(
        price_minor=run.price_minor,
        category="",
        learner=account.learner.circumstances(),
        rules=version.parsed,
        used_minor={},
        contents=[in_purse(200_00)],
        on=ledger.today(),
    )
    values = {
        "learning_account": account,
        "run": run,
        "split": worked_out,
        "rule_version": version,
        "reference": f"request:{uuid7()}",
    }
    return Order(**values | changes)


# Issuing


def test_a_voucher_that_the_purse_pays_whole_is_issued_at_once():
    voucher = a_voucher(worth=120_00)
    assert (voucher.state, voucher.from_purse_minor, voucher.own_minor) == ("issued", 120_00, 0)
    assert (held(voucher), purse_of(voucher)) == (120_00, 80_00)
    assert [milestone.amount_minor for milestone in voucher.milestones.all()] == [30_00, 90_00]


def test_a_voucher_with_a_share_of_the_learners_own_waits_for_it():
    voucher = a_voucher(state=State.RESERVED, own=True, worth=120_00)
    assert (voucher.state, voucher.own_minor, held(voucher), voucher.issued_at) == ("reserved", 60_00, 60_00, None)


def test_of_two_purses_the_one_that_expires_first_pays_first(clock):
    [account] = learning_accounts(1)
    first = Purse.objects.get()
    purses.extend([account.pk], days=5, actor=ACTOR)
    clock.move_by(days=366)
    [answer] = awarding.award([account], actor=ACTOR)
    second = answer.purse
    run = a_run(ProviderFactory(), 230_00)
    order = an_order(account, run)
    order = Order(
        account,
        run,
        type(order.split)(230_00, 230_00, 0, "out_of_work_benefits", order.split.lines),
        order.rule_version,
        order.reference,
    )
    [voucher] = issuing.reserve([order], actor=ACTOR)
    assert dict(Funding.objects.filter(voucher=voucher).values_list("purse", "amount_minor")) == {
        first.pk: 200_00,
        second.pk: 30_00,
    }


def test_in_a_batch_a_refused_order_costs_the_others_nothing():
    one, two, three = learning_accounts(3)
    provider = ProviderFactory()
    good, gone = a_run(provider, 100_00), CourseRunFactory(past=True)
    dearer = an_order(three, good)
    good.__class__.objects.filter(pk=good.pk).update(price_minor=110_00)
    good.refresh_from_db()
    answers = issuing.reserve([an_order(one, gone), dearer, an_order(two, good)], actor=ACTOR)
    assert [type(answer).__name__ for answer in answers] == ["NotOnSale", "PriceChanged", "Voucher"]
    assert Voucher.objects.count() == 1


def test_what_is_set_aside_cannot_be_spent_again(books):
    [account] = learning_accounts(1)
    run = a_run(ProviderFactory(), 150_00)
    [first] = issuing.reserve([an_order(account, run)], actor=ACTOR)
    before = books()
    [second] = issuing.reserve([an_order(account, run)], actor=ACTOR)
    assert isinstance(second, errors.PurseShort)
    assert books() == before
    assert Voucher.objects.get() == first


def test_a_request_never_gets_two_vouchers(books):
    [account] = learning_accounts(1)
    order = an_order(account, a_run(ProviderFactory(), 50_00))
    issuing.reserve([order], actor=ACTOR)
    before = books()
    [again] = issuing.reserve([order], actor=ACTOR)
    assert isinstance(again, errors.AlreadyReserved)
    assert books() == before


# The learner's own share


def test_the_cards_capture_issues_the_voucher_once_however_often_the_webhook_comes(books):
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(voucher, success_url="http://x/", cancel_url="http://x/", actor=ACTOR)
    message = session_event(checkout)
    assert copayment.hear(*signed(message)) is None
    before = books()
    assert copayment.hear(*signed(message)) is None
    voucher.refresh_from_db()
    assert (voucher.state, held(voucher), scheme_account(voucher, "card_clearing")) == ("issued", 120_00, -60_00)
    assert books() == before


def test_a_payment_of_another_amount_issues_nothing(books):
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(voucher, success_url="http://x/", cancel_url="http://x/", actor=ACTOR)
    before = books()
    refusal = copayment.hear(*signed(session_event(checkout, amount_total=59_99)))
    assert isinstance(refusal, errors.PaymentMismatch)
    voucher.refresh_from_db()
    assert voucher.state == "reserved"
    assert books() == before


def test_a_voucher_that_is_not_paid_in_time_lapses_and_the_purse_has_its_money_back(clock):
    voucher = a_voucher(state=State.RESERVED, own=True)
    clock.move_by(hours=71)
    assert ending.lapse(actor=ACTOR) == 0
    clock.move_by(hours=2)
    assert ending.lapse(actor=ACTOR) == 1
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome, held(voucher), purse_of(voucher)) == ("closed", "lapsed", 0, 200_00)


def test_after_its_time_a_reserved_voucher_cannot_be_paid(clock, books):
    voucher = a_voucher(state=State.RESERVED, own=True)
    clock.move_by(hours=73)
    before = books()
    with pytest.raises(errors.PaymentTooLate):
        copayment.begin(voucher, success_url="http://x/", cancel_url="http://x/", actor=ACTOR)
    assert books() == before


def test_a_capture_that_comes_after_the_voucher_lapsed_is_kept_apart_and_sent_back(clock):
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(voucher, success_url="http://x/", cancel_url="http://x/", actor=ACTOR)
    clock.move_by(hours=73)
    ending.lapse(actor=ACTOR)
    assert copayment.hear(*signed(session_event(checkout))) is None
    assert scheme_account(voucher, "refund_due") == 60_00
    refund = CardRefund.objects.get()
    assert (refund.amount_minor, refund.state) == (60_00, "pending")
    assert copayment.hear(*signed(refund_event(refund))) is None
    assert (scheme_account(voucher, "refund_due"), scheme_account(voucher, "card_clearing")) == (0, 0)


def test_a_capture_while_the_voucher_is_under_review_is_kept_in_refund_due():
    voucher = a_voucher(state=State.RESERVED, own=True)
    checkout = copayment.begin(voucher, success_url="http://x/", cancel_url="http://x/", actor=ACTOR)
    control.set_control(voucher.pk, Control.FROZEN, actor=ACTOR)
    assert copayment.hear(*signed(session_event(checkout))) is None
    voucher.refresh_from_db()
    assert (voucher.state, scheme_account(voucher, "refund_due"), CardRefund.objects.count()) == ("reserved", 60_00, 0)


# Delivery


def test_a_declined_voucher_sends_everything_back():
    voucher = a_voucher()
    [answer] = delivery.decline([voucher.code], by=voucher.provider, actor=ACTOR)
    assert (answer.state, answer.outcome, held(voucher), purse_of(voucher)) == ("closed", "declined", 0, 200_00)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (State.ACCEPTED, lambda v: delivery.accept([v.code], by=v.provider, actor=ACTOR)),
        (State.STARTED, lambda v: delivery.decline([v.code], by=v.provider, actor=ACTOR)),
        (State.ISSUED, lambda v: delivery.start([v.code], occurred_on=ledger.today(), by=v.provider, actor=ACTOR)),
        (State.ISSUED, lambda v: redemption.redeem([Line(v.code)], by=v.provider, actor=ACTOR)),
        (State.CLOSED, lambda v: delivery.accept([v.code], by=v.provider, actor=ACTOR)),
    ],
)
def test_a_step_out_of_turn_is_refused_and_changes_nothing(state, act, books):
    voucher = a_voucher(state=state)
    before = books()
    [answer] = act(voucher)
    assert isinstance(answer, errors.WrongState)
    voucher.refresh_from_db()
    assert voucher.state == state
    assert books() == before


def test_another_providers_voucher_is_answered_exactly_as_one_that_does_not_exist():
    voucher, stranger = a_voucher(state=State.STARTED, confirmed=1), ProviderFactory()
    for code in (voucher.code, "0" * 27, "nonsense"):
        [accepted] = delivery.accept([code], by=stranger, actor=ACTOR)
        [redeemed] = redemption.redeem([Line(code)], by=stranger, actor=ACTOR)
        assert str(accepted) == str(redeemed) == str(errors.VoucherNotFound())


@pytest.mark.parametrize("state", ["suspended", "removed"])
def test_a_provider_that_was_stopped_takes_nobody_and_is_paid_nothing_but_may_let_learners_go(state, books):
    provider = ProviderFactory()
    waiting, taught = a_voucher(provider=provider), a_voucher(provider=provider, state=State.STARTED, confirmed=1)
    provider.state = state
    provider.save()
    before = books()
    answers = [
        *delivery.accept([waiting.code], by=provider, actor=ACTOR),
        *delivery.declare([Declaration(taught.code, 2, ledger.today())], by=provider, actor=ACTOR),
        *redemption.redeem([Line(taught.code)], by=provider, actor=ACTOR),
    ]
    assert {type(answer) for answer in answers} == {errors.ProviderStopped}
    assert books() == before
    [declined] = delivery.decline([waiting.code], by=provider, actor=ACTOR)
    assert (declined.outcome, purse_of(waiting)) == ("declined", 200_00)


def test_a_provider_with_no_new_starts_takes_nobody_but_finishes_what_it_began():
    provider = ProviderFactory()
    waiting, taught = a_voucher(provider=provider), a_voucher(provider=provider, state=State.STARTED, confirmed=1)
    provider.state = "no_new_starts"
    provider.save()
    [refused] = delivery.accept([waiting.code], by=provider, actor=ACTOR)
    assert isinstance(refused, errors.ProviderStopped)
    redemption.redeem([Line(taught.code)], by=provider, actor=ACTOR)
    assert owed(taught) == 30_00


def test_a_voucher_is_not_accepted_after_its_time(clock):
    voucher = a_voucher()
    clock.move_by(days=11)
    [answer] = delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.TooLateToAccept)


def test_a_voucher_that_waits_for_payment_is_not_shown_to_its_provider():
    voucher = a_voucher(state=State.RESERVED, own=True)
    [answer] = delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.VoucherNotFound)


@pytest.mark.parametrize("days", [1, -2])
def test_a_start_is_not_dated_in_the_future_or_before_the_course(days):
    voucher = a_voucher(state=State.ACCEPTED)
    day = ledger.today() + dt.timedelta(days=days)
    [answer] = delivery.start([voucher.code], occurred_on=day, by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.DeclaredTooEarly)


def test_the_end_is_not_declared_before_the_start():
    voucher = a_voucher(state=State.ACCEPTED)
    declared = Declaration(voucher.code, 2, ledger.today())
    [answer] = delivery.declare([declared], by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.MilestoneOutOfOrder)


def test_a_milestone_is_declared_once():
    voucher = a_voucher(state=State.STARTED)
    [answer] = delivery.start([voucher.code], occurred_on=ledger.today(), by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.AlreadyDeclared)


# Confirmation


def test_a_learner_confirms_their_own_voucher_and_nobody_elses():
    voucher = a_voucher(state=State.STARTED)
    stranger = learning_accounts(1)[0].learner
    word = Confirmation(voucher.pk, 1, Factor.PASSWORD)
    [refused] = confirmation.confirm([word], learner=stranger, actor=ACTOR)
    assert isinstance(refused, errors.VoucherNotFound)
    [confirmed] = confirmation.confirm([word], learner=voucher.learner, actor=ACTOR)
    assert (confirmed.state, confirmed.confirmed_how) == ("confirmed", "password")
    [again] = confirmation.confirm([word], learner=voucher.learner, actor=ACTOR)
    assert isinstance(again, errors.AlreadyDecided)


def test_what_was_not_declared_cannot_be_confirmed():
    voucher = a_voucher(state=State.STARTED)
    [answer] = confirmation.confirm([Confirmation(voucher.pk, 2, Factor.TOTP)], learner=voucher.learner, actor=ACTOR)
    assert isinstance(answer, errors.NotDeclared)


def test_silence_confirms_the_end_after_the_schemes_window(clock):
    voucher = a_voucher(state=State.COMPLETED, confirmed=1)
    clock.move_by(days=9)
    assert confirmation.confirm_by_silence(actor=ACTOR) == 0
    clock.move_by(days=2)
    assert confirmation.confirm_by_silence(actor=ACTOR) == 1
    assert voucher.milestones.get(number=2).confirmed_how == "silence"


def test_silence_never_confirms_a_start_nor_what_follows_one_that_was_not_confirmed(clock):
    a_voucher(state=State.COMPLETED)
    clock.move_by(days=60)
    assert confirmation.confirm_by_silence(actor=ACTOR) == 0
    assert set(Milestone.objects.values_list("state", flat=True)) == {MilestoneState.DECLARED}


def test_silence_confirms_nothing_of_a_new_provider(clock):
    newcomer = ProviderFactory(is_new=True)
    newcomer.__class__.objects.filter(pk=newcomer.pk).update(new_until=ledger.today() + dt.timedelta(days=90))
    a_voucher(provider=newcomer, state=State.COMPLETED, confirmed=1)
    clock.move_by(days=30)
    assert confirmation.confirm_by_silence(actor=ACTOR) == 0


def test_a_dispute_stops_the_money_and_the_clocks(clock, books):
    voucher = a_voucher(state=State.COMPLETED, confirmed=1)
    confirmation.dispute(voucher.pk, 2, "I was never there.", learner=voucher.learner, actor=ACTOR)
    before = books()
    [answer] = redemption.redeem([Line(voucher.code, 1)], by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.VoucherUnderReview)
    clock.move_by(days=400)
    assert (confirmation.confirm_by_silence(actor=ACTOR), ending.expire(actor=ACTOR)) == (0, 0)
    assert books() == before


# Redemption


def test_milestones_are_redeemed_one_by_one_and_the_last_closes_the_voucher():
    voucher = a_voucher(state=State.COMPLETED, confirmed=2, worth=120_00)
    [first] = redemption.redeem([Line(voucher.code, 1)], by=voucher.provider, actor=ACTOR)
    assert (first.left_minor, owed(voucher), held(voucher)) == (90_00, 30_00, 90_00)
    [second] = redemption.redeem([Line(voucher.code, 2)], by=voucher.provider, actor=ACTOR)
    assert (second.left_minor, owed(voucher), held(voucher)) == (0, 120_00, 0)
    voucher.refresh_from_db()
    assert (voucher.state, voucher.outcome) == ("closed", "completed")


def test_a_voucher_is_redeemed_whole_in_one_line():
    voucher = a_voucher(state=State.COMPLETED, confirmed=2, worth=120_00)
    [answer] = redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    assert [done.amount_minor for done in answer.redemptions] == [30_00, 90_00]
    assert owed(voucher) == 120_00


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ({"milestone": 1, "amount_minor": -1}, errors.AmountNotPositive),
        ({"milestone": 1, "amount_minor": 0}, errors.AmountNotPositive),
        ({"milestone": 1, "amount_minor": 30_01}, errors.MoreThanIsLeft),
        ({"milestone": 2}, errors.NotConfirmed),
        ({"milestone": 3}, errors.MilestoneNotFound),
        ({"milestone": 0}, errors.MilestoneNotFound),
    ],
)
def test_a_line_that_is_not_due_is_refused_and_moves_nothing(line, refusal, books):
    voucher = a_voucher(state=State.COMPLETED, confirmed=1, worth=120_00)
    before = books()
    [answer] = redemption.redeem([Line(voucher.code, **line)], by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, refusal)
    assert books() == before


def test_a_second_redemption_of_a_milestone_is_refused_names_the_first_and_moves_nothing(books):
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    [first] = redemption.redeem([Line(voucher.code, 1)], by=voucher.provider, actor=ACTOR)
    before = books()
    [answer] = redemption.redeem([Line(voucher.code, 1)], by=voucher.provider, actor=ACTOR)
    assert isinstance(answer, errors.AlreadyRedeemed)
    assert answer.facts["redemption"] == first.redemptions[0].id
    assert books() == before


def test_what_a_redemption_for_less_leaves_goes_back_in_proportion_when_the_voucher_closes():
    voucher = a_voucher(state=State.COMPLETED, confirmed=2, worth=120_00, own=True)
    lines = [Line(voucher.code, 1), Line(voucher.code, 2, 80_01)]
    redemption.redeem(lines, by=voucher.provider, actor=ACTOR)
    assert (held(voucher), owed(voucher)) == (0, 110_01)
    # £9.99 over equal shares: the odd penny goes to the first source, the purse.
    assert purse_of(voucher) == 140_00 + 5_00
    assert scheme_account(voucher, "refund_due") == 4_99
    assert CardRefund.objects.get().amount_minor == 4_99


def test_in_a_list_each_line_has_its_own_answer():
    provider = ProviderFactory()
    ready, unconfirmed = vouchers(2, provider=provider, state=State.STARTED)
    confirm([ready], 1)
    answers = redemption.redeem(
        [Line(ready.code), Line("nobody's"), Line(unconfirmed.code), Line(ready.code)], by=provider, actor=ACTOR
    )
    assert [type(answer).__name__ for answer in answers] == [
        "Redeemed",
        "VoucherNotFound",
        "NotConfirmed",
        "NothingToRedeem",
    ]
    assert owed(ready) == 30_00


def test_a_reversed_redemption_is_a_new_transfer_and_the_milestone_can_be_redeemed_again():
    voucher = a_voucher(state=State.CLOSED, worth=120_00)
    last = voucher.redemptions.get(milestone__number=2)
    redemption.reverse(last.pk, by=voucher.provider, actor=ACTOR)
    voucher.refresh_from_db()
    assert (voucher.state, owed(voucher), held(voucher)) == ("completed", 30_00, 90_00)
    with pytest.raises(errors.AlreadyReversed):
        redemption.reverse(last.pk, by=voucher.provider, actor=ACTOR)
    [again] = redemption.redeem([Line(voucher.code, 2)], by=voucher.provider, actor=ACTOR)
    voucher.refresh_from_db()
    assert (again.left_minor, owed(voucher), voucher.state) == (0, 120_00, "closed")


def test_a_stranger_reverses_nothing(books):
    voucher = a_voucher(state=State.CLOSED)
    before = books()
    for wanted in (voucher.redemptions.first().pk, uuid4()):
        with pytest.raises(errors.RedemptionNotFound):
            redemption.reverse(wanted, by=ProviderFactory(), actor=ACTOR)
    assert books() == before


# Ending


def test_a_cancelled_voucher_returns_what_is_left_in_proportion_to_what_each_put_in():
    voucher = a_voucher(state=State.STARTED, confirmed=1, worth=99_99, own=True)
    assert (voucher.from_purse_minor, voucher.own_minor) == (49_99, 50_00)
    redemption.redeem([Line(voucher.code, 1)], by=voucher.provider, actor=ACTOR)
    left = held(voucher)
    only(ending.cancel([Cancellation(voucher.code, CancelReason.COURSE_CANCELLED)], by=voucher.provider, actor=ACTOR))
    voucher.refresh_from_db()
    assert (voucher.outcome, voucher.cancel_reason, held(voucher)) == ("cancelled", "course_cancelled", 0)
    back = {bool(source.purse_id): source.returned_minor for source in Funding.objects.filter(voucher=voucher)}
    assert left == 74_99
    assert back == {True: 37_49, False: 37_50}
    assert scheme_account(voucher, "refund_due") == 37_50


def test_a_learner_withdraws_within_the_cooling_off_days_and_not_after(clock, books):
    early, late = vouchers(2, state=State.ACCEPTED)
    ending.withdraw(early.pk, learner=early.learner, actor=ACTOR)
    early.refresh_from_db()
    assert (early.outcome, purse_of(early)) == ("withdrawn", 200_00)
    clock.move_by(days=15)
    before = books()
    with pytest.raises(errors.CoolingOffOver):
        ending.withdraw(late.pk, learner=late.learner, actor=ACTOR)
    assert books() == before


def test_nobody_withdraws_somebody_elses_voucher():
    voucher = a_voucher()
    other = Learner.objects.get(pk=learning_accounts(1)[0].learner_id)
    with pytest.raises(errors.VoucherNotFound):
        ending.withdraw(voucher.pk, learner=other, actor=ACTOR)


def test_a_voucher_that_is_not_accepted_in_time_expires(clock):
    voucher = a_voucher()
    clock.move_by(days=11)
    assert ending.expire(actor=ACTOR) == 1
    voucher.refresh_from_db()
    assert (voucher.outcome, purse_of(voucher)) == ("expired", 200_00)


def test_a_voucher_does_not_expire_while_a_milestone_is_open_or_it_is_being_looked_at(clock):
    open_one, watched = a_voucher(state=State.STARTED, confirmed=1), a_voucher(state=State.ACCEPTED)
    control.set_control(watched.pk, Control.UNDER_REVIEW, actor=ACTOR)
    clock.move_by(days=1000)
    assert ending.expire(actor=ACTOR) == 0
    redemption.redeem([Line(open_one.code)], by=open_one.provider, actor=ACTOR)
    control.set_control(watched.pk, Control.CLEAR, actor=ACTOR)
    assert ending.expire(actor=ACTOR) == 2


def test_money_for_a_purse_that_has_expired_goes_to_the_pot(clock):
    voucher = a_voucher(state=State.ACCEPTED, worth=120_00)
    scheme = voucher.learning_account.scheme
    pot = ledger.balances([scheme.pot_id])[scheme.pot_id]
    clock.move_by(days=400)
    purses.expire(actor=ACTOR)
    ending.expire(actor=ACTOR)
    voucher.refresh_from_db()
    assert (voucher.outcome, held(voucher), purse_of(voucher)) == ("expired", 0, 0)
    assert ledger.balances([scheme.pot_id])[scheme.pot_id] == pot + 200_00


def test_the_books_make_zero_after_everything():
    for number, state in enumerate([State.RESERVED, State.ISSUED, State.STARTED, State.CLOSED]):
        a_voucher(state=state, own=bool(number % 2) or state == State.RESERVED)
    assert sum(ledger.balances(Account.objects.values_list("id", flat=True)).values()) == 0

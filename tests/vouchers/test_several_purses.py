"""One voucher, paid from several purses: in which order, what they may pay for, and what each has back."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ledger
from accounts import purses, sponsoring
from accounts.models import Purse
from accounts.pricing import split
from accounts.schemes import current_rules
from brokerage import buying, requesting
from brokerage.errors import NothingFromAccount, QuoteLapsed
from brokerage.requesting import Draft
from config.ids import uuid7
from config.refusals import only
from ledger.errors import InsufficientFunds
from ledger.models import Transfer
from payments.models import CardRefund
from tests.factories.accounts import a_purse, a_scheme
from tests.factories.brokerage import an_adviser
from tests.factories.payments import refund_event, signed
from tests.factories.providers import ProviderFactory
from tests.factories.sponsors import a_sponsor, topped_up
from tests.factories.vouchers import ACTOR, a_run, confirm, pay_own_share
from tests.racing import Meeting, together
from vouchers import copayment, delivery, ending, errors, issuing, redemption
from vouchers.delivery import Declaration
from vouchers.ending import Cancellation
from vouchers.holdings import holdings
from vouchers.issuing import Order
from vouchers.models import CancelReason, Funding, State, Voucher
from vouchers.redemption import Line
from vouchers.shares import still_to_return

pytestmark = pytest.mark.django_db


def an_account(rate=100, *, award=None, **price):
    """A learning account with £200 from the scheme, which pays so many per cent of any price."""
    bands = [{"code": "all", "rate_percent": rate}]
    scheme = a_scheme(award=award or {}, price={"bands": bands} | price, adviser={"policy": "open"})
    return a_purse(scheme).learning_account


def the_award(account):
    return Purse.objects.get(learning_account=account, award__isnull=False)


def priced(account, run):
    version = current_rules({account.scheme_id}, ledger.today())[account.scheme_id]
    held = holdings([account.pk], ledger.today())[account.pk]
    return split(
        price_minor=run.price_minor,
        category=run.course.category,
        learner=account.learner.circumstances(),
        rules=version.parsed,
        contents=held.contents,
        used_minor=held.used_minor,
        on=ledger.today(),
    ), version


def an_order(account, run):
    worked_out, version = priced(account, run)
    return Order(account, run, worked_out, version, f"request:{uuid7()}")


def reserved(account, worth, provider=None):
    return only(issuing.reserve([an_order(account, a_run(provider or ProviderFactory(), worth))], actor=ACTOR))


def left_in(*wanted):
    found = ledger.balances([purse.ledger_account_id for purse in wanted])
    return tuple(found[purse.ledger_account_id] for purse in wanted)


def in_account(account):
    return ledger.balances([account])[account]


def given_by(voucher):
    return dict(Funding.objects.filter(voucher=voucher).values_list("purse", "amount_minor"))


def in_days(days):
    return ledger.today() + dt.timedelta(days=days)


# In which order


def test_what_expires_first_is_spent_first_whoever_put_it_in():
    account = an_account()
    late, early = topped_up(account, 50_00, expires_on=in_days(500)), topped_up(account, 50_00, expires_on=in_days(5))
    voucher = reserved(account, 260_00)
    assert given_by(voucher) == {early.pk: 50_00, the_award(account).pk: 200_00, late.pk: 10_00}
    assert left_in(early, the_award(account), late) == (0, 0, 40_00)


def test_of_what_expires_on_one_day_the_most_restricted_is_spent_first_and_the_general_last():
    account = an_account()
    until = the_award(account).expires_on
    some = topped_up(account, 50_00, expires_on=until, categories=("0611", "0613"))
    one = topped_up(account, 50_00, expires_on=until, categories=("0611",))
    both = topped_up(account, 50_00, expires_on=until, categories=("0611",), earmark="tuition")
    assert given_by(reserved(account, 40_00)) == {both.pk: 40_00}
    assert given_by(reserved(account, 40_00)) == {both.pk: 10_00, one.pk: 30_00}
    assert given_by(reserved(account, 100_00)) == {one.pk: 20_00, some.pk: 50_00, the_award(account).pk: 30_00}


def test_one_journal_has_all_that_goes_into_a_voucher_from_three_purses_and_the_card():
    account = an_account(80)
    for _ in range(2):
        topped_up(account, 10_00)
    voucher = reserved(account, 100_00)
    pay_own_share(voucher)
    moved = Transfer.objects.filter(credit=voucher.account_id)
    assert sorted(each.amount_minor for each in moved) == [10_00, 10_00, 20_00, 60_00]
    assert {each.journal for each in moved} == {voucher.pk}


# What they may pay for


@pytest.mark.parametrize(
    "conditions", [{"earmark": "exam"}, {"earmark": "travel"}, {"categories": ("0411",)}, {"earmark": "childcare"}]
)
def test_a_purse_for_something_else_pays_nothing_of_a_course(conditions):
    account = an_account()
    other = topped_up(account, 50_00, expires_on=in_days(5), **conditions)
    voucher = reserved(account, 250_00)
    assert (voucher.from_purse_minor, voucher.own_minor, left_in(other)) == (200_00, 50_00, (50_00,))
    assert given_by(voucher) == {the_award(account).pk: 200_00}


def test_a_purse_for_something_else_cannot_be_reached_by_an_order_that_counts_on_it(books):
    account = an_account()
    topped_up(account, 50_00, earmark="exam")
    run = a_run(ProviderFactory(), 250_00)
    worked_out, version = priced(account, run)
    greedy = type(worked_out)(250_00, 250_00, 0, "all", worked_out.lines)
    before = books()
    [answer] = issuing.reserve([Order(account, run, greedy, version, "request:1")], actor=ACTOR)
    assert isinstance(answer, errors.PurseShort)
    assert books() == before


def test_a_purse_that_may_buy_one_course_buys_no_second_says_so_and_keeps_its_money(books):
    account = an_account(award={"courses_at_most": 1})
    reserved(account, 120_00)
    run = a_run(ProviderFactory(), 50_00)
    worked_out, version = priced(account, run)
    assert (worked_out.from_purse_minor, worked_out.own_minor) == (0, 50_00)
    assert "Your account has paid for as many courses as it may" in [line.sentence for line in worked_out.lines]
    before = books()
    counted_on = type(worked_out)(50_00, 50_00, 0, "all", worked_out.lines)
    [answer] = issuing.reserve([Order(account, run, counted_on, version, "request:2")], actor=ACTOR)
    assert isinstance(answer, errors.PurseShort)
    [asked] = requesting.submit([Draft(account, run)], actor=ACTOR)
    assert isinstance(asked, NothingFromAccount)
    assert (books(), left_in(the_award(account))) == (before, (80_00,))


def test_of_two_requests_only_the_first_bought_has_the_one_course_and_the_second_is_told_that_it_lapsed(books):
    account = an_account(award={"courses_at_most": 1})
    an_adviser()
    runs = [a_run(ProviderFactory(), 50_00) for _ in range(2)]
    first, second = requesting.submit([Draft(account, run) for run in runs], actor=ACTOR)
    only(buying.buy([first.pk], learner=account.learner, actor=ACTOR))
    before = books()
    with pytest.raises(QuoteLapsed):
        only(buying.buy([second.pk], learner=account.learner, actor=ACTOR))
    assert books() == before


def test_a_course_that_gave_everything_back_does_not_count():
    account = an_account(award={"courses_at_most": 1})
    voucher = reserved(account, 120_00)
    ending.withdraw(voucher.pk, learner=account.learner, actor=ACTOR)
    assert reserved(account, 150_00).from_purse_minor == 150_00


def test_the_fixed_part_is_not_paid_by_whom_a_sponsor_has_put_money_in_for():
    account = an_account(fee_minor=100_00, fee_waived_by_sponsor=True)
    run = a_run(ProviderFactory(), 150_00)
    assert priced(account, run)[0].own_minor == 100_00
    topped_up(account, 10_00, categories=("0411",))
    assert priced(account, run)[0].own_minor == 100_00
    topped_up(account, 10_00)
    worked_out = priced(account, run)[0]
    assert (worked_out.own_minor, [line.reason for line in worked_out.lines if line.code == "fee_waived"]) == (
        0,
        ["because your sponsor has put money in"],
    )


# What each has back


def test_three_purses_and_a_card_have_back_what_they_put_in_to_the_penny():
    account = an_account(90)
    sponsor = a_sponsor(account.scheme)
    one, two = (topped_up(account, amount, sponsor=sponsor) for amount in (33_33, 11_11))
    voucher = reserved(account, 99_99)
    pay_own_share(voucher)
    ending.withdraw(voucher.pk, learner=account.learner, actor=ACTOR)
    assert left_in(one, two, the_award(account)) == (33_33, 11_11, 200_00)
    assert in_account(account.scheme.refund_due_id) == 10_00


def a_bought_course(award, first, second, worth, rate):
    account = an_account(rate, award={"amount_minor": award})
    topped_up(account, first)
    topped_up(account, second, categories=("0611",))
    provider = ProviderFactory()
    voucher = reserved(account, worth, provider)
    if voucher.own_minor:
        pay_own_share(voucher)
    return provider, voucher


@given(
    award=st.integers(1, 300_00),
    first=st.integers(1, 100_00),
    second=st.integers(1, 100_00),
    worth=st.integers(100, 500_00),
    rate=st.integers(1, 100),
    redeemed=st.integers(0, 100),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_over_a_vouchers_whole_life_each_source_has_its_share_back_to_the_penny(
    award, first, second, worth, rate, redeemed
):
    provider, voucher = a_bought_course(award, first, second, worth, rate)
    before = {source.pk: source.amount_minor for source in voucher.fundings.order_by("id")}
    delivery.accept([voucher.code], by=provider, actor=ACTOR)
    delivery.declare([Declaration(voucher.code, 1, ledger.today())], by=provider, actor=ACTOR)
    confirm([voucher], 1)
    start = voucher.milestones.get(number=1).amount_minor
    if paid := start * redeemed // 100:
        only(redemption.redeem([Line(voucher.code, 1, paid)], by=provider, actor=ACTOR))
        redemption_made = voucher.redemptions.get()
        redemption.reverse(redemption_made.pk, by=provider, actor=ACTOR)
        only(redemption.redeem([Line(voucher.code, 1, paid)], by=provider, actor=ACTOR))
    only(ending.cancel([Cancellation(voucher.code, CancelReason.COURSE_CANCELLED)], by=provider, actor=ACTOR))
    back = {source.pk: source.returned_minor for source in voucher.fundings.all()}
    assert sum(before.values()) == worth
    assert sum(back.values()) == worth - paid
    for pk, put_in in before.items():
        assert abs(back[pk] * worth - put_in * (worth - paid)) < worth  # less than a penny from the exact share
    assert in_account(voucher.account_id) == 0


@given(st.lists(st.integers(1, 10_000), min_size=4, max_size=4), st.lists(st.integers(0, 100), max_size=4))
def test_several_returns_of_one_voucher_end_at_the_same_shares_as_one(put_in, percents):
    left, returned = sum(put_in), [0] * 4
    for percent in [*percents, 100]:
        back = still_to_return(now := left * percent // 100, put_in, returned)
        assert sum(back) == now
        assert all(share >= 0 for share in back)
        returned, left = [had + share for had, share in zip(returned, back, strict=True)], left - now
    assert returned == put_in


@pytest.mark.parametrize(("departed", "home"), [(False, "account"), (True, "suspense")])
def test_what_comes_back_to_a_sponsors_expired_purse_goes_to_the_sponsor_and_the_rest_to_the_account(
    departed, home, clock
):
    account = an_account()
    sponsor = a_sponsor(account.scheme)
    purse = topped_up(account, 50_00, sponsor=sponsor, expires_on=in_days(2))
    voucher = reserved(account, 120_00)
    clock.move_by(days=3)
    purses.expire(actor=ACTOR)
    if departed:
        sponsoring.depart(sponsor, ledger.today(), actor=ACTOR)
    before = in_account(getattr(sponsor, f"{home}_id"))
    ending.withdraw(voucher.pk, learner=account.learner, actor=ACTOR)
    assert in_account(getattr(sponsor, f"{home}_id")) - before == 50_00
    assert left_in(purse, the_award(account)) == (0, 200_00)


def test_the_cards_share_of_a_voucher_of_three_purses_goes_back_to_the_card():
    account = an_account(50)
    topped_up(account, 10_00)
    voucher = reserved(account, 100_00)
    pay_own_share(voucher)
    ending.withdraw(voucher.pk, learner=account.learner, actor=ACTOR)
    refund = CardRefund.objects.select_related("checkout").get()
    assert refund.amount_minor == 50_00
    copayment.hear(*signed(refund_event(refund)))
    assert in_account(account.scheme.refund_due_id) == 0


# Two at the same instant


@pytest.fixture
def both_look_together(monkeypatch):
    """Two reservations judge at once, each having seen what the purses hold."""
    meeting, judge = Meeting(), issuing._judge

    def judge_together(*given):
        answer = judge(*given)
        meeting.wait()
        return answer

    monkeypatch.setattr(issuing, "_judge", judge_together)
    return meeting


def two_reserve(account):
    runs = [a_run(ProviderFactory(), 180_00) for _ in range(2)]
    orders = [an_order(account, run) for run in runs]

    def reserve(order):
        try:
            return only(issuing.reserve([order], actor=ACTOR))
        except (errors.PurseShort, InsufficientFunds) as refusal:
            return refusal

    return together(*[lambda order=order: reserve(order) for order in orders])


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_reservations_count_on_the_same_two_purses(both_look_together, monkeypatch):
    account = an_account()
    topped_up(account, 50_00)
    monkeypatch.setattr(ledger, "lock", ledger.balances)
    monkeypatch.setattr(issuing, "_lock_accounts", lambda accounts: set())
    answers = two_reserve(account)
    assert both_look_together.met
    # The ledger's own guard is the second wall.
    assert sorted(type(answer).__name__ for answer in answers) == ["InsufficientFunds", "Voucher"]
    assert Voucher.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_reservations_on_two_purses_at_once_one_is_refused_and_nothing_is_spent_twice(both_look_together):
    account = an_account()
    purse = topped_up(account, 50_00)
    answers = two_reserve(account)
    assert sorted(type(answer).__name__ for answer in answers) == ["PurseShort", "Voucher"]
    voucher = Voucher.objects.get()
    assert voucher.state == State.ISSUED
    assert left_in(purse, the_award(account)) == (0, 70_00)

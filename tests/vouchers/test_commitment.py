"""Where awards are rights to spend, cash follows a right into a voucher, and goes back with it."""

import time
from threading import Event

import pytest

import ledger
from accounts import awarding, purses
from accounts.models import Purse
from config.refusals import only
from ledger.models import Event as Happened
from ledger.verification import verify
from tests.conftest import as_owner
from tests.factories.accounts import ACTOR
from tests.factories.budgets import a_budget, an_order, awarded, bought, in_purses, money
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_run, confirm
from tests.racing import PATIENCE, Meeting, together
from vouchers import delivery, ending, issuing, redemption
from vouchers.invariants import within_the_ceiling
from vouchers.models import Funding, Voucher
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def held(voucher):
    return ledger.balances([voucher.account_id])[voucher.account_id]


def circuit(scheme):
    """Cash in the pot, rights that may still be given, and rights in purses."""
    now = money(scheme)
    return now["pot"], now["headroom"], in_purses(scheme)


def test_cash_follows_when_a_voucher_is_reserved():
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    voucher = bought(awarded(scheme), worth=120_00)
    assert (held(voucher), circuit(scheme)) == (120_00, (380_00, 800_00, 80_00))
    assert money(scheme)["authority"] == -880_00


def test_only_the_account_s_share_is_followed_by_cash():
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    voucher = bought(awarded(scheme), worth=120_00, own=50_00)
    assert (held(voucher), circuit(scheme)) == (120_00, (430_00, 800_00, 130_00))


def test_a_voucher_that_the_pot_cannot_pay_is_refused_and_leaves_everything_as_it_was(books):
    scheme = a_budget(ceiling=1_000_00, paid_in=100_00)
    account = awarded(scheme)
    order = an_order(account, a_run(ProviderFactory(), 120_00), own=10_00)
    before, events = books(), Happened.objects.count()
    [refusal] = issuing.reserve([order], actor=ACTOR)
    assert refusal.code == "scheme_short"
    assert (books(), Happened.objects.count(), Voucher.objects.count()) == (before, events, 0)


def test_of_orders_made_together_those_are_refused_that_the_pot_cannot_pay_any_more():
    scheme = a_budget(ceiling=1_000_00, paid_in=250_00)
    run = a_run(ProviderFactory(), 100_00)
    answers = issuing.reserve([an_order(awarded(scheme), run) for _ in range(3)], actor=ACTOR)
    assert [getattr(answer, "code", "") if not isinstance(answer, Voucher) else "made" for answer in answers] == [
        "made",
        "made",
        "scheme_short",
    ]
    assert circuit(scheme) == (50_00, 400_00, 400_00)


def test_a_voucher_that_is_withdrawn_gives_right_and_cash_back_to_the_penny(books):
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    account = awarded(scheme)
    before = books()
    voucher = bought(account, worth=119_99, own=40_01)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    assert circuit(scheme) == (500_00, 800_00, 200_00)
    after = books()
    assert {account: after[account] for account in before if after[account] != before[account]} == {
        scheme.refund_due_id: 40_01,
        scheme.card_clearing_id: -40_01,
    }


def test_a_voucher_whose_own_share_is_not_paid_lapses_and_gives_both_back(clock):
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    order = an_order(awarded(scheme), a_run(ProviderFactory(), 120_00), own=60_00)
    only(issuing.reserve([order], actor=ACTOR))
    assert circuit(scheme) == (440_00, 800_00, 140_00)
    clock.move_by(days=4)
    assert ending.lapse(actor=ACTOR) == 1
    assert circuit(scheme) == (500_00, 800_00, 200_00)


def test_a_voucher_that_expires_after_its_purse_gives_the_right_to_whoever_comes_next(clock):
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00, award={"purse_days": 5})
    voucher = bought(awarded(scheme), worth=120_00)
    clock.move_by(days=6)
    assert purses.expire(actor=ACTOR) == 1
    assert circuit(scheme) == (380_00, 880_00, 0)
    clock.move_by(days=6)
    assert ending.expire(actor=ACTOR) == 1
    assert (held(voucher), circuit(scheme)) == (0, (500_00, 1_000_00, 0))


def deliver(voucher, *, amount_minor):
    """The course is given and confirmed, and so much of its second milestone redeemed; the rest goes back."""
    by = voucher.provider
    delivery.accept([voucher.code], by=by, actor=ACTOR)
    for number in (1, 2):
        delivery.declare([delivery.Declaration(voucher.code, number, ledger.today())], by=by, actor=ACTOR)
        confirm([voucher], number)
    redemption.redeem([Line(voucher.code, 1)], by=by, actor=ACTOR)
    only(redemption.redeem([Line(voucher.code, 2, amount_minor)], by=by, actor=ACTOR))


def test_of_a_voucher_redeemed_in_part_the_rest_comes_back_with_its_share_of_the_cash():
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    voucher = bought(awarded(scheme), worth=120_00, own=40_00)
    deliver(voucher, amount_minor=60_00)
    # £30 of £120 are left: £20 are the account's, £10 the learner's.
    assert (held(voucher), circuit(scheme)) == (0, (440_00, 800_00, 140_00))
    assert (money(scheme)["refund_due"], money(scheme)["authority"]) == (10_00, -940_00)


def test_a_redemption_that_is_given_back_takes_no_cash_twice():
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    voucher = bought(awarded(scheme), worth=120_00)
    deliver(voucher, amount_minor=90_00)
    second = voucher.redemptions.get(milestone__number=2)
    redemption.reverse(second.pk, by=voucher.provider, actor=ACTOR)
    assert (held(voucher), circuit(scheme)) == (90_00, (380_00, 800_00, 80_00))
    only(redemption.redeem([Line(voucher.code, 2, 50_00)], by=voucher.provider, actor=ACTOR))
    assert (held(voucher), circuit(scheme)) == (0, (420_00, 800_00, 120_00))


@pytest.fixture
def orders():
    """Two learners who both want the pot's last £120."""
    scheme = a_budget(ceiling=1_000_00, paid_in=200_00)
    run = a_run(ProviderFactory(), 120_00)
    return scheme, [an_order(awarded(scheme), run) for _ in range(2)]


@pytest.fixture
def both_have_looked(monkeypatch):
    """Both have seen what is in the pot before either reservation is posted."""
    meeting, store = Meeting(), issuing._store

    def wait_then_store(*given):
        meeting.wait()
        store(*given)

    monkeypatch.setattr(issuing, "_store", wait_then_store)
    return meeting


def reserve(order):
    try:
        [answer] = issuing.reserve([order], actor=ACTOR)
    except ledger.errors.InsufficientFunds as refused:
        return refused.code
    return "made" if isinstance(answer, Voucher) else answer.code


def both(orders):
    return sorted(together(*[lambda order=order: reserve(order) for order in orders]))


@pytest.mark.django_db(transaction=True)
def test_if_nobody_waited_for_the_pot_only_the_ledger_would_stop_its_last_cash_going_twice(
    orders, both_have_looked, monkeypatch
):
    scheme, wanted = orders
    monkeypatch.setattr(issuing.ledger, "lock", ledger.balances)
    assert both(wanted) == ["insufficient_funds", "made"]
    assert both_have_looked.met
    assert circuit(scheme) == (80_00, 600_00, 280_00)


@pytest.mark.django_db(transaction=True)
def test_of_two_reservations_at_once_of_the_pot_s_last_cash_one_is_made_and_one_refused(orders, both_have_looked):
    scheme, wanted = orders
    assert both(wanted) == ["made", "scheme_short"]
    assert not both_have_looked.met
    assert circuit(scheme) == (80_00, 600_00, 280_00)


@pytest.mark.django_db(transaction=True)
def test_whoever_buys_while_another_of_their_vouchers_comes_back_waits_and_is_served(monkeypatch):
    """Both want the purse and the pot: they take them in one order."""
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    account = awarded(scheme)
    first = bought(account, worth=50_00)
    order = an_order(account, a_run(ProviderFactory(), 100_00))
    looked, returning, look, post = Event(), Event(), issuing.holdings, ending.ledger.post

    def look_then_wait(*given):
        found = look(*given)
        looked.set()
        returning.wait(PATIENCE)
        time.sleep(0.2)  # until whoever returns waits for a balance
        return found

    def withdraw():
        looked.wait(PATIENCE)
        return ending.withdraw(first.pk, learner=first.learner, actor=ACTOR).outcome

    def say_then_post(*given, **more):
        returning.set()
        return post(*given, **more)

    monkeypatch.setattr(issuing, "holdings", look_then_wait)
    monkeypatch.setattr(ending.ledger, "post", say_then_post)
    assert together(lambda: reserve(order), withdraw) == ["made", "withdrawn"]
    assert circuit(scheme) == (400_00, 800_00, 100_00)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE vouchers_funding SET returned_minor = 100",
            "committed 8000, holds and has spent 11900, and may give 80000; its ceiling is 100000",
        ),
        (
            "UPDATE accounts_purse SET award_id = NULL, top_up_id = gen_random_uuid()",
            "committed 0, holds and has spent 0, and may give 80000; its ceiling is 100000",
        ),
        (
            "UPDATE ledger_transfer SET amount_minor = 11900 WHERE kind = 'cash_followed'",
            "holds and has spent 12000; cash of 11900 followed",
        ),
    ],
    ids=["a return that was none", "an award's purse that is none", "cash that did not follow"],
)
def test_what_does_not_make_the_ceiling_is_named(statement, says):
    bought(awarded(a_budget(ceiling=1_000_00, paid_in=500_00)), worth=120_00)
    assert verify().broken is None
    assert list(within_the_ceiling()) == []
    with as_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
    [broken] = within_the_ceiling()
    assert (broken.table, broken.says) == ("scheme", says)


def test_a_scheme_s_rights_and_cash_agree_whatever_was_returned(clock):
    scheme = a_budget(ceiling=1_000_00, paid_in=500_00)
    one, other = bought(awarded(scheme), worth=99_97, own=33_33), bought(awarded(scheme), worth=150_00)
    deliver(one, amount_minor=50_01)
    ending.withdraw(other.pk, learner=other.learner, actor=ACTOR)
    assert list(within_the_ceiling()) == []
    assert Funding.objects.filter(returned_minor__gt=0).count() == 3
    assert Purse.objects.count() == awarding.Award.objects.count() == 2

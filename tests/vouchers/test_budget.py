"""What is committed, held, spent and left of a budget is what the ledger has, and who runs it is warned once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import ledger
from accounts import purses, schemes
from accounts.models import BudgetWarning
from config.refusals import only
from ledger.models import Event
from tests.factories.accounts import ACTOR
from tests.factories.budgets import a_budget, awarded, bought, in_purses, money
from tests.factories.vouchers import confirm
from tests.racing import Meeting, together
from vouchers import budget, delivery, ending, redemption, tasks, warning
from vouchers.budget import Money, figures
from vouchers.models import Payable
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def of(scheme):
    return figures([scheme])[scheme.pk]


def start(voucher):
    """The start is declared, confirmed and redeemed: a quarter of the price."""
    by = voucher.provider
    delivery.accept([voucher.code], by=by, actor=ACTOR)
    delivery.start([voucher.code], occurred_on=ledger.today(), by=by, actor=ACTOR)
    confirm([voucher], 1)
    only(redemption.redeem([Line(voucher.code, 1)], by=by, actor=ACTOR))


def complete(voucher):
    by = voucher.provider
    delivery.declare([delivery.Declaration(voucher.code, 2, ledger.today())], by=by, actor=ACTOR)
    confirm([voucher], 2)
    only(redemption.redeem([Line(voucher.code)], by=by, actor=ACTOR))


def owed(scheme):
    return sum(ledger.balances(Payable.objects.filter(scheme=scheme).values_list("account", flat=True)).values())


@pytest.mark.parametrize("ceiling", [None, 1_000_00], ids=["paid before", "committed before"])
def test_each_penny_of_a_budget_is_committed_held_spent_or_left(ceiling):
    scheme = a_budget(ceiling=ceiling, paid_in=1_000_00)
    first, second, third = (bought(awarded(scheme), worth=120_00) for _ in range(3))
    start(first)
    complete(first)
    start(second)
    ending.withdraw(third.pk, learner=third.learner, actor=ACTOR)
    now = of(scheme)
    assert now.scheme == Money(committed_minor=360_00, held_minor=90_00, spent_minor=150_00)
    assert (now.sponsors, now.own) == (Money(), Money())
    assert (now.budget_minor, now.left_minor, now.refund_due_minor) == (1_000_00, 400_00, 0)
    assert (now.gone_minor, now.gone_percent) == (600_00, 60)
    assert now.gone_minor + now.left_minor == now.budget_minor
    assert (in_purses(scheme), owed(scheme)) == (360_00, 150_00)
    assert now.cash_minor == money(scheme)["pot"] == (760_00 if ceiling else 400_00)


def test_the_learner_s_own_share_is_none_of_the_budget():
    scheme = a_budget(paid_in=1_000_00)
    voucher, ended = (bought(awarded(scheme), worth=120_00, own=30_00) for _ in range(2))
    start(voucher)
    ending.withdraw(ended.pk, learner=ended.learner, actor=ACTOR)
    now = of(scheme)
    # £30 of £120 were redeemed: three quarters of them are the scheme's.
    assert now.scheme == Money(committed_minor=310_00, held_minor=67_50, spent_minor=22_50)
    assert now.own == Money(held_minor=22_50, spent_minor=7_50)
    assert (now.left_minor, now.refund_due_minor) == (600_00, 30_00)


def test_a_redemption_given_back_is_held_again():
    scheme = a_budget(paid_in=1_000_00)
    voucher = bought(awarded(scheme), worth=120_00)
    start(voucher)
    redemption.reverse(voucher.redemptions.get().pk, by=voucher.provider, actor=ACTOR)
    assert of(scheme).scheme == Money(committed_minor=80_00, held_minor=120_00, spent_minor=0)


def test_what_expires_is_left_again(clock):
    scheme = a_budget(paid_in=1_000_00)
    awarded(scheme)
    clock.move_by(days=366)
    purses.expire(actor=ACTOR)
    assert (of(scheme).gone_minor, of(scheme).left_minor) == (0, 1_000_00)


def test_the_figures_of_many_schemes_are_four_queries(django_assert_num_queries):
    some = [a_budget(paid_in=500_00), a_budget(ceiling=700_00), a_budget()]
    for scheme in some[:2]:
        awarded(scheme)
    with django_assert_num_queries(4):
        found = figures(some)
    assert [(found[scheme.pk].budget_minor, found[scheme.pk].left_minor) for scheme in some] == [
        (500_00, 300_00),
        (700_00, 500_00),
        (0, 0),
    ]
    assert found[some[2].pk].gone_percent == 0


def test_what_was_issued_is_counted_in_its_month_and_what_came_back_in_the_month_in_which_it_did(clock):
    clock.move_to(dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC))
    scheme = a_budget(paid_in=10_000_00)
    back = bought(awarded(scheme), worth=100_00, own=20_00)
    clock.move_to(dt.datetime(2027, 1, 25, 12, tzinfo=dt.UTC))
    ending.withdraw(back.pk, learner=back.learner, actor=ACTOR)
    kept = bought(awarded(scheme), worth=150_00)
    clock.move_to(dt.datetime(2027, 2, 3, 12, tzinfo=dt.UTC))
    ending.withdraw(kept.pk, learner=kept.learner, actor=ACTOR)
    clock.move_to(dt.datetime(2027, 4, 1, 12, tzinfo=dt.UTC))
    bought(awarded(scheme), worth=40_00)
    assert budget.by_month(scheme) == {
        dt.date(2027, 1, 1): 150_00,
        dt.date(2027, 2, 1): -150_00,
        dt.date(2027, 3, 1): 0,
        dt.date(2027, 4, 1): 40_00,
    }


def test_how_long_the_money_lasts_is_told_from_whole_months(clock):
    clock.move_to(dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC))
    scheme = a_budget(paid_in=1_000_00)
    bought(awarded(scheme), worth=150_00)
    assert budget.runway(scheme, of(scheme)).enough is False
    for month in (2, 3, 4):
        clock.move_to(dt.datetime(2027, month, 10, 12, tzinfo=dt.UTC))
        bought(awarded(scheme), worth=100_00)
    clock.move_to(dt.datetime(2027, 5, 2, 12, tzinfo=dt.UTC))
    runway = budget.runway(scheme, of(scheme))
    # £550 are not in vouchers, at £100 a month: five months and a half.
    assert (runway.months, runway.pace_minor) == (3, 100_00)
    assert runway.early == runway.likely == runway.late == dt.date(2027, 10, 16)


def warned():
    return sorted(BudgetWarning.objects.values_list("percent", "budget_minor", "gone_minor"))


def test_a_percentage_that_is_reached_is_warned_of_once():
    scheme = a_budget(paid_in=800_00, budget={"warn_at_percent": [50, 75, 100]})
    awarded(scheme)
    assert (tasks.warn_of_budgets(), warned()) == (0, [])
    awarded(scheme)
    assert (tasks.warn_of_budgets(), warned()) == (1, [(50, 800_00, 400_00)])
    assert tasks.warn_of_budgets() == 0
    awarded(scheme)
    awarded(scheme)
    assert (tasks.warn_of_budgets(), warned()) == (
        2,
        [(50, 800_00, 400_00), (75, 800_00, 800_00), (100, 800_00, 800_00)],
    )
    assert [event.data for event in Event.objects.filter(kind="budget.warned").order_by("id")[:1]] == [
        {"scheme": str(scheme.pk), "percent": 50, "budget_minor": 800_00, "gone_minor": 400_00}
    ]
    assert Event.objects.filter(kind="budget.warned").count() == 3


def test_a_budget_that_has_grown_is_warned_of_anew():
    scheme = a_budget(paid_in=200_00, budget={"warn_at_percent": [50]})
    awarded(scheme)
    tasks.warn_of_budgets()
    schemes.pay_in(scheme, 200_00, reference="second", actor=ACTOR)
    assert (tasks.warn_of_budgets(), warned()) == (1, [(50, 200_00, 200_00), (50, 400_00, 200_00)])


def test_nobody_is_warned_of_a_scheme_without_a_budget():
    a_budget()
    assert (tasks.warn_of_budgets(), warned()) == (0, [])


def queries_of_warning(schemes):
    for _ in range(schemes):
        awarded(a_budget(paid_in=200_00))
    with CaptureQueriesContext(connection) as queries:
        assert len(warning.warn(actor=ACTOR)) == 2 * schemes
    return len(queries)


def test_warning_of_many_takes_as_many_queries_as_of_one():
    assert queries_of_warning(1) == queries_of_warning(3)


@pytest.mark.django_db(transaction=True)
def test_two_who_warn_at_once_warn_once(monkeypatch):
    awarded(a_budget(paid_in=200_00, budget={"warn_at_percent": [90]}))
    meeting, due = Meeting(), warning._due

    def due_then_wait(*given):
        found = list(due(*given))
        meeting.wait()
        return found

    monkeypatch.setattr(warning, "_due", due_then_wait)
    assert sorted(together(tasks.warn_of_budgets, tasks.warn_of_budgets)) == [0, 1]
    assert meeting.met
    assert Event.objects.filter(kind="budget.warned").count() == 1

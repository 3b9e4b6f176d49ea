"""When the money runs out: a day with its range, never at no pace, and nothing said from too little."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.forecasting import Runway, forecast

TODAY = dt.date(2027, 6, 1)
NEVER = dt.date.max

amounts = st.integers(min_value=-(10**12), max_value=10**13)
histories = st.lists(amounts, min_size=3, max_size=30)
money = st.integers(min_value=-(10**6), max_value=10**14)


def days(runway):
    """Each day, never being the last of all."""
    return [day or NEVER for day in (runway.early, runway.likely, runway.late)]


def test_at_an_even_pace_the_day_is_one_without_a_range():
    # £120,000 at £10,000 a month are twelve months.
    runway = forecast([10_000_00] * 6, 120_000_00, today=TODAY)
    day = dt.date(2028, 5, 31)
    assert runway == Runway(early=day, likely=day, late=day, months=6, pace_minor=10_000_00)


def test_the_more_the_months_differ_the_wider_is_the_range():
    narrow = forecast([9_000_00, 11_000_00] * 3, 120_000_00, today=TODAY)
    wide = forecast([4_000_00, 16_000_00] * 3, 120_000_00, today=TODAY)
    assert narrow.likely == wide.likely == dt.date(2028, 5, 31)
    assert (narrow.early, narrow.late) == (dt.date(2028, 5, 7), dt.date(2028, 6, 27))
    assert wide.early < narrow.early < narrow.likely < narrow.late < wide.late


def test_only_the_last_twelve_months_are_looked_at():
    assert forecast([900_000_00] * 5 + [10_000_00] * 12, 60_000_00, today=TODAY) == forecast(
        [10_000_00] * 12, 60_000_00, today=TODAY
    )


@pytest.mark.parametrize("history", [[], [10_000_00], [10_000_00, 12_000_00]], ids=len)
def test_of_less_than_three_months_nothing_is_said(history):
    runway = forecast(history, 120_000_00, today=TODAY)
    assert runway == Runway(None, None, None, months=len(history))
    assert not runway.enough


@pytest.mark.parametrize("history", [[0, 0, 0], [5_000_00, -9_000_00, 1_000_00]], ids=["nothing", "more came back"])
def test_at_no_pace_the_money_never_runs_out(history):
    runway = forecast(history, 1, today=TODAY)
    assert (runway.early, runway.likely, runway.late, runway.enough) == (None, None, None, True)


def test_a_range_may_have_no_end():
    """One month of three took everything: that it goes on at no pace is not out of the question."""
    runway = forecast([0, 0, 30_000_00], 100_000_00, today=TODAY)
    assert runway.likely == dt.date(2028, 3, 31)
    assert TODAY < runway.early < runway.likely
    assert runway.late is None


def test_money_for_more_than_a_hundred_years_does_not_run_out():
    assert forecast([1] * 3, 10**9, today=TODAY).likely is None


@pytest.mark.parametrize("left", [0, -5_000_00])
def test_where_nothing_is_left_it_has_run_out_today(left):
    assert days(forecast([10_000_00, 0, 20_000_00], left, today=TODAY)) == [TODAY] * 3
    assert days(forecast([0, 0, 0], left, today=TODAY)) == [TODAY] * 3


@given(history=histories, left=money)
def test_early_is_never_after_likely_nor_likely_after_late_nor_any_in_the_past(history, left):
    early, likely, late = days(forecast(history, left, today=TODAY))
    assert TODAY <= early <= likely <= late


@given(history=histories, left=money, more=st.integers(min_value=0, max_value=10**13))
def test_more_money_never_runs_out_sooner(history, left, more):
    sooner, later = (days(forecast(history, amount, today=TODAY)) for amount in (left, left + more))
    assert all(one <= other for one, other in zip(sooner, later, strict=True))


@given(history=st.lists(st.integers(min_value=1, max_value=10**12), min_size=3, max_size=12), left=money)
def test_a_pace_twice_as_high_never_makes_it_last_longer(history, left):
    once, twice = (forecast([amount * times for amount in history], left, today=TODAY) for times in (1, 2))
    assert all(fast <= slow for fast, slow in zip(days(twice), days(once), strict=True))

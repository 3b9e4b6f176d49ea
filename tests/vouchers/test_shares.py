"""How a voucher's money is divided: the parts always make the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.shares import in_proportion, still_to_return

amounts = st.integers(min_value=0, max_value=10**9)
weights = st.lists(st.integers(min_value=1, max_value=10**7), min_size=1, max_size=5)


def test_a_hundred_pounds_over_three_equal_parts_gives_the_spare_penny_to_the_first():
    assert in_proportion(100_00, [1, 1, 1]) == [33_34, 33_33, 33_33]


def test_a_part_without_weight_gets_nothing():
    assert in_proportion(50_00, [0, 100]) == [0, 50_00]


def test_there_is_nothing_to_divide_among_when_nothing_has_weight():
    with pytest.raises(ValueError, match="nothing to divide among"):
        in_proportion(50_00, [0, 0])


@given(total=amounts, weights=weights)
def test_parts_sum_to_the_total_and_are_within_a_penny_of_exact(total, weights):
    parts = in_proportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // sum(weights) <= part <= total * weight // sum(weights) + 1


@given(given=weights, data=st.data())
def test_what_comes_back_in_two_goes_never_takes_from_anybody_and_makes_the_whole(given, data):
    first = data.draw(st.integers(min_value=0, max_value=sum(given)))
    second = data.draw(st.integers(min_value=0, max_value=sum(given) - first))
    once = still_to_return(first, given, [0] * len(given))
    again = still_to_return(second, given, once)
    assert sum(once) == first
    assert sum(again) == second
    assert all(part >= 0 for part in once + again)
    assert all(a + b <= whole for a, b, whole in zip(once, again, given, strict=True))

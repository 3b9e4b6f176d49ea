"""Who pays what of a price: the published arithmetic of ILA Wales and ILA England, and what always holds."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.circumstances import Circumstances
from accounts.pricing import Split, split
from accounts.rules import parse
from accounts.scheme_files import preset
from tests.factories.accounts import in_purse

DAY = dt.date(2026, 11, 23)
WALES = parse(preset("ila-wales-2003")["rules"])
ENGLAND = parse(preset("ila-england-2000")["rules"])
COMPUTER_USE, MATHS, WELDING = "0611", "0541", "0715"


def share(rules, price, *, category="", benefits=(), used=None, purse=200_00) -> Split:
    return split(
        price_minor=price,
        category=category,
        learner=Circumstances(benefits=tuple(benefits)),
        rules=rules,
        used_minor=used or {},
        contents=[in_purse(purse)],
        on=DAY,
    )


@pytest.mark.parametrize(
    ("benefits", "price", "from_account"),
    [
        (["income_support"], 200_00, 200_00),
        (["jobseekers_allowance"], 150_00, 150_00),
        (["income_support"], 260_00, 200_00),
        (["working_tax_credit"], 200_00, 160_00),
        (["housing_benefit"], 100_00, 80_00),
        (["council_tax_benefit"], 300_00, 160_00),
        ([], 200_00, 100_00),
        ([], 90_00, 45_00),
        ([], 400_00, 100_00),
        (["working_tax_credit", "income_support"], 200_00, 200_00),
    ],
)
def test_ila_wales_pays_100_80_or_50_per_cent_by_benefit_up_to_200_160_or_100_pounds(benefits, price, from_account):
    answer = share(WALES, price, benefits=benefits)
    assert (answer.from_purse_minor, answer.own_minor) == (from_account, price - from_account)


@pytest.mark.parametrize(
    ("category", "price", "from_account"),
    [
        (COMPUTER_USE, 250_00, 200_00),
        (MATHS, 100_00, 80_00),
        (COMPUTER_USE, 400_00, 200_00),
        (WELDING, 100_00, 20_00),
        (WELDING, 500_00, 100_00),
        (WELDING, 900_00, 100_00),
        ("", 50_00, 10_00),
    ],
)
def test_ila_england_pays_80_per_cent_of_listed_it_and_maths_and_20_of_the_rest(category, price, from_account):
    answer = share(ENGLAND, price, category=category)
    assert (answer.from_purse_minor, answer.own_minor) == (from_account, price - from_account)


def test_a_ceiling_counts_what_was_used_of_it_this_year():
    answer = share(ENGLAND, 500_00, category=WELDING, used={"other_courses": 70_00})
    assert answer.from_purse_minor == 30_00
    assert [line.code for line in answer.lines] == ["price", "rate", "cap", "from_purse", "own"]


def test_what_was_used_of_other_courses_counts_towards_the_200_pounds_of_the_year_and_not_towards_maths_alone():
    answer = share(ENGLAND, 250_00, category=MATHS, used={"other_courses": 60_00})
    assert answer.from_purse_minor == 140_00
    assert [line.code for line in answer.lines] == ["price", "rate", "ceiling", "from_purse", "own"]


def test_nobody_gets_more_than_is_in_their_purse_so_england_never_pays_more_than_200_pounds_a_year():
    answer = share(ENGLAND, 250_00, category=MATHS, purse=35_00)
    assert (answer.from_purse_minor, answer.own_minor) == (35_00, 215_00)
    assert [line.code for line in answer.lines] == ["price", "rate", "purse", "from_purse", "own"]


def test_half_a_penny_is_not_paid_by_the_scheme():
    assert share(WALES, 33).from_purse_minor == 16


def test_each_line_says_what_it_is_and_why():
    [price, rate, account, own] = share(WALES, 200_00, benefits=["working_tax_credit"]).lines
    assert price.sentence == "Price of the course"
    assert rate.sentence == "Your scheme pays 80% of it"
    assert rate.reason == "because you get Working Tax Credit"
    assert (account.amount_minor, own.amount_minor) == (160_00, 40_00)


def test_a_split_that_was_kept_reads_the_same():
    answer = share(WALES, 260_00)
    kept = Split.from_stored(
        price_minor=answer.price_minor,
        from_purse_minor=answer.from_purse_minor,
        own_minor=answer.own_minor,
        band=answer.band,
        lines=answer.to_stored(),
    )
    assert kept == answer


pounds = st.integers(min_value=1, max_value=5_000_00)
benefits = st.lists(st.sampled_from(["income_support", "working_tax_credit", "pension_credit"]), max_size=2)


@given(price=pounds, purse=st.integers(0, 200_00), used=st.integers(0, 300_00), benefits=benefits)
def test_a_split_is_never_negative_and_always_makes_the_price(price, purse, used, benefits):
    answer = share(
        WALES, price, benefits=benefits, used=dict.fromkeys(["everybody", "in_work_benefits"], used), purse=purse
    )
    assert 0 <= answer.from_purse_minor <= min(price, purse)
    assert answer.own_minor >= 0
    assert answer.from_purse_minor + answer.own_minor == price


@given(price=pounds, more=pounds, benefits=benefits)
def test_a_higher_price_never_gets_less_nor_costs_the_learner_less(price, more, benefits):
    low, high = share(WALES, price, benefits=benefits), share(WALES, price + more, benefits=benefits)
    assert high.from_purse_minor >= low.from_purse_minor
    assert high.own_minor >= low.own_minor


@given(price=pounds, category=st.sampled_from([COMPUTER_USE, MATHS, WELDING, ""]), used=st.integers(0, 300_00))
def test_no_band_ever_pays_above_its_ceiling(price, category, used):
    answer = share(ENGLAND, price, category=category, used={"other_courses": used, "listed_it_and_maths": used})
    ceiling = next(band.cap_minor for band in ENGLAND.price.bands if band.code == answer.band)
    assert answer.from_purse_minor + used <= max(ceiling, used)

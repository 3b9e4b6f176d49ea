"""What a split says: who pays, why, and since when; and what always holds of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.circumstances import Circumstances
from accounts.pricing import split
from accounts.rules import RulesInvalid, parse
from tests.factories.accounts import in_purse, rules

DAY = dt.date(2026, 11, 23)


def share(
    price=200_00, *, slug="ila-wales-2003", category="", benefits=(), used=None, purse=200_00, said=None, changed=None
):
    return split(
        price_minor=price,
        category=category,
        learner=Circumstances(benefits=tuple(benefits)),
        rules=parse(rules(slug, **(changed or {}))),
        used_minor=used or {},
        contents=[in_purse(purse)],
        on=DAY,
        **(said or {}),
    )


def test_the_rate_names_the_funder_the_reason_and_the_day_of_the_rules():
    said = {"funder": "Welsh Government", "rule_of": dt.date(2026, 7, 1)}
    rate = share(benefits=["working_tax_credit", "child_tax_credit"], said=said).lines[1]
    assert rate.sentence == "Welsh Government pays 80% of it"
    assert rate.reason == "because you get Child Tax Credit and Working Tax Credit; rule of 1 July 2026"


@pytest.mark.parametrize(
    ("slug", "category", "reason"),
    [
        ("ila-england-2000", "0611", "because this course is on the scheme's list"),
        ("ila-england-2000", "0715", "because this course is not on the scheme's list"),
        ("ila-wales-2003", "0715", "as it does for everybody in the scheme"),
    ],
)
def test_a_band_without_benefits_says_why_too(slug, category, reason):
    assert share(slug=slug, category=category).lines[1].reason == reason


def test_each_limit_that_binds_is_a_line():
    answer = share(slug="ila-england-2000", category="0611", price=400_00, used={"other_courses": 20_00}, purse=90_00)
    assert [(line.code, line.amount_minor) for line in answer.lines] == [
        ("price", 400_00), ("rate", 320_00), ("cap", 200_00), ("ceiling", 180_00), ("purse", 90_00),
        ("from_purse", 90_00), ("own", 310_00),
    ]  # fmt: skip


def test_the_least_that_everybody_pays_is_the_price_where_that_is_less():
    answer = share(8_00, benefits=["income_support"], changed={"price": {"minimum_own_minor": 10_00}})
    assert (answer.from_purse_minor, answer.own_minor) == (0, 8_00)
    assert [(line.code, line.amount_minor) for line in answer.lines][-3] == ("minimum_own", 8_00)


def test_a_negative_price_is_a_mistake_in_code():
    with pytest.raises(ValueError, match="not negative"):
        share(price=-1)


@pytest.mark.parametrize(
    ("part", "values", "field"),
    [
        ("who", {"residence": ["mars"]}, "who.residence"),
        ("who", {"residence": ["wales", "wales"]}, "who.residence"),
        ("who", {"employment": [""]}, "who.employment"),
        ("who", {"qualification_level_at_most": 9}, "who.qualification_level_at_most"),
        ("award", {"amount_minor": 10**30}, "awards[0].amount_minor"),
        ("award", {"purse_days": 10**9}, "awards[0].purse_days"),
        ("award", {"year_from": "first_use"}, "awards[0].unused_days"),
        ("award", {"unused_days": 30}, "awards[0].unused_days"),
        ("award", {"period": "calendar_year", "year_from": "first_use", "unused_days": 30}, "awards[0].year_from"),
        ("price", {"annual_ceiling_minor": 150_00}, "price.bands[0].cap_minor"),
        ("adviser", {"policy": "structured"}, "adviser.structured_above_minor"),
    ],
)
def test_rules_that_contradict_themselves_are_refused_and_the_field_named(part, values, field):
    with pytest.raises(RulesInvalid) as refused:
        parse(rules(**{part: values}))
    assert refused.value.field == field


def test_a_band_that_never_counts_is_refused():
    data = rules()
    data["price"]["bands"].reverse()
    with pytest.raises(RulesInvalid) as refused:
        parse(data)
    assert refused.value.field == "price.bands[1]"


money = st.integers(0, 400_00)


@given(
    price=st.integers(0, 5_000_00),
    more=money,
    used=st.fixed_dictionaries({"listed_it_and_maths": money, "other_courses": money}),
    purse=money,
    category=st.sampled_from(["0611", "0541", "0715", ""]),
    least=money,
)
def test_no_ceiling_is_ever_passed_and_the_parts_make_the_price(price, more, used, purse, category, least):
    england = parse(rules("ila-england-2000", price={"minimum_own_minor": least}))

    def of(amount):
        return split(
            price_minor=amount, category=category, learner=Circumstances(), rules=england, used_minor=used,
            contents=[in_purse(purse)], on=DAY,
        )  # fmt: skip

    low, high = of(price), of(price + more)
    band = next(band for band in england.price.bands if band.code == low.band)
    assert low.from_purse_minor + low.own_minor == price
    assert 0 <= low.from_purse_minor <= min(price * band.rate_percent // 100, purse)
    assert low.from_purse_minor <= max(0, band.cap_minor - used[band.code])
    assert low.from_purse_minor <= max(0, 200_00 - sum(used.values()))
    assert low.own_minor >= min(least, price)
    assert high.from_purse_minor >= low.from_purse_minor
    assert high.own_minor >= low.own_minor

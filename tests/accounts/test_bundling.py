"""What comes with a course: from which money it is paid, how that is said, and sums that are always exact."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.bundling import bundle
from accounts.circumstances import Circumstances
from accounts.entitling import NEVER
from accounts.pricing import Extra, Split, split
from accounts.rules import parse
from accounts.scheme_files import preset
from tests.factories.accounts import in_purse

DAY = dt.date(2026, 11, 23)
WALES = parse(preset("ila-wales-2003")["rules"])
EXAM = Extra("e", "exam", "Certificate", 40_00)
BUS = Extra("b", "travel", "Bus pass", 30_00)


def split_of(*extras, contents, price=120_00, category="0611", used=None) -> Split:
    course = split(
        price_minor=price,
        category=category,
        learner=Circumstances(),
        rules=WALES,
        contents=contents,
        used_minor=used or {},
        on=DAY,
    )
    return bundle(course, extras, contents=contents, category=category)


def amounts(answer):
    return (answer.price_minor, answer.from_purse_minor, answer.own_minor)


def test_without_anything_with_it_the_split_is_that_of_the_course():
    alone = split_of(contents=[in_purse(200_00)])
    assert (amounts(alone), alone.extras, alone.course_minor) == ((120_00, 60_00, 60_00), (), 120_00)
    assert alone.from_earmarks == {"": 60_00}


def test_an_exam_is_paid_from_the_purse_for_exams_and_the_course_by_its_band():
    answer = split_of(EXAM, contents=[in_purse(200_00), in_purse(100_00, purse="x", earmark="exam")])
    assert amounts(answer) == (160_00, 100_00, 60_00)
    assert (answer.course_minor, answer.from_earmarks) == (120_00, {"": 60_00, "exam": 40_00})
    assert [extra.from_purse_minor for extra in answer.extras] == [40_00]


def test_general_and_tuition_purses_and_those_for_something_else_pay_nothing_of_it():
    others = [
        in_purse(200_00),
        in_purse(100_00, purse="t", earmark="tuition"),
        in_purse(100_00, purse="b", earmark="travel"),
        in_purse(100_00, purse="c", earmark="exam", categories=("0411",)),
        in_purse(100_00, purse="d", earmark="exam", courses_left=0),
    ]
    answer = split_of(EXAM, contents=others)
    assert amounts(answer) == (160_00, 60_00, 100_00)
    assert answer.from_earmarks == {"": 60_00, "exam": 0}


def test_what_its_purses_cannot_pay_of_it_is_the_learners_own():
    answer = split_of(EXAM, contents=[in_purse(200_00), in_purse(15_00, purse="x", earmark="exam")])
    assert (amounts(answer), answer.extras[0].own_minor) == ((160_00, 75_00, 85_00), 25_00)


def test_two_exams_share_what_there_is_in_their_order():
    second = Extra("f", "exam", "Oral", 20_00)
    answer = split_of(EXAM, second, contents=[in_purse(200_00), in_purse(50_00, purse="x", earmark="exam")])
    assert [extra.from_purse_minor for extra in answer.extras] == [40_00, 10_00]
    assert answer.from_earmarks == {"": 60_00, "exam": 50_00}


def test_where_the_scheme_pays_nothing_of_the_course_its_exam_may_still_be_paid():
    answer = split_of(EXAM, contents=[in_purse(100_00, purse="x", earmark="exam")])
    assert amounts(answer) == (160_00, 40_00, 120_00)


def test_each_line_says_what_it_is_and_where_it_comes_from():
    soon, later = dt.date(2026, 12, 31), dt.date(2027, 6, 30)
    answer = split_of(
        EXAM,
        BUS,
        Extra("l", "equipment", "Laptop", 100_00),
        Extra("c", "childcare", "Nursery", 50_00),
        contents=[
            in_purse(200_00),
            in_purse(15_00, purse="x", earmark="exam", expires_on=later),
            in_purse(5_00, purse="y", earmark="exam", expires_on=soon, sponsored=True, kind=""),
            in_purse(30_00, purse="z", earmark="travel", expires_on=NEVER),
            in_purse(60_00, purse="q", earmark="equipment", expires_on=soon),
        ],
    )
    said = [(line.sentence, line.amount_minor) for line in answer.lines]
    assert said[-15:] == [
        ("From your account for the course", 60_00),
        ("With it: Certificate", 40_00),
        ("From what your sponsor put in for exams, until 31 December 2026", 5_00),
        ("From your purse for exams, until 30 June 2027", 15_00),
        ("What is left of it, you pay yourself", 20_00),
        ("With it: Bus pass", 30_00),
        ("From your purse for travel that does not expire", 30_00),
        ("With it: Laptop", 100_00),
        ("From your purse for equipment, until 31 December 2026", 60_00),
        ("What is left of it, you pay yourself", 40_00),
        ("With it: Nursery", 50_00),
        ("You have no money set apart for childcare, so you pay it yourself", 50_00),
        ("All of it together", 340_00),
        ("From your account", 170_00),
        ("You pay, by card", 170_00),
    ]


@pytest.mark.parametrize("price", [0, -1])
def test_what_comes_with_a_course_has_a_price(price):
    with pytest.raises(ValueError, match="has a price"):
        split_of(Extra("e", "exam", "Certificate", price), contents=[in_purse(200_00)])


earmarks = st.sampled_from(["exam", "travel", "childcare", "equipment"])
purses = st.builds(
    lambda number, earmark, left, days, sponsored, courses: in_purse(
        left,
        purse=f"{number}",
        earmark=earmark,
        sponsored=sponsored,
        kind="" if sponsored else "core",
        courses_left=courses,
        expires_on=DAY + dt.timedelta(days=days),
    ),
    st.integers(0, 10**9),
    st.sampled_from(["", "tuition", "exam", "travel", "childcare", "equipment"]),
    st.integers(0, 500_00),
    st.integers(0, 400),
    st.booleans(),
    st.sampled_from([None, 0, 1]),
)


@given(
    price=st.integers(1, 900_00),
    extras=st.lists(st.tuples(earmarks, st.integers(1, 300_00)), max_size=6),
    contents=st.lists(purses, max_size=7, unique_by=lambda one: one.purse),
    used=st.integers(0, 200_00),
)
def test_sums_are_exact_nothing_is_negative_and_no_earmark_gives_more_than_its_purses_hold(
    price, extras, contents, used
):
    wanted = [Extra(number, earmark, f"{number}", cost) for number, (earmark, cost) in enumerate(extras)]
    answer = split_of(*wanted, contents=contents, price=price, used={"everybody": used})
    assert answer.price_minor == price + sum(cost for _earmark, cost in extras)
    assert answer.price_minor == answer.from_purse_minor + answer.own_minor
    assert answer.course_minor == price
    assert min([answer.own_minor, answer.from_purse_minor, *(line.amount_minor for line in answer.lines)]) >= 0
    assert sum(answer.from_earmarks.values()) == answer.from_purse_minor
    for earmark, wanted_minor in answer.from_earmarks.items():
        kinds = (earmark,) if earmark else ("", "tuition")
        held = sum(one.left_minor for one in contents if one.earmark in kinds and one.courses_left != 0)
        assert 0 <= wanted_minor <= held
    course_alone = split_of(contents=contents, price=price, used={"everybody": used})
    assert answer.from_earmarks[""] == course_alone.from_purse_minor
    shown = {code: [line.amount_minor for line in answer.lines if line.code == code] for code in ("extra", "total")}
    assert sum(shown["extra"]) + price == (shown["total"] or [price])[0]


@given(st.lists(st.tuples(earmarks, st.integers(1, 300_00)), min_size=1, max_size=6), st.lists(purses, max_size=7))
def test_the_lines_of_each_extra_make_its_price(extras, contents):
    wanted = [Extra(number, earmark, f"{number}", cost) for number, (earmark, cost) in enumerate(extras)]
    by_purse = {one.purse: one for one in contents}
    lines = list(split_of(*wanted, contents=list(by_purse.values())).lines)
    start = next(place for place, line in enumerate(lines) if line.code == "extra")
    end = next(place for place, line in enumerate(lines) if line.code == "total")
    told: list[list[int]] = []
    for line in lines[start:end]:
        if line.code == "extra":
            told.append([line.amount_minor, 0])
        else:
            told[-1][1] += line.amount_minor
    assert all(cost == paid for cost, paid in told)
    assert len(told) == len(extras)

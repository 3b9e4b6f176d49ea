"""Occupations of ISCO-08, as the classification has them and as people name them."""

from __future__ import annotations

from collections import Counter

import pytest

from brokerage.careers import errors
from brokerage.careers.occupations import groups_of, meant_by, occupations, titles


def test_the_list_is_all_of_isco_08_and_every_group_is_in_a_wider_one() -> None:
    assert Counter(map(len, titles())) == {1: 10, 2: 43, 3: 130, 4: 436}
    assert all(set(groups_of(code)) <= set(titles()) for code in titles())
    assert len(set(occupations())) == 436
    assert titles()["3313"] == "Accounting associate professionals"
    assert groups_of("3313") == ("3313", "331", "33", "3")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3313", "3313"),
        (" 3313  Accounting associate professionals ", "3313"),
        ("accounting ASSOCIATE", "3313"),
        ("bookkeeping", "4311"),
        ("cook", "5120"),
        ("software developer", "2512"),
        ("Ships\N{RIGHT SINGLE QUOTATION MARK} engineers", "3151"),
        ("0110", "0110"),
    ],
)
def test_one_is_found_by_its_code_its_title_or_words_of_it(typed: str, code: str) -> None:
    assert meant_by(typed) == code


@pytest.mark.parametrize("typed", ["9999", "plwmwr", "=HYPERLINK(1)", "٣٣١٣", "<img>", "3313 Bakers"])
def test_what_is_not_in_the_list_is_refused(typed: str) -> None:
    with pytest.raises(errors.OccupationUnknown):
        meant_by(typed)


def test_what_could_be_several_is_refused_with_some_of_them() -> None:
    with pytest.raises(errors.OccupationUnclear) as refused:
        meant_by("331")
    assert refused.value.field == "occupation"
    assert "3311 Securities and finance dealers and brokers; 3312 Credit" in str(refused.value)
    with pytest.raises(errors.OccupationUnclear):
        meant_by("driver")


@pytest.mark.parametrize(
    ("typed", "near"), [("bookkeeper", "4311 Accounting and bookkeeping"), ("nurse", "2221 Nursing professionals")]
)
def test_an_everyday_word_leads_to_what_it_could_be_and_is_taken_for_nothing(typed: str, near: str) -> None:
    with pytest.raises(errors.OccupationUnclear) as refused:
        meant_by(typed)
    assert near in refused.value.facts["named"]

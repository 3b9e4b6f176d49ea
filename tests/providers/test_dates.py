from datetime import date

import pytest

from providers.feeds.dates import last_day, read_date, years_later


@pytest.mark.parametrize(
    "words",
    [
        "2012-09-03",
        "2012-09-03T00:00:00",
        "2012-09-03T00:00:00Z",
        "2012-09-03T00:00:00.000+01:00",
        " 2012-09-03\N{NO-BREAK SPACE}",
        "03/09/2012",
        "3.9.2012",
        "3 September 2012",
        "3rd Sept 2012",
        "Monday 3 September 2012",
        "Mon, 3 Sep. 2012",
    ],
)
def test_a_day_is_read_however_it_is_written(words):
    assert read_date(words) == date(2012, 9, 3)


@pytest.mark.parametrize(
    "words",
    [
        None,
        "",
        "September 2012",
        "2012-09",
        "TBC",
        "2012-02-30",
        "31/02/2012",
        "0001-01-01",
        "9999-12-31",
        "3 Septic 2012",
    ],
)
def test_words_that_name_no_one_day_are_no_date(words):
    assert read_date(words) is None


@pytest.mark.parametrize(
    ("interval", "day"),
    [
        ("P1Y", date(2013, 9, 2)),
        ("P10W", date(2012, 11, 11)),
        ("P1D", date(2012, 9, 3)),
        ("P1M", date(2012, 10, 2)),
        ("P1Y6M", date(2014, 3, 2)),
        ("PT20H", None),
        ("a year", None),
        ("", None),
    ],
)
def test_a_duration_has_a_last_day(interval, day):
    assert last_day(date(2012, 9, 3), interval) == day


def test_the_29th_of_february_becomes_the_28th_in_a_year_without_one():
    assert years_later(date(2012, 2, 29), 14) == date(2026, 2, 28)
    assert years_later(date(2012, 2, 29), 16) == date(2028, 2, 29)

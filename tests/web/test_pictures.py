"""Pictures of what came of trying rules out: as high as what they show, and said again in words and a table."""

import itertools

import pytest
from django.template.loader import render_to_string
from lxml import html

from accounts.rules import parse
from accounts.scheme_files import preset
from accounts.simulating import run
from web import pictures

RULES = parse(preset("ila-wales-2003")["rules"])


@pytest.fixture(scope="module")
def report():
    return run(RULES, learners=2_000, months=12)


def drawn(picture):
    return html.fromstring(render_to_string("components/columns.html", {"picture": picture}))


def test_the_highest_column_is_as_high_as_the_picture_and_the_others_in_proportion(report):
    picture = pictures.spend_by_month(report)
    values = [*report.issued_by_month, *(month.redeemed_minor for month in report.by_month)]
    assert max(column.height for column in picture.columns) == pictures.HEIGHT
    assert [column.height for column in picture.columns] == [pictures.HEIGHT * value // max(values) for value in values]
    assert all(column.y + column.height == pictures.TOP + pictures.HEIGHT for column in picture.columns)


def test_a_picture_has_a_title_a_text_and_a_table_and_no_style(report):
    page = drawn(pictures.reached(report))
    [svg] = page.xpath(".//svg[@role='img']")
    assert svg.get("aria-labelledby") == "reached-title reached-says"
    assert svg.xpath("string(title)") == "Who is reached"
    assert "Three things in the way: " in svg.xpath("string(desc)")
    assert len(page.xpath(".//tbody/tr")) == 4
    assert not page.xpath(".//@style")


def test_no_word_under_the_columns_runs_into_the_next_or_out_of_the_picture():
    for months in (7, 12, 13, 24, 25, 120):
        labels = pictures.spend_by_month(run(RULES, learners=10, months=months)).labels
        places = [label.x for label in labels] + [pictures.WIDTH]
        assert len(labels) <= 6
        assert all(after - before >= 140 for before, after in itertools.pairwise(places))


def test_of_those_entitled_and_of_those_who_bought_a_hundred_are_shown(report):
    rows = pictures.reached(report).rows
    for column in (1, 2):
        assert sum(int(row[column].split()[0]) for row in rows) == pytest.approx(100, abs=2)


def test_two_versions_stand_side_by_side_month_for_month(report):
    other = run(RULES, learners=2_000, months=12, budget_minor=0)
    picture = pictures.spend_side_by_side(report, other, ("Now", "From April"))
    assert picture.heads == ("Month", "Now", "From April")
    assert [row[2] for row in picture.rows] == ["£0.00"] * 12
    assert picture.says.endswith("From April: £0.00.")


def test_versions_over_different_months_have_no_common_picture(report):
    with pytest.raises(ValueError):
        pictures.spend_side_by_side(report, run(RULES, learners=10, months=3), ("Now", "From April"))


def test_nothing_spent_is_a_picture_without_height():
    picture = pictures.spend_by_month(run(RULES, learners=10, budget_minor=0))
    assert {column.height for column in picture.columns} == {0}
    assert drawn(picture).xpath("count(.//tbody/tr)") == 24

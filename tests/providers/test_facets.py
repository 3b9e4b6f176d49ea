"""Facets: by what a search can be narrowed, with how many courses each choice leaves."""

from datetime import timedelta

import pytest

from ledger import today
from providers import facets
from providers.search import Filters, find
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, VenueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    """Four courses of two colleges, one of them with two runs."""
    one, other = ProviderFactory(name="Coleg y Foryd"), ProviderFactory(name="Gwenfro Skills Centre")

    def teach(provider, title, *, course=None, **run):
        made = CourseFactory(provider=provider, title=title, **course or {})
        CourseRunFactory(course=made, **run)
        return made

    foryd, gwenfro = VenueFactory(town="Foryd"), VenueFactory(town="Gwenfro")
    welding = teach(one, "Welding", course={"category": "0715", "level": 2}, venue=foryd, pattern="evening")
    CourseRunFactory(course=welding, venue=gwenfro, pattern="weekend", starts_on=today() + timedelta(days=100))
    teach(one, "Plumbing", course={"category": "0732", "level": 2}, venue=foryd, pattern="evening")
    teach(other, "Bookkeeping", course={"category": "0411", "level": 3}, mode="online", pattern="")
    late = {"starts_on": today() + timedelta(days=200), "price_minor": 900_00}
    teach(other, "Accounting", course={"category": "0411", "level": None}, venue=gwenfro, pattern="weekend", **late)


def counts(name, query="", **filters):
    choices = find(query, Filters(**filters), today()).facets[name]
    return {choice.label or choice.value: choice.courses for choice in choices}


def test_each_choice_says_how_many_courses_and_not_runs_it_leaves(catalogue):
    assert counts("category") == {"07": 2, "04": 2}
    assert counts("level") == {"2": 2, "3": 1}
    assert counts("mode") == {"classroom": 3, "online": 1}
    assert counts("pattern") == {"evening": 2, "weekend": 2}
    assert counts("town") == {"Foryd": 2, "Gwenfro": 2}
    assert counts("provider") == {"Coleg y Foryd": 2, "Gwenfro Skills Centre": 2}
    assert counts("starts_within") == {"91": 3, "182": 3}


def test_a_facet_counts_with_all_the_others_applied_and_not_itself(catalogue):
    assert counts("pattern", pattern="evening") == {"evening": 2, "weekend": 2}
    assert counts("town", pattern="evening") == {"Foryd": 2}
    assert counts("pattern", town="gwenfro") == {"weekend": 2}
    assert counts("level", pattern="weekend", town="Gwenfro") == {"2": 1}
    # Nothing is taught in Foryd at weekends: each says what would be left if the other went.
    assert counts("pattern", pattern="weekend", town="Foryd") == {"evening": 2}
    assert counts("town", pattern="weekend", town="Foryd") == {"Gwenfro": 2}
    assert counts("level", pattern="weekend", town="Foryd") == {}


def test_words_and_prices_and_days_narrow_all_of_them(catalogue):
    assert counts("category", "accounting") == {"04": 1}
    assert counts("mode", max_price_minor=500_00) == {"classroom": 2, "online": 1}
    assert counts("mode", starts_from=today() + timedelta(days=90)) == {"classroom": 2}
    assert counts("starts_within", starts_within=91) == {"91": 3, "182": 3}
    assert counts("mode", starts_within=91) == {"classroom": 2, "online": 1}


def test_a_choice_finds_as_many_courses_as_it_said(catalogue):
    for chosen in ({}, {"pattern": "weekend"}, {"level": 2}, {"category": "04"}):
        found = find("", Filters(**chosen), today())
        for name in ("category", "mode", "pattern", "town"):
            for choice in found.facets[name]:
                assert find("", Filters(**chosen | {name: choice.value}), today()).total == choice.courses


def test_counts_of_more_than_can_be_looked_at_are_the_least_and_say_so(catalogue, monkeypatch):
    assert find("", Filters(), today()).counted
    monkeypatch.setattr(facets, "COUNTED", 3)
    found = find("", Filters(), today())
    assert not found.counted
    assert found.total == 4
    assert all(choice.courses <= 2 for choice in found.facets["town"])


def test_a_provider_is_chosen_by_its_id(catalogue):
    [foryd] = [each for each in find("", Filters(), today()).facets["provider"] if each.label == "Coleg y Foryd"]
    found = find("", Filters(provider=foryd.value), today())
    assert [course.title for course in found.courses] == ["Welding", "Plumbing"]

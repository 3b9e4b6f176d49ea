"""The catalogues: whole in each language, and what is wrong with one is named."""

import pytest
from babel.messages import Catalog
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from config import catalogues, locales, money


@pytest.mark.parametrize("language", sorted(catalogues.PLURALS))
def test_every_message_is_translated(language):
    assert list(catalogues.lacking(language)) == []


def test_every_language_but_english_has_a_catalogue():
    assert {code for code, _name in settings.LANGUAGES} == {"en-gb", *catalogues.PLURALS}


@pytest.mark.parametrize(
    ("said", "flags", "why"),
    [
        (None, (), "it is missing"),
        ("", (), "it is not translated"),
        ("Il y a {n}", ("fuzzy",), "it is marked as fuzzy"),
        ("Il y a {m}", (), "its placeholders differ"),
        ("Il y a", (), "its placeholders differ"),
        ("Il y a {n}", (), None),
    ],
)
def test_what_is_wrong_with_a_message_is_named(monkeypatch, said, flags, why):
    source, found = Catalog(), Catalog(locale="fr")
    source.add("There is {n}")
    if said is not None:
        found.add("There is {n}", said, flags=flags)
    monkeypatch.setattr(catalogues, "in_catalogue", lambda language: found)
    assert list(catalogues.lacking("fr", source)) == ([f"fr: 'There is {{n}}': {why}"] if why else [])


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en-gb", ["1 day", "2 days", "5 days"]),
        ("cy", ["1 diwrnod", "2 ddiwrnod", "5 diwrnod"]),
        ("fr", ["1 jour", "2 jours", "5 jours"]),
    ],
)
def test_each_language_counts_in_its_own_way(language, counted):
    with translation.override(language):
        assert [ngettext("{days} day", "{days} days", n).format(days=n) for n in (1, 2, 5)] == counted


@pytest.mark.parametrize(
    ("language", "currency", "whole", "broken"),
    [
        ("en-gb", "GBP", "£8,000", "£103.20"),
        ("en-gb", "JPY", "JP¥800,000", "JP¥10,320"),
        ("cy", "GBP", "£8,000", "£103.20"),
        ("fr", "EUR", "8\u202f000\xa0€", "103,20\xa0€"),
    ],
)
def test_a_whole_amount_in_a_sentence_is_written_without_its_zeros(language, currency, whole, broken):
    with translation.override(language):
        assert money.in_a_sentence(8_000_00, currency) == whole
        assert money.in_a_sentence(103_20, currency) == broken


@pytest.mark.parametrize(
    ("language", "percent", "number"),
    [("en-gb", "80%", "10,000"), ("cy", "80%", "10,000"), ("fr", "80\xa0%", "10\u202f000")],
)
def test_numbers_are_written_as_the_reader_does(language, percent, number):
    with translation.override(language):
        assert (locales.percent(80), locales.number(10_000)) == (percent, number)

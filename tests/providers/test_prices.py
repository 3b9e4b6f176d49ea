import pytest

from providers.feeds.prices import read_price
from providers.listings import Price


@pytest.mark.parametrize(
    ("words", "pence"),
    [
        ("84.0000", 84_00),
        ("84", 84_00),
        ("£84", 84_00),
        ("£84.5", 84_50),
        ("£1,234.50", 1_234_50),
        ("£\N{NO-BREAK SPACE}84.00", 84_00),
        ("84.00 GBP", 84_00),
        ("GBP 84.00", 84_00),
        ("0.01", 1),
    ],
)
def test_a_single_amount_is_a_price_in_pence(words, pence):
    assert read_price(words) == Price.of(pence)
    assert read_price(words).pricing == "priced"


@pytest.mark.parametrize("words", ["0", "0.0000", "£0.00", "Free", "free of charge."])
def test_an_amount_of_nothing_is_free(words):
    price = read_price(words)
    assert (price.pricing, price.price_minor) == ("free", 0)


@pytest.mark.parametrize(
    "words",
    [
        "UK Fees: 16-18 exempt, 19+ to be advised",
        "From £84",
        "£84 (concessions £42)",
        "free for under 19s",
        "84.005",
        "-5",
        "€£84",
        "84 XYZ",
        "1e5",
        "84,50",
        "1,23",
        "99999999999",
        "999999999",
        "٨٤",
    ],
)
def test_words_that_are_no_single_amount_of_pounds_are_a_price_on_request_and_are_kept(words):
    assert read_price(words) == Price.on_request(words)


@pytest.mark.parametrize("words", [None, "", "  ", "\N{NO-BREAK SPACE}"])
def test_silence_is_a_price_on_request_and_never_free(words):
    price = read_price(words)
    assert (price.pricing, price.price_minor, price.note) == ("on_request", None, "")


@pytest.mark.parametrize(
    ("words", "cents"),
    [
        ("€84", 84_00),
        ("84 €", 84_00),
        ("84,50 EUR", 84_50),
        ("1 234,50 €", 1_234_50),
        ("1.234,50 €", 1_234_50),
        ("1,234.50 EUR", 1_234_50),
        ("84.0000 euros", 84_00),
        ("1\N{NO-BREAK SPACE}234 € TTC", 1_234_00),
    ],
)
def test_euros_are_read_as_europe_writes_them(words, cents):
    assert read_price(words) == Price.of(cents, "EUR")


@pytest.mark.parametrize("words", ["1.234 €", "1,234 €", "nous consulter", "€1 200 HT", "12 € l'heure"])
def test_a_point_that_may_stand_for_thousands_or_for_cents_is_never_guessed(words):
    price = read_price(words, "EUR")
    assert (price.pricing, price.price_minor, price.note, price.currency) == ("on_request", None, words, "EUR")


def test_a_currency_has_as_many_decimals_as_it_has():
    assert read_price("1200 JPY") == Price.of(1200, "JPY")
    assert read_price("1200.50 JPY") == Price.on_request("1200.50 JPY", "JPY")

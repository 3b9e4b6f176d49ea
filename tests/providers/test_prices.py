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
        "€84",
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

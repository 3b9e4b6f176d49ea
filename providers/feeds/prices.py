"""What a feed says something costs: a price, nothing, or words that are no price."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import get_currency_precision, is_currency

from providers.feeds.plain_text import one_line
from providers.listings import Price

MOST_MINOR = 100_000_000
_SIGNS = {"£": "GBP", "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "POUNDS": "GBP"}
_MARK = r"£|€|euros?|pounds|gbp|eur|(?-i:[A-Z]{3})"
_AMOUNT = re.compile(rf"(?P<before>{_MARK})? ?(?P<number>[0-9][0-9., ]*?) ?(?P<after>{_MARK})?", re.IGNORECASE)
# Thousands in commas, and a point before the pence; zeros after them are as a spreadsheet writes them.
_POINTED = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(?P<part>\d{1,2})0*)?", re.ASCII)
# As most of Europe writes it: thousands in spaces or points, and a comma or a point before the cents.
_CONTINENTAL = re.compile(
    r"(?P<whole>\d{1,3}(?: \d{3})+|\d{1,9})(?:[,.](?P<part>\d\d(?:00)?|\d))?"
    r"|(?P<pointed>\d{1,3}(?:\.\d{3})+)(?:,(?P<cents>\d\d?))|(?P<commas>\d{1,3}(?:,\d{3})+)(?:\.(?P<pence>\d\d?))",
    re.ASCII,
)
_NOTHING = frozenset({"free", "free of charge", "no charge", "no cost", "nil", "gratuit", "gratuite"})
_TAXED = re.compile(r" ?\bTTC$", re.IGNORECASE)


def read_price(text: str | None, currency: str = "GBP") -> Price:
    """The price in minor units that these words are, of the currency they name or else of that one.

    Only words that are a single amount and no more are a price; an amount of nothing is free. Everything else,
    also silence, is a price on request, with the words kept: a price is never guessed, never from the first
    number in a sentence, and never from a point that may stand for thousands or for cents.
    """
    words = one_line(text or "")
    if words.casefold().rstrip(".") in _NOTHING:
        return Price.of(0, currency)
    found = _AMOUNT.fullmatch(_TAXED.sub("", words))
    marks = found.group("before", "after") if found else ()
    named = {_SIGNS.get(mark.upper(), mark.upper()) for mark in marks if mark}
    if found is None or len(named) > 1 or not all(map(is_currency, named)):
        return Price.on_request(words, currency)
    currency = next(iter(named), currency)
    number = _pointed(found["number"]) if currency == "GBP" else _continental(found["number"])
    price = None if number is None else price_of(number, currency)
    return price or Price.on_request(words, currency)


def price_of(amount: Decimal, currency: str) -> Price | None:
    """The price of so many units of a currency; None for one that is below nothing, too much, or finer than coins."""
    if not amount.is_finite() or not 0 <= amount.adjusted() + 30 <= 60:
        return None
    minor = amount.scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value() or not 0 <= minor <= MOST_MINOR:
        return None
    return Price.of(int(minor), currency)


def _pointed(number: str) -> Decimal | None:
    found = _POINTED.fullmatch(number)
    return found and Decimal(f"{found['whole'].replace(',', '')}.{found['part'] or 0}")


def _continental(number: str) -> Decimal | None:
    found = _CONTINENTAL.fullmatch(number)
    if found is None:
        return None
    whole = found["whole"] or found["pointed"] or found["commas"]
    part = found["part"] or found["cents"] or found["pence"] or "0"
    return Decimal(f"{re.sub('[ .,]', '', whole)}.{part}")

"""What a feed says something costs: a price, nothing, or words that are no price."""

from __future__ import annotations

import re

from providers.feeds.plain_text import one_line
from providers.listings import Price

MOST_MINOR = 100_000_000
_POUNDS = re.compile(
    r"(?:£|GBP)? ?(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(?P<part>\d{1,2})0*)? ?(?:GBP)?", re.IGNORECASE | re.ASCII
)
_NOTHING = frozenset({"free", "free of charge", "no charge", "no cost", "nil"})


def read_price(text: str | None) -> Price:
    """The price in pence that these words are.

    Only words that are a single amount and no more are a price; an amount of nothing is free. Everything else,
    also silence, is a price on request, with the words kept: a price is never guessed, and never from the first
    number in a sentence.
    """
    words = one_line(text or "")
    if words.casefold().rstrip(".") in _NOTHING:
        return Price.of(0)
    match = _POUNDS.fullmatch(words)
    if match is None:
        return Price.on_request(words)
    price_minor = int(match["whole"].replace(",", "")) * 100 + int((match["part"] or "").ljust(2, "0"))
    return Price.of(price_minor) if price_minor <= MOST_MINOR else Price.on_request(words)

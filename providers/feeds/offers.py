"""What a run costs and what can be had with it, from the Offers of schema.org."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import is_currency

from providers.feeds.prices import price_of, read_price
from providers.feeds.schema_org_nodes import Node
from providers.listings import ExtraListing, Price


def read_offers(offers: Sequence[Node], *, free: bool) -> Price:
    """The price that all the offers name; one on request, with their words, where they name several or none."""
    prices = list(dict.fromkeys(map(_price, offers)))
    if len(prices) == 1:
        return prices[0]
    if not prices:
        return Price.of(0) if free else Price.on_request()
    told = (" ".join((offer.text("price"), offer.text("priceCurrency"))).strip() for offer in offers)
    return Price.on_request(", ".join(filter(None, told)), prices[0].currency)


def read_extras(offers: Sequence[Node]) -> tuple[ExtraListing, ...]:
    """The offers that can be had only with these, by the earmark that their category names."""
    return tuple(
        ExtraListing(extra.text("category"), extra.text("name"), _price(extra).price_minor or 0)
        for offer in offers
        for extra in offer.nodes("addOn")
    )


def _price(offer: Node) -> Price:
    currency = offer.text("priceCurrency").upper() or "GBP"
    words = offer.text("price")
    if not is_currency(currency):
        return Price.on_request(f"{words} {currency}".strip())
    if not words:
        is_free = offer.text("category").casefold() == "free"
        return Price.of(0, currency) if is_free else Price.on_request(offer.text("description"), currency)
    # A point is always a decimal point here: schema.org says so.
    if re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,10})?", words):
        return price_of(Decimal(words), currency) or Price.on_request(words, currency)
    return read_price(words, currency)

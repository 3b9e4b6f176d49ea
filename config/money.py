"""Money in words: an amount of minor units as the reader writes it."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision

from config import locales


def major(amount_minor: int, currency: str) -> Decimal:
    """1250 in GBP is 12.50, in JPY 1250, in BHD 1.250."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency))


def minor(amount: Decimal, currency: str) -> int:
    """12.50 in GBP is 1250; a fraction of a minor unit is left out."""
    return int(amount.scaleb(get_currency_precision(currency)))


def in_words(amount_minor: int, currency: str) -> str:
    """16000 in GBP is £160.00, in the language that is being read."""
    return str(format_currency(major(amount_minor, currency), currency, locale=locales.of_reader()))


def in_a_sentence(amount_minor: int, currency: str) -> str:
    """16000 in GBP is £160, and 16050 is £160.50: a whole amount is written without its zeros."""
    amount = major(amount_minor, currency)
    if amount != amount.to_integral_value():
        return in_words(amount_minor, currency)
    locale = Locale.parse(locales.of_reader())
    pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False))

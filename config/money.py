"""Money in words: an amount of minor units as the reader writes it."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings
from django.utils.translation import get_language, to_locale


def major(amount_minor: int, currency: str) -> Decimal:
    """1250 in GBP is 12.50, in JPY 1250, in BHD 1.250."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency))


def minor(amount: Decimal, currency: str) -> int:
    """12.50 in GBP is 1250; a fraction of a minor unit is left out."""
    return int(amount.scaleb(get_currency_precision(currency)))


def in_words(amount_minor: int, currency: str) -> str:
    """16000 in GBP is £160.00, in the language that is being read."""
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    return str(format_currency(major(amount_minor, currency), currency, locale=locale))

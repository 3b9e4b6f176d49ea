"""Numbers that identify an organisation or its bank account: read as people write them, kept in one form, and checked
by their own check digits."""

from __future__ import annotations

from collections.abc import Callable

from stdnum import bic, iban
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siret
from stdnum.gb import vat as gb_vat

from providers.feeds.plain_text import one_line
from providers.ukprn import is_ukprn


def read_ukprn(text: str) -> str | None:
    """A UKPRN, or None where this is none. It has no check digit."""
    number = one_line(text).replace(" ", "")
    return number if is_ukprn(number) else None


def read_siret(text: str) -> str | None:
    """The SIRET of a French establishment, fourteen digits with a check digit; None where it is wrong."""
    return _read(siret.validate, text)


def read_vat(text: str) -> str | None:
    """A VAT number of the United Kingdom or a country of the European Union, with the letters of its country.

    None where its check digits are wrong, or no country is given. Whether it is in use is another question.
    """
    number = one_line(text).upper()
    if not number.startswith("GB"):
        return _read(eu_vat.validate, number)
    digits = _read(gb_vat.validate, number)
    return f"GB{digits}" if digits else None


def read_iban(text: str) -> str | None:
    """An IBAN without its spaces: length and form are those of its country; None where its check digits are wrong."""
    return _read(iban.validate, text)


def read_bic(text: str) -> str | None:
    """A bank's identifier code (ISO 9362) of eight or eleven characters; None where this is none."""
    return _read(bic.validate, text)


def _read(validate: Callable[[str], str], text: str) -> str | None:
    written = one_line(text)
    # Digits of other scripts look the same to Python, and to no bank.
    if not written.isascii():
        return None
    try:
        return str(validate(written))
    except ValidationError:
        return None

"""What an organisation says of itself: its register numbers, whom to ask for, and where it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.refusals import Refusal
from providers import errors
from providers.feeds.plain_text import one_line, web_address
from providers.numbers import read_siret, read_ukprn, read_vat

LONGEST = {
    "contact_name": 200,
    "contact_email": 254,
    "contact_telephone": 40,
    "street": 300,
    "town": 100,
    "postcode": 20,
}
# Regions that are no country, and codes kept for private use.
_NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
COUNTRIES = frozenset(str(code) for code in Locale("en").territories if str(code).isalpha()) - _NO_COUNTRY
_READ = {
    "ukprn": (read_ukprn, errors.UkprnWrong),
    "siret": (read_siret, errors.SiretWrong),
    "vat": (read_vat, errors.VatNumberWrong),
}


@dataclass(frozen=True, slots=True)
class Details:
    """Whom to ask for at an organisation, and where it is. Each may be left out; `country` is two letters."""

    contact_name: str = ""
    contact_email: str = ""
    contact_telephone: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    country: str = ""


def details_of(details: Details) -> dict[str, str] | Refusal:
    """The fields of a provider that these details fill; or `TextTooLong`, `EmailWrong`, `CountryWrong`."""
    fields = {name: one_line(text) for name, text in asdict(details).items()}
    fields["country"] = fields["country"].upper()
    for name, most in LONGEST.items():
        if (characters := len(fields[name])) > most:
            what = name.removeprefix("contact_")
            return errors.TextTooLong(field=name, what=what, characters=characters, most=most)
    if (email := fields["contact_email"]) and not _is_email(email):
        return errors.EmailWrong(field="contact_email", email=email)
    if fields["country"] and fields["country"] not in COUNTRIES:
        return errors.CountryWrong(field="country", country=fields["country"])
    return fields


def numbers_of(**numbers: str) -> dict[str, str] | Refusal:
    """Register numbers in the one form that is kept, "" where there is none; or `UkprnWrong`, `SiretWrong`,
    `VatNumberWrong`. Each of `ukprn`, `siret` and `vat` may be given."""
    fields = {}
    for name, text in numbers.items():
        read, wrong = _READ[name]
        number = read(text) if text.strip() else ""
        if number is None:
            return wrong(field=name, **{name: one_line(text)})
        fields[name] = number
    return fields


def website_of(text: str) -> dict[str, str] | Refusal:
    """The address of a website, or "" for none; or `WebAddressWrong`."""
    website = text.strip()
    if website and not web_address(website):
        return errors.WebAddressWrong(field="website", url=website)
    return {"website": website}


def read_email(text: str) -> str:
    """An e-mail address as it is compared: without spaces, in small letters. Raises EmailWrong."""
    email = one_line(text).lower()
    if not _is_email(email) or len(email) > LONGEST["contact_email"]:
        raise errors.EmailWrong(field="email", email=email)
    return email


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True

"""Places: where an imagined population lives, and what people there typically earn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_currency_precision

from accounts.circumstances import Residence

# What somebody in full-time work typically earns in a year, in whole units of the country's own currency. Rounded by
# Waymark from what national statistics published of employees in 2023, from memory of their orders of magnitude: for
# trying out rules, and not to be quoted. What a typical course costs follows from it, too.
YEARLY_EARNINGS: dict[str, int] = {
    Residence.ENGLAND: 30_000,
    Residence.WALES: 28_000,
    Residence.SCOTLAND: 30_000,
    Residence.NORTHERN_IRELAND: 27_000,
    Residence.FRANCE: 30_000,
    Residence.GERMANY: 42_000,
    Residence.LITHUANIA: 22_000,
    Residence.NETHERLANDS: 40_000,
    Residence.SINGAPORE: 60_000,
    Residence.UNITED_STATES: 58_000,
}
# Of somewhere that Waymark knows nothing about, in whole units of any currency: Waymark's assumption.
EARNINGS_ELSEWHERE = 30_000

# People of the United Kingdom by nation, in a hundred: mid-2022 estimates of the Office for National Statistics,
# rounded. Other places that a scheme names together count alike.
PEOPLE: dict[str, int] = {
    Residence.ENGLAND: 84,
    Residence.SCOTLAND: 8,
    Residence.WALES: 5,
    Residence.NORTHERN_IRELAND: 3,
}
# Where a scheme that asks nobody where they live is taken to be, by its currency.
AT_HOME = {
    "GBP": Residence.ENGLAND,
    "EUR": Residence.FRANCE,
    "SGD": Residence.SINGAPORE,
    "USD": Residence.UNITED_STATES,
}
# Of a hundred who could hear of a scheme, how many live where it is for: Waymark's assumption. The others are told no.
LIVE_THERE = 92


@dataclass(frozen=True, slots=True)
class Place:
    """Where people live, as (residence, how many in a hundred), and what they typically earn and pay.

    `earnings_minor` is a year's in full-time work, in minor units of the scheme's currency.
    """

    residences: tuple[tuple[str, int], ...]
    earnings_minor: int


def place_of(residences: Sequence[str], currency: str) -> Place:
    """Where the population of a scheme lives that is for people in these residences, and pays in this currency."""
    home = tuple(residences) or (AT_HOME.get(currency, Residence.ELSEWHERE),)
    whole = sum(PEOPLE.get(each, 10) for each in home)
    here = [(str(each), PEOPLE.get(each, 10) * LIVE_THERE // whole) for each in home]
    beyond = 100 - sum(share for _residence, share in here)
    others = [each for each in PEOPLE if each not in home] if home[0] in PEOPLE else []
    away = others[0] if others else Residence.ELSEWHERE
    scale = 10 ** get_currency_precision(currency)
    return Place((*here, (str(away), beyond)), YEARLY_EARNINGS.get(home[0], EARNINGS_ELSEWHERE) * scale)

"""A market: the courses of a place, and what the rules make of their prices for one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from accounts.pricing import Split, split
from accounts.rules import Rules
from accounts.simulating.behaviour import Behaviour, Look, Offer, offers_in
from accounts.simulating.holding import Purse, Voucher, reserve
from accounts.simulating.places import Place
from accounts.simulating.population import Person
from accounts.spending import Contents, payable


@dataclass(frozen=True, slots=True)
class Purchase:
    """A course bought: what it costs, and the voucher for it, of which `started_minor` is paid at once."""

    offer: Offer
    split: Split
    voucher: Voucher
    started_minor: int


class Market:
    def __init__(self, rules: Rules, place: Place) -> None:
        self._rules = rules
        self._offers = offers_in(place)
        self._weights = tuple(accumulate(offer.weight for offer in self._offers))
        self._bands = {band.code: band for band in rules.price.bands}
        # Where an adviser is asked first, everybody who buys has talked to one.
        self._everybody_is_advised = rules.adviser.policy != "open"

    def own_percent_of(self, person: Person, behaviour: Behaviour, contents: Sequence[Contents], on: dt.date) -> int:
        """What somebody who holds this would pay themselves of the course they think of, in a hundredth."""
        sought = behaviour.interest * self._weights[-1]
        offer = next(offer for offer, upto in zip(self._offers, self._weights, strict=True) if sought < upto)
        return 100 * self._quote(person, behaviour, offer, contents, {}, on).own_minor // max(1, offer.price_minor)

    def look(self, behaviour: Behaviour) -> Look:
        return behaviour.look(self._offers, self._weights)

    def buy(
        self, person: Person, behaviour: Behaviour, purses: Sequence[Purse], look: Look, month: int, on: dt.date
    ) -> Purchase | None:
        """The first of the courses looked at that the account pays something for and the rest of which they would pay.

        Takes it out of `purses`. None when there is none, or they leave it.
        """
        if not look.buys:
            return None
        alive = [purse for purse in purses if purse.expires_on >= on]
        contents = [purse.contents() for purse in alive]
        used_minor: dict[str, int] = {}
        for purse in alive:
            for band, given_minor in purse.given_minor.items():
                used_minor[band] = used_minor.get(band, 0) + given_minor
        for offer in look.offers:
            quote = self._quote(person, behaviour, offer, contents, used_minor, on)
            own_minor = quote.own_minor - self._other_aid(behaviour, offer)
            if quote.from_purse_minor and behaviour.would_pay(own_minor):
                paying = payable(contents, kinds=self._bands[quote.band].awards, category=offer.category)
                given = reserve(alive, paying, quote.from_purse_minor, quote.band, on)
                return self._bought(offer, quote, given, look, month)
        return None

    def _bought(
        self, offer: Offer, quote: Split, given: tuple[tuple[Purse, int], ...], look: Look, month: int
    ) -> Purchase:
        # The first milestone is the start. The others are paid when the course is over, if it is finished.
        started_minor = quote.from_purse_minor * self._rules.delivery.milestones[0].percent // 100
        left_minor = quote.from_purse_minor - started_minor
        voucher = Voucher(month + offer.months, given, quote.band, left_minor, look.finishes)
        return Purchase(offer, quote, voucher, started_minor)

    def _quote(
        self,
        person: Person,
        behaviour: Behaviour,
        offer: Offer,
        contents: Sequence[Contents],
        used_minor: Mapping[str, int],
        on: dt.date,
    ) -> Split:
        return split(
            price_minor=offer.price_minor,
            category=offer.category,
            hours=offer.hours,
            learner=person.circumstances,
            rules=self._rules,
            contents=contents,
            used_minor=used_minor,
            on=on,
            consulted=self._everybody_is_advised or behaviour.advised,
            other_aid_minor=self._other_aid(behaviour, offer),
        )

    def _other_aid(self, behaviour: Behaviour, offer: Offer) -> int:
        if not self._rules.price.reduced_by_other_aid:
            return 0
        return offer.price_minor * behaviour.other_aid_percent // 100

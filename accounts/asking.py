"""Asking: which questions the schemes on offer put to a person at all, and which answers make a difference. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from accounts.circumstances import Benefit, Criterion, Need, Residence
from accounts.models import Scheme
from accounts.rules import Rules, Who


@dataclass(frozen=True, slots=True)
class IncomeBand:
    """Incomes of a year that no scheme on offer tells apart: above one amount, up to another; None is no limit."""

    currency: str
    above_minor: int | None
    up_to_minor: int | None

    @property
    def stands_for_minor(self) -> int:
        """One income of the band, by which rules judge it as they would any other."""
        return self.up_to_minor if self.up_to_minor is not None else (self.above_minor or 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What some scheme on offer asks; `criteria` are of `Criterion`, and what nobody asks about is in none of them.

    Of places, benefits and needs there are those that some scheme names. `categories` (ISCED-F detailed fields) and
    `by_the_hour` are about a course: what it teaches, and whether its hours count.
    """

    criteria: frozenset[str]
    residences: tuple[str, ...]
    benefits: tuple[str, ...]
    needs: tuple[str, ...]
    incomes: tuple[IncomeBand, ...]
    categories: tuple[str, ...]
    by_the_hour: bool


def questions(offered: Mapping[Scheme, Rules]) -> Questions:
    """What there is to ask somebody who wants to know what these schemes would give them, and nothing beyond it."""
    asked = [group for rules in offered.values() for group in groups(rules)]
    benefits = {code for group in asked for code in (*group.benefits, *group.benefits_instead_of_income)}
    residences = {code for group in asked for code in group.residence}
    needs = {code for group in asked for code in group.needs}
    bands = [band for rules in offered.values() for band in rules.price.bands]
    categories = {code for band in bands for code in band.categories}
    categories |= {code for rules in offered.values() for award in rules.awards for code in award.categories}
    return Questions(
        criteria=frozenset(chain.from_iterable(_criteria(group) for group in asked)),
        residences=tuple(code for code in Residence.values if code in residences),
        benefits=tuple(code for code in Benefit.values if code in benefits),
        needs=tuple(code for code in Need.values if code in needs),
        incomes=tuple(_income_bands(offered)),
        categories=tuple(sorted(categories)),
        by_the_hour=any(band.per_hour_minor is not None for band in bands),
    )


def groups(rules: Rules) -> Iterator[Who]:
    """Every group of people that these rules tell from others."""
    yield rules.who
    yield from groups_within(rules)


def groups_within(rules: Rules) -> Iterator[Who]:
    """The groups among those whom a scheme is for: they get more, or pay less."""
    for award in rules.awards:
        yield award.who
        yield from (more.who for more in award.more)
    yield from (band.who for band in rules.price.bands)
    yield from rules.price.fee_exempt


def _criteria(group: Who) -> Iterator[str]:
    asks = {
        Criterion.AGE: group.age_from is not None or group.age_to is not None,
        Criterion.RESIDENCE: group.residence,
        Criterion.QUALIFICATION: group.qualification_level_at_most is not None,
        Criterion.EMPLOYMENT: group.employment,
        Criterion.BENEFITS: group.benefits or group.benefits_instead_of_income,
        Criterion.NEEDS: group.needs,
        Criterion.INCOME: group.income_at_most_minor is not None,
    }
    return (criterion for criterion, asked in asks.items() if asked)


def _income_bands(offered: Mapping[Scheme, Rules]) -> Iterator[IncomeBand]:
    """Between the ceilings of each currency, as an income in one says nothing to a scheme in another."""
    ceilings: dict[str, set[int]] = {}
    for scheme, rules in offered.items():
        for group in groups(rules):
            if group.income_at_most_minor is not None:
                ceilings.setdefault(scheme.currency, set()).add(group.income_at_most_minor)
    for currency, amounts in sorted(ceilings.items()):
        for above, up_to in pairwise([None, *sorted(amounts), None]):
            yield IncomeBand(currency, above, up_to)

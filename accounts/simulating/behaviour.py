"""Behaviour: who hears of a scheme, who asks for an account, what they look at, what they pay for, and who finishes.

A model of few parts, each a number that anybody can disagree with. Every chance of a person is theirs alone and the
same under whichever rules they are looked at (`population.random_of`), so that two versions of rules differ in what
they give and not in luck.

What it was held against: of ILA England, 2,529,609 accounts were open and 1,380,370 episodes of learning paid for
after fourteen months (Commons written answers, 6 November 2001), some 7 in 100 of those entitled, and 55 episodes to
100 accounts. HEARS and APPLIES were chosen so that this model comes near the first, and LOOKS_AFTER the second, with
the prices of today. All else is Waymark's assumption, except where a source is named.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from accounts.simulating.places import Place
from accounts.simulating.population import Person, random_of

# In a hundred who have not heard of the scheme, how many hear of it each month.
HEARS = 4
# In a hundred who have heard and could have it at once for nothing, how many ask for an account; and what this comes
# to, in a hundredth, for each of population.LEVELS: those with more are quicker. The Adult Participation in Learning
# Survey 2023 has 60 of 100 in social grades A and B learning and 39 in D and E, which is the span here.
APPLIES = 30
EAGER = (70, 80, 90, 100, 115, 125)
# The same by population.AGES.
EAGER_AT = (110, 120, 110, 100, 70, 40)
# In a hundred, how many are still there after each proof that is asked for.
BRINGS_PAPERS = 94
# In a hundred, how many are still there when the whole of a usual price is to be paid by themselves.
IN_SPITE_OF_PRICE = 35

# What people will pay of their own for a course is spread exponentially about this much of a month's income, in a
# hundredth: half of them would pay 11 in 100 or more.
WILLING = 16
# In a hundred who would pay what is asked, how many do buy what they have looked at; with an adviser at their side,
# as rules ask for or they wish, that is nobody's decision but theirs.
BUYS = 65
# How many months pass before an account is first looked into, and between one course and the next look: on average.
LOOKS_AFTER, LOOKS_AGAIN_AFTER = 2, 9
# How many courses somebody compares when they look.
COMPARES = 3
# In a hundred who start, how many finish, for each of population.LEVELS: near the rates at which adults in further
# education achieve what they enrolled for (Department for Education: about 85 in 100).
FINISHES = (76, 80, 84, 86, 88, 90)
# In a hundred, how many talk to an adviser where nobody has to.
ASKS_ADVICE = 15
# In a hundred of those in any band of need, how many get something for the course from elsewhere, and how much of its
# price in a hundredth. Counts under rules that take it into account.
OTHER_AID, OTHER_AID_PERCENT = 30, 25


@dataclass(frozen=True, slots=True)
class Offer:
    """A course that can be bought. `category` is an ISCED-F detailed field, `weight` how often it is looked for."""

    category: str
    price_minor: int
    hours: int
    months: int
    weight: int


# (category, price in ten thousandths of typical yearly earnings, hours, months, weight): the kinds of course that
# adults buy, and their prices as Waymark saw them in England. At 30,000 a year a price of 50 is 150.
COURSES = (
    ("0611", 50, 20, 2, 16),  # computer use
    ("0541", 40, 40, 4, 6),  # mathematics
    ("0231", 60, 40, 4, 12),  # languages
    ("0411", 120, 60, 5, 8),  # accounting
    ("0921", 100, 60, 4, 13),  # care of the elderly
    ("0922", 130, 80, 6, 8),  # child care
    ("0715", 200, 60, 3, 5),  # metal trades, welding
    ("0713", 400, 120, 8, 5),  # electricity and energy
    ("1041", 500, 40, 2, 6),  # transport services, driving goods vehicles
    ("0613", 800, 200, 6, 7),  # software development
    ("0413", 300, 30, 2, 7),  # management
    ("1012", 230, 150, 9, 4),  # hairdressing
    ("1013", 20, 8, 1, 3),  # catering, food hygiene
)


def offers_in(place: Place) -> tuple[Offer, ...]:
    """What can be bought in a place, at its prices."""
    return tuple(
        Offer(category, place.earnings_minor * price // 10_000, hours, months, weight)
        for category, price, hours, months, weight in COURSES
    )


@dataclass(frozen=True, slots=True)
class Look:
    """One look at what could be bought: the courses compared, whether one is bought, and if so finished.

    `again_in` is how many months pass until the next look, after the course where there is one.
    """

    offers: tuple[Offer, ...]
    buys: bool
    finishes: bool
    again_in: int


class Behaviour:
    """What one person does, as far as chance has it; each chance is drawn once and in the same order."""

    __slots__ = (
        "_eager",
        "_person",
        "_random",
        "advised",
        "hears_in",
        "interest",
        "other_aid_percent",
        "place_in_queue",
        "willing",
    )

    def __init__(self, seed: int, person: Person) -> None:
        self._person = person
        self._random = random = random_of(seed, person.number, "does")
        # How many months from the beginning they hear of the scheme; and who of a month comes first.
        self.hears_in = _months(random, 100 / HEARS)
        self._eager = random.random()
        self.place_in_queue = random.random()
        # Of their own, in a hundredth of a month's income.
        self.willing = random.expovariate(1 / WILLING)
        self.advised = random.random() * 100 < ASKS_ADVICE
        self.other_aid_percent = OTHER_AID_PERCENT * (random.random() * 100 < OTHER_AID and person.need > 0)
        # Which of the courses, from 0 to 1 along their weights, they think of when they hear of the scheme.
        self.interest = random.random()

    @property
    def first_look_in(self) -> int:
        """Months from the award to the first look. Drawn once: ask when the account is opened."""
        return _months(self._random, LOOKS_AFTER)

    def could_apply(self, proofs: int) -> bool:
        """Whether they ask for an account when nothing is to be paid, so many proofs being wanted."""
        return self._eager * 100 < self._applies(proofs)

    def applies(self, proofs: int, own_percent: int) -> bool:
        """Whether they ask for one when they would pay so much of a usual price of their own."""
        kept = 100 - (100 - IN_SPITE_OF_PRICE) * own_percent / 100
        return self._eager * 100 < self._applies(proofs) * kept / 100

    def would_pay(self, own_minor: int) -> bool:
        """Whether they pay so much of their own for a course: nobody declines what costs them nothing."""
        monthly = (self._person.circumstances.income_minor or 0) / 12
        return own_minor <= monthly * self.willing / 100

    def look(self, offers: tuple[Offer, ...], weights: tuple[int, ...]) -> Look:
        """The next look. `weights` are those of the offers, added up."""
        random = self._random
        return Look(
            offers=tuple(random.choices(offers, cum_weights=weights, k=COMPARES)),
            buys=random.random() * 100 < BUYS,
            finishes=random.random() * 100 < FINISHES[self._person.level],
            again_in=1 + _months(random, LOOKS_AGAIN_AFTER - 1),
        )

    def _applies(self, proofs: int) -> float:
        eager = EAGER[self._person.level] * EAGER_AT[self._person.age_band] / 10_000
        return APPLIES * eager * (BRINGS_PAPERS / 100) ** proofs


def _months(random: Random, average: float) -> int:
    """Whole months, each as likely as the last to be the one: `average` of them, or a little less."""
    return int(-math.log(1 - random.random()) * average)

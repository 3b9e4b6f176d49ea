"""Population: imagined people in the respects in which real ones differ, drawn from stated shares.

Every person is drawn from the seed and their own number alone. So person 4,711 of a seed is the same one however many
others there are, in whichever order they are drawn, and under whichever rules they are looked at: two versions of
rules are compared on the same people.

The shares are those of the United Kingdom, and are used for every country: only where people live and what they earn
is the scheme's own (`places`). Sources, all rounded by Waymark:

- age: adults of 18 to 74, mid-2022 population estimates (Office for National Statistics)
- highest qualification by age: shaped by Waymark so that older people have less, as the analysis of the 2011 census
  has it (no qualifications: 9 in 100 at 25 to 34, 25 at 50 to 64, 53 from 65 on), and kept near the census of 2021 for
  all of 16 and over (18.2 in 100 without any, 33.8 at level 4 or above), which has more old people than are here
- work: 88 in 100 graduates of working age and 69 of others (Department for Education, Graduate labour market
  statistics for 2023, read as orders of magnitude); the steps between the levels are Waymark's
- needs: disability 24 in 100 of working age (Family Resources Survey 2022/23), caring 9 (census 2021); the other
  needs and how much more often they come with little money are Waymark's assumptions
- income, part-time work, and which benefits come with what: Waymark's assumptions

Benefits are given as both the older and the newer system would, so that rules of any year find somebody: who has lost
their work gets Jobseeker's Allowance *and* Universal Credit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from accounts.circumstances import Benefit, Circumstances, Criterion, Employment, Need, age
from accounts.simulating.places import Place

# (from, up to and including, in a thousand).
AGES = ((18, 24, 120), (25, 34, 190), (35, 44, 185), (45, 54, 180), (55, 64, 180), (65, 74, 145))
LEVELS = (0, 1, 2, 3, 4, 6)
# In a hundred of each age in AGES, how many are qualified to each of LEVELS.
QUALIFIED = (
    (7, 9, 17, 40, 7, 20),
    (8, 9, 13, 21, 8, 41),
    (10, 10, 13, 20, 9, 38),
    (13, 12, 15, 22, 10, 28),
    (19, 12, 15, 24, 9, 21),
    (30, 10, 12, 22, 8, 18),
)
# In a hundred at each of LEVELS who are of working age, how many work; how many of the others look for work.
WORKING = (52, 65, 72, 76, 82, 88)
LOOKING = 16
WORKING_AFTER_65 = 12
SELF_EMPLOYED = 13
PART_TIME = 24
# What each of LEVELS earns, in a hundredth of the place's typical earnings; and those who do not work have to live on.
EARNING = (70, 80, 88, 97, 110, 140)
PART_TIME_EARNS, LOOKING_HAS, INACTIVE_HAS, RETIRED_HAS = 50, 20, 25, 50
# How incomes spread around that: the standard deviation of their logarithm.
SPREAD = 0.45
# Somebody is short of money below this, in a hundredth of typical earnings.
LITTLE = 60
# In a thousand, how many have each need; and of those who are short of money, how many more in a hundred.
NEEDS = (
    (Need.DISABILITY, 210, 50),
    (Need.CARER, 85, 20),
    (Need.LONE_PARENT, 35, 80),
    (Need.EX_OFFENDER, 15, 150),
    (Need.CARE_LEAVER, 8, 100),
    (Need.REFUGEE, 6, 100),
    (Need.HOMELESS, 3, 200),
)
# In a hundred whom a benefit is for, how many get it.
GETS = 70
# Benefits that are for those who look for work, and for those who work and have little.
OUT_OF_WORK = (Benefit.JOBSEEKERS_ALLOWANCE, Benefit.UNIVERSAL_CREDIT)
IN_WORK = (Benefit.WORKING_TAX_CREDIT, Benefit.UNIVERSAL_CREDIT)
WITH_LITTLE = (Benefit.HOUSING_BENEFIT, Benefit.COUNCIL_TAX_BENEFIT)
# A benefit that is none of the known ones stands for any that is for people with little money; in a hundred of them.
OTHER_GETS = 15
_KNOWN = {
    *OUT_OF_WORK,
    *IN_WORK,
    *WITH_LITTLE,
    Benefit.INCOME_SUPPORT,
    Benefit.INCAPACITY_BENEFIT,
    Benefit.CARERS_ALLOWANCE,
    Benefit.CHILD_TAX_CREDIT,
    Benefit.PENSION_CREDIT,
}
OTHER_BENEFITS = tuple(benefit for benefit in Benefit if benefit not in _KNOWN)
# Everybody can prove what they say: that papers keep people away is part of how they behave.
_PROVEN: dict[str, dt.date | None] = dict.fromkeys(Criterion)
_YOUNGEST_OLD = 65


@dataclass(frozen=True, slots=True)
class Person:
    """One imagined person: what rules ask about them, and how much stands in their way.

    `need` is how many of three things are true of them: no work or little money, qualified below level 2, and any of
    the needs. `level` and `age_band` are places in LEVELS and AGES.
    """

    number: int
    circumstances: Circumstances
    need: int
    level: int
    age_band: int


def draw(seed: int, number: int, place: Place, on: dt.date) -> Person:
    """Person `number` of a seed, as they are on a day."""
    random = random_of(seed, number, "who")
    age_band = _in_shares([share for _from, _to, share in AGES], random.random() * 1000)
    youngest, oldest, _share = AGES[age_band]
    born = on - dt.timedelta(days=1 + int(365.25 * (youngest + random.random() * (oldest + 1 - youngest))))
    level = _in_shares(QUALIFIED[age_band], random.random() * 100)
    residence = place.residences[_in_shares([share for _, share in place.residences], random.random() * 100)][0]
    employment = _employment(random, level, age(born, on))
    percent = _income_percent(random, employment, level, age(born, on))
    needs = tuple(need for need, share, more in NEEDS if _has(random, share, more, percent < LITTLE))
    circumstances = Circumstances(
        date_of_birth=born,
        residence=residence,
        qualification_level=LEVELS[level],
        employment=employment,
        benefits=_benefits(random, employment, percent, age(born, on), needs),
        needs=needs,
        income_minor=place.earnings_minor * percent // 100,
        proven=_PROVEN,
    )
    poor = percent < LITTLE or employment == Employment.UNEMPLOYED
    return Person(number, circumstances, poor + (LEVELS[level] < 2) + bool(needs), level, age_band)


_STREAMS = {"who": 0, "does": 1}


def random_of(seed: int, number: int, what: str) -> Random:
    """The chances of one person, as `who` they are or what they do (`does`): the same ones whenever they are asked."""
    return Random(((seed << 32) | number) * len(_STREAMS) + _STREAMS[what])


def _in_shares(shares: list[int] | tuple[int, ...], chance: float) -> int:
    """The place of the share that a chance between nothing and their sum falls into."""
    for place, share in enumerate(shares):
        chance -= share
        if chance < 0:
            return place
    return len(shares) - 1


def _employment(random: Random, level: int, years: int) -> str:
    works = random.random() * 100 < (WORKING_AFTER_65 if years >= _YOUNGEST_OLD else WORKING[level])
    other = random.random() * 100
    if works:
        return str(Employment.SELF_EMPLOYED if other < SELF_EMPLOYED else Employment.EMPLOYED)
    return str(Employment.UNEMPLOYED if other < LOOKING and years < _YOUNGEST_OLD else Employment.INACTIVE)


def _income_percent(random: Random, employment: str, level: int, years: int) -> int:
    """A year's income in a hundredth of what is typical there."""
    spread, part_time = random.lognormvariate(0, SPREAD), random.random() * 100 < PART_TIME
    if employment in (Employment.EMPLOYED, Employment.SELF_EMPLOYED):
        middle = EARNING[level] * (PART_TIME_EARNS if part_time else 100) // 100
    elif employment == Employment.UNEMPLOYED:
        middle = LOOKING_HAS
    else:
        middle = RETIRED_HAS if years >= _YOUNGEST_OLD else INACTIVE_HAS
    return int(middle * spread)


def _has(random: Random, share: int, more: int, poor: bool) -> bool:
    return random.random() * 1000 < share * (100 + more * poor) / 100


def _benefits(random: Random, employment: str, percent: int, years: int, needs: tuple[Need, ...]) -> tuple[str, ...]:
    """What somebody gets in these circumstances, if they are among the GETS in a hundred who get anything."""
    gets, has_children = random.random() * 100 < GETS, random.random() < 0.4
    others = [benefit for benefit in OTHER_BENEFITS if random.random() * 100 < OTHER_GETS]
    poor, works = percent < LITTLE, employment in (Employment.EMPLOYED, Employment.SELF_EMPLOYED)
    if not gets or not (poor or employment == Employment.UNEMPLOYED):
        return ()
    found: list[Benefit] = [*WITH_LITTLE, *others] if percent < LITTLE * 2 // 3 else [*others]
    if employment == Employment.UNEMPLOYED:
        found += OUT_OF_WORK
    elif years >= _YOUNGEST_OLD:
        found.append(Benefit.PENSION_CREDIT)
    elif works:
        found += IN_WORK
    else:
        found += [Benefit.INCOME_SUPPORT, Benefit.UNIVERSAL_CREDIT]
        found += [Benefit.INCAPACITY_BENEFIT] if Need.DISABILITY in needs else []
    if years < _YOUNGEST_OLD and (has_children or Need.LONE_PARENT in needs):
        found.append(Benefit.CHILD_TAX_CREDIT)
    if Need.CARER in needs and not works:
        found.append(Benefit.CARERS_ALLOWANCE)
    return tuple(str(benefit) for benefit in found)

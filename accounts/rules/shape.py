"""Shape: everything that a scheme's rules can say. Amounts are minor units of the scheme's currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Period = Literal["once", "calendar_year", "programme_year", "rolling_year"]
Policy = Literal["open", "guided", "structured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A group of people. Of the criteria all must be met, of each list any one; what is left out asks nothing.

    `income_at_most_minor` is a year's income; whoever gets any of `benefits_instead_of_income` need not meet it.
    """

    residence: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    qualification_level_at_most: int | None = None
    employment: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    income_at_most_minor: int | None = None
    benefits_instead_of_income: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """The order of a list says nothing, so that two who say the same are the same."""
        for name in ("residence", "employment", "benefits", "needs", "benefits_instead_of_income"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))


EVERYBODY = Who()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves a criterion: any one of `documents`, seen by `checked_by`, and good for `lasts_days`, or for good.

    A criterion without a proof is taken at the learner's word.
    """

    criterion: str
    documents: tuple[str, ...]
    checked_by: Literal["adviser", "scheme"] = "adviser"
    lasts_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """So many per cent of the core amount on top, for those with less."""

    code: str
    percent: int
    who: Who


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRule:
    """How much, to whom, how often, and what it can be spent on for how long. `code` is the award's kind.

    Amount: `amount_minor` x (100 + the percentages of `more` that apply, at most `more_at_most_percent`) / 100,
    rounded down, and no more than leaves the purses of this kind at `holds_at_most_minor`, which grows alike.

    A period is `once`, a calendar year, a programme year (which begins on the day `programme_year_from`, written as
    month and day), or `years` rolling years, which begin with the award or on the day of `first_use`: then the purse
    lives `purse_days` from that day on, and `unused_days` from the award as long as it is not used. With
    None for `purse_days` it does not expire; with `ends_with_period` it lives no longer than its calendar or programme
    year, so that nothing is carried over. Money that a voucher returns up to `grace_days` after a purse's last day
    goes back into it. From a purse with `courses_at_most`, so many courses are bought and no more.

    `awards_at_most` is how many are made of this kind in all. `earmark` and `categories` (ISCED-F detailed fields)
    say what the purse may be spent on; empty, on any eligible course.
    """

    amount_minor: int
    period: Period
    purse_days: int | None
    code: str = "core"
    who: Who = EVERYBODY
    more: tuple[More, ...] = ()
    more_at_most_percent: int | None = None
    holds_at_most_minor: int | None = None
    years: int = 1
    programme_year_from: str | None = None
    year_from: Literal["award", "first_use"] = "award"
    unused_days: int | None = None
    ends_with_period: bool = False
    grace_days: int = 0
    courses_at_most: int | None = None
    awards_at_most: int | None = None
    earmark: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A share of the price that the scheme pays, up to a ceiling over the period of the award.

    It applies to a learner of the group `who`, a course in any of `categories` (ISCED-F detailed fields), and money
    of any of the kinds in `awards`, of which the learner must have some; empty lists ask nothing. Of several bands
    that apply, the first counts. `per_hour_minor` is the most it pays for an hour that the course is taught;
    `minimum_own_minor` is said instead of the price's own.
    """

    code: str
    rate_percent: int
    cap_minor: int | None = None
    per_hour_minor: int | None = None
    minimum_own_minor: int | None = None
    who: Who = EVERYBODY
    categories: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """How a price is split: the bands, and what holds for all of them.

    `annual_ceiling_minor` is over all bands in the period of the award. `minimum_own_minor` is the least that
    everybody pays themselves. `fee_minor` is a fixed participation fee, which comes off before the rate, and which
    nobody of a group in `fee_exempt` pays, nor, with `fee_waived_by_sponsor`, a learner whose sponsor has topped a
    purse up. `advice_incentive_minor` is how much less the learner pays after a consultation of the last
    `advice_counts_days`, never less than the minimum. With `reduced_by_other_aid`, what the learner gets for the course
    from elsewhere comes off first.
    """

    bands: tuple[Band, ...]
    annual_ceiling_minor: int | None = None
    minimum_own_minor: int = 0
    fee_minor: int = 0
    fee_exempt: tuple[Who, ...] = ()
    fee_waived_by_sponsor: bool = False
    advice_incentive_minor: int = 0
    advice_counts_days: int = 365
    reduced_by_other_aid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of a trial, and how many of each block of learners go it."""

    code: str
    policy: Policy
    share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Learners are put at random into one of `arms`, evenly within each stratum of `stratify_by`."""

    code: str
    arms: tuple[Arm, ...]
    stratify_by: tuple[Literal["residence", "qualification", "employment"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviserPolicy:
    """How far an adviser's word goes; `structured` above an amount from the account, where one is named.

    Above `second_approver_above_minor` a second adviser approves too. Where there is a `trial`, the learner's arm
    says the policy instead.
    """

    policy: Policy
    answer_within_hours: int
    structured_above_minor: int | None = None
    second_approver_above_minor: int | None = None
    trial: Trial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A milestone of each delivery, and the percentage of the price it is worth."""

    code: str
    title: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceBand:
    """From `from_percent` of the recorded sessions attended, so much of the last milestone is paid.

    `pays_percent` None: as much of it as was attended.
    """

    from_percent: int
    pays_percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The windows of a voucher's life, and its milestones. The first milestone is always the start.

    Of the bands in `attendance`, the last one that is reached counts; without any, attendance changes nothing.
    """

    lapse_hours: int
    accept_days: int
    confirm_days: int
    cooling_off_days: int
    expire_days_after_end: int
    milestones: tuple[Step, ...]
    attendance: tuple[AttendanceBand, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`ceiling_minor` is over committed, held and spent together; a `commitment` scheme has one.

    A warning is given when so many per cent of the budget are gone. `waiting_list` is the order in which those wait
    for whom there is no money; without it nobody waits.
    """

    ceiling_minor: int | None = None
    warn_at_percent: tuple[int, ...] = (75, 90)
    waiting_list: Literal["first_come", "most_need_first"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Young:
    """What a representative, such as a parent, may do at most for a learner younger than `under_age`, whatever the two
    have agreed. The learner's own yes is always needed before anything is bought."""

    under_age: int = 16
    representative_asks: bool = True
    representative_spends_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    who: Who
    awards: tuple[AwardRule, ...]
    price: Price
    adviser: AdviserPolicy
    delivery: Delivery
    proofs: tuple[Proof, ...] = ()
    budget: Budget = field(default_factory=Budget)
    young: Young = field(default_factory=Young)

    def award(self, kind: str) -> AwardRule:
        """The rule for awards of this kind. Raises KeyError when there is none."""
        for rule in self.awards:
            if rule.code == kind:
                return rule
        raise KeyError(kind)

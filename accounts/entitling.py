"""Entitling: how much of each kind the rules give a person, and for how long. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from accounts.circumstances import Circumstances
from accounts.eligibility import assess, assess_group, believed, belongs
from accounts.rules import AwardRule, More, Rules
from accounts.spending import Contents

# The last day of a purse that does not expire.
NEVER = dt.date(2999, 12, 31)


def entitlements(
    rules: Rules, learner: Circumstances, on: dt.date, held_minor: Mapping[str, int] | None = None
) -> dict[str, int]:
    """What a person would be awarded on that day, by kind, who holds `held_minor` of each; nothing if not eligible."""
    if not assess(learner, rules, on).eligible:
        return {}
    person, held = believed(learner, rules.proofs, on), held_minor or {}
    given = {
        rule.code: amount(rule, person, on, held.get(rule.code, 0))
        for rule in rules.awards
        if assess_group(learner, rule.who, rules.proofs, on).eligible
    }
    return {kind: minor for kind, minor in given.items() if minor}


def filled(
    rules: Rules, amounts_minor: Mapping[str, int], on: dt.date, bought: Mapping[str, int] | None = None
) -> list[Contents]:
    """Purses filled that day with these amounts by kind, from each of which so many courses were `bought`."""
    purses = []
    for kind, left_minor in amounts_minor.items():
        rule = rules.award(kind)
        most = rule.courses_at_most
        purses.append(
            Contents(
                purse=kind,
                kind=kind,
                left_minor=left_minor,
                expires_on=last_day(rule, on),
                earmark=rule.earmark,
                categories=rule.categories,
                courses_left=None if most is None else max(0, most - (bought or {}).get(kind, 0)),
            )
        )
    return purses


def amount(rule: AwardRule, learner: Circumstances, on: dt.date, held_minor: int = 0) -> int:
    """What an award under this rule comes to, in minor units, for somebody `believed` who holds `held_minor` of it.

    A universal core with more for those with least, as one formula: core x (100 + what applies) / 100, rounded down;
    and no more than what the rule lets the learner hold, which grows alike. Never negative.
    """
    percent = 100 + extra_percent(rule, learner, on)
    wanted = rule.amount_minor * percent // 100
    if rule.holds_at_most_minor is None:
        return wanted
    return max(0, min(wanted, rule.holds_at_most_minor * percent // 100 - held_minor))


def extra_percent(rule: AwardRule, learner: Circumstances, on: dt.date) -> int:
    """The percentage on top of the core, of those that apply, at most the rule's ceiling."""
    total = sum(more.percent for more in applicable_more(rule, learner, on))
    return total if rule.more_at_most_percent is None else min(total, rule.more_at_most_percent)


def applicable_more(rule: AwardRule, learner: Circumstances, on: dt.date) -> list[More]:
    return [more for more in rule.more if belongs(learner, more.who, on)]


def last_day(rule: AwardRule, on: dt.date) -> dt.date:
    """The last day of a purse that is filled on that day, as long as nothing is bought from it."""
    days = rule.purse_days if rule.unused_days is None else rule.unused_days
    last = NEVER if days is None else on + dt.timedelta(days=days)
    return min(last, _last_of_period(rule, on)) if rule.ends_with_period else last


def _last_of_period(rule: AwardRule, on: dt.date) -> dt.date:
    began = programme_year(rule, on) if rule.period == "programme_year" else dt.date(on.year, 1, 1)
    return anniversary(began) - dt.timedelta(days=1)


def period_is_over(rule: AwardRule, began: dt.date, on: dt.date) -> bool:
    """Whether the period that `began` on a day is over on the day `on`, so that there may be a next award.

    A rolling year ends where the next begins, on its anniversary: extending a purse does not make the year longer.
    """
    match rule.period:
        case "once":
            return False
        case "calendar_year":
            return on.year > began.year
        case "programme_year":
            return programme_year(rule, on) > programme_year(rule, began)
        case _:
            return on >= anniversary(began, rule.years)


def is_over(
    rule: AwardRule, *, awarded_on: dt.date, first_used_on: dt.date | None, expires_on: dt.date, on: dt.date
) -> bool:
    """Whether the period of an award made on a day is over on the day `on`; its purse lives until `expires_on`.

    A rolling year that begins with its first use has not begun as long as the purse waits, and ends unused when that
    has expired. Source of `first_use`: Commons written answers, 6 November 2000.
    """
    if rule.year_from != "first_use" or rule.period == "once":
        return period_is_over(rule, awarded_on, on)
    return expires_on < on if first_used_on is None else period_is_over(rule, first_used_on, on)


def last_day_once_used(rule: AwardRule, on: dt.date) -> dt.date:
    """The last day of a purse whose time begins with its first use, when that is on the day `on`."""
    return on + dt.timedelta(days=rule.purse_days or 0)


def end_of_grace(rule: AwardRule, expires_on: dt.date) -> dt.date:
    """The last day on which a purse with this last day still takes back what a voucher returns."""
    return expires_on + dt.timedelta(days=rule.grace_days)


def programme_year(rule: AwardRule, on: dt.date) -> dt.date:
    """The first day of the programme year of that day."""
    starts = dt.date.fromisoformat(f"{on.year}-{rule.programme_year_from}")
    return starts if on >= starts else starts.replace(year=on.year - 1)


def anniversary(day: dt.date, years: int = 1) -> dt.date:
    """The same day so many years later; of 29 February, in a year that has none, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)

"""Checking: rules that contradict themselves, or could never do what they say, are named and not taken."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Criterion, Document, Employment, Need, Residence
from accounts.earmarks import Earmark
from accounts.rules.reading import MOST, wrong
from accounts.rules.shape import (
    AdviserPolicy,
    AttendanceBand,
    AwardRule,
    Band,
    Budget,
    Delivery,
    Price,
    Proof,
    Rules,
    Who,
)

LONGEST_DAYS = 36_500
_CODE = re.compile(r"[a-z0-9_]{1,40}")
_CATEGORY = re.compile(r"[0-9]{4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def check(rules: Rules) -> None:
    """Raises RulesInvalid naming the first field that is out of range or contradicts another."""
    _check_who("who", rules.who)
    _check_proofs(rules.proofs)
    _check_awards(rules.awards)
    _check_price(rules.price, {award.code for award in rules.awards})
    _check_adviser(rules.adviser)
    _check_delivery(rules.delivery)
    _check_budget(rules.budget)
    _within("young.under_age", rules.young.under_age, 1, 25)
    _within("young.representative_spends_minor", rules.young.representative_spends_minor, 0, MOST)


def _check_who(where: str, who: Who) -> None:
    _among(f"{where}.residence", who.residence, Residence.values)
    _among(f"{where}.employment", who.employment, [code for code in Employment.values if code])
    _among(f"{where}.benefits", who.benefits, Benefit.values)
    _among(f"{where}.needs", who.needs, Need.values)
    _among(f"{where}.benefits_instead_of_income", who.benefits_instead_of_income, Benefit.values)
    for name in ("age_from", "age_to"):
        _within(f"{where}.{name}", getattr(who, name), 0, 150)
    _within(f"{where}.qualification_level_at_most", who.qualification_level_at_most, 0, 8)
    _within(f"{where}.income_at_most_minor", who.income_at_most_minor, 0, MOST)
    if who.age_from is not None and who.age_to is not None and who.age_to < who.age_from:
        why = str(_("it is below {other}, so nobody could be eligible")).format(other=f"{where}.age_from")
        raise wrong(f"{where}.age_to", why)
    if who.benefits_instead_of_income and who.income_at_most_minor is None:
        raise wrong(f"{where}.benefits_instead_of_income", _("there is no ceiling on income that they could replace"))


def _check_proofs(proofs: Sequence[Proof]) -> None:
    _unlike("proofs", [proof.criterion for proof in proofs], _("two proofs are of one criterion"))
    for place, proof in enumerate(proofs):
        _among(f"proofs[{place}].criterion", (proof.criterion,), Criterion.values)
        _among(f"proofs[{place}].documents", proof.documents, Document.values)
        _within(f"proofs[{place}].lasts_days", proof.lasts_days, 1, LONGEST_DAYS)
        if not proof.documents:
            raise wrong(f"proofs[{place}].documents", _("without a document nobody could prove it"))


def _check_awards(awards: Sequence[AwardRule]) -> None:
    if not awards:
        raise wrong("awards", _("without an award nobody gets anything"))
    _unlike("awards", [award.code for award in awards], _("two awards have the same code"))
    for place, award in enumerate(awards):
        where = f"awards[{place}]"
        _is_code(f"{where}.code", award.code)
        _check_amount(where, award)
        _check_period(where, award)
        _check_who(f"{where}.who", award.who)
        _among(f"{where}.earmark", (award.earmark,), Earmark.values)
        _are_categories(f"{where}.categories", award.categories)
        _within(f"{where}.courses_at_most", award.courses_at_most, 1, 1000)
        _within(f"{where}.awards_at_most", award.awards_at_most, 1, MOST)


def _check_amount(where: str, award: AwardRule) -> None:
    _within(f"{where}.amount_minor", award.amount_minor, 1, MOST)
    _within(f"{where}.holds_at_most_minor", award.holds_at_most_minor, 1, MOST)
    _within(f"{where}.more_at_most_percent", award.more_at_most_percent, 1, 10_000)
    _unlike(f"{where}.more", [more.code for more in award.more], _("two have the same code"))
    for place, more in enumerate(award.more):
        _is_code(f"{where}.more[{place}].code", more.code)
        _within(f"{where}.more[{place}].percent", more.percent, 1, 10_000)
        _check_who(f"{where}.more[{place}].who", more.who)
        if more.who == Who():
            raise wrong(f"{where}.more[{place}].who", _("it is for everybody, so it belongs into the core amount"))
    if award.more_at_most_percent is not None and not award.more:
        raise wrong(f"{where}.more_at_most_percent", _("there is nothing more that it could limit"))
    if award.holds_at_most_minor is not None and award.holds_at_most_minor < award.amount_minor:
        raise wrong(f"{where}.holds_at_most_minor", _("it is below the amount of one award"))


def _check_period(where: str, award: AwardRule) -> None:
    _within(f"{where}.purse_days", award.purse_days, 1, LONGEST_DAYS)
    _within(f"{where}.unused_days", award.unused_days, 1, LONGEST_DAYS)
    _within(f"{where}.grace_days", award.grace_days, 0, LONGEST_DAYS)
    _within(f"{where}.years", award.years, 1, 50)
    if award.years != 1 and award.period != "rolling_year":
        raise wrong(f"{where}.years", _("only rolling years can be several"))
    if (award.period == "programme_year") != (award.programme_year_from is not None):
        raise wrong(f"{where}.programme_year_from", _("it is there for a programme year, and only then"))
    if award.programme_year_from is not None and not _is_month_and_day(award.programme_year_from):
        raise wrong(f"{where}.programme_year_from", _("it is a month and a day such as 07-01, and not 29 February"))
    if award.year_from == "first_use" and award.period not in ("rolling_year", "once"):
        raise wrong(f"{where}.year_from", _("only a rolling year, or a single one, can begin with its first use"))
    if award.ends_with_period and award.period not in ("calendar_year", "programme_year"):
        raise wrong(f"{where}.ends_with_period", _("only a calendar or programme year ends on a day of its own"))
    if (award.year_from == "first_use") != (award.unused_days is not None):
        raise wrong(f"{where}.unused_days", _("it is there when the year begins with its first use, and only then"))
    if award.year_from == "first_use" and award.purse_days is None:
        raise wrong(f"{where}.purse_days", _("a year that begins with its first use has an end"))
    if award.purse_days is None and award.grace_days and not award.ends_with_period:
        raise wrong(f"{where}.grace_days", _("the purse never expires, so there is nothing to be graceful about"))


def _check_price(price: Price, kinds: set[str]) -> None:
    if not price.bands:
        raise wrong("price.bands", _("without a band the scheme pays for nothing"))
    _within("price.annual_ceiling_minor", price.annual_ceiling_minor, 1, MOST)
    _within("price.minimum_own_minor", price.minimum_own_minor, 0, MOST)
    _within("price.fee_minor", price.fee_minor, 0, MOST)
    _within("price.advice_incentive_minor", price.advice_incentive_minor, 0, MOST)
    _within("price.advice_counts_days", price.advice_counts_days, 1, LONGEST_DAYS)
    for place, exempt in enumerate(price.fee_exempt):
        _check_who(f"price.fee_exempt[{place}]", exempt)
        if exempt == Who():
            raise wrong(f"price.fee_exempt[{place}]", _("it exempts everybody, so that nobody pays the fee"))
    if not price.fee_minor and (price.fee_exempt or price.fee_waived_by_sponsor):
        where = "price.fee_exempt" if price.fee_exempt else "price.fee_waived_by_sponsor"
        raise wrong(where, _("there is no fee that somebody could be let off"))
    for place, band in enumerate(price.bands):
        _check_band(f"price.bands[{place}]", band, price, kinds)
        if place and _takes_all(price.bands[place - 1]):
            why = _("the band before it takes everybody and every course, so this one never counts")
            raise wrong(f"price.bands[{place}]", why)
    _unlike("price.bands", [band.code for band in price.bands], _("two bands have the same code"))
    if price.advice_incentive_minor and all(band.rate_percent == 100 for band in price.bands) and not price.fee_minor:
        raise wrong("price.advice_incentive_minor", _("the scheme pays everything already, so advice can save nothing"))


def _check_band(where: str, band: Band, price: Price, kinds: set[str]) -> None:
    _is_code(f"{where}.code", band.code)
    _within(f"{where}.rate_percent", band.rate_percent, 1, 100)
    _within(f"{where}.cap_minor", band.cap_minor, 1, MOST)
    _within(f"{where}.per_hour_minor", band.per_hour_minor, 1, MOST)
    _within(f"{where}.minimum_own_minor", band.minimum_own_minor, 0, MOST)
    _check_who(f"{where}.who", band.who)
    _are_categories(f"{where}.categories", band.categories)
    _among(f"{where}.awards", band.awards, sorted(kinds))
    ceiling = price.annual_ceiling_minor
    if ceiling is not None and band.cap_minor is not None and band.cap_minor > ceiling:
        raise wrong(f"{where}.cap_minor", _("it is above price.annual_ceiling_minor, so it is never reached"))


def _takes_all(band: Band) -> bool:
    return band.who == Who() and not band.categories and not band.awards


def _check_adviser(adviser: AdviserPolicy) -> None:
    _within("adviser.answer_within_hours", adviser.answer_within_hours, 1, LONGEST_DAYS * 24)
    _within("adviser.structured_above_minor", adviser.structured_above_minor, 0, MOST)
    _within("adviser.second_approver_above_minor", adviser.second_approver_above_minor, 0, MOST)
    if adviser.policy == "structured" and adviser.structured_above_minor is not None:
        raise wrong("adviser.structured_above_minor", _("the policy is structured for every amount already"))
    never_decides = adviser.policy != "structured" and adviser.structured_above_minor is None and adviser.trial is None
    if adviser.second_approver_above_minor is not None and never_decides:
        why = _("an adviser never decides under this policy, so that there is nothing for a second one to approve")
        raise wrong("adviser.second_approver_above_minor", why)
    if adviser.trial is None:
        return
    _is_code("adviser.trial.code", adviser.trial.code)
    if len(adviser.trial.arms) < 2:
        raise wrong("adviser.trial.arms", _("a trial compares at least two arms"))
    _unlike("adviser.trial.arms", [arm.code for arm in adviser.trial.arms], _("two arms have the same code"))
    _unlike("adviser.trial.stratify_by", adviser.trial.stratify_by, _("it names one thing twice"))
    for place, arm in enumerate(adviser.trial.arms):
        _is_code(f"adviser.trial.arms[{place}].code", arm.code)
        _within(f"adviser.trial.arms[{place}].share", arm.share, 1, 20)


def _check_delivery(delivery: Delivery) -> None:
    _within("delivery.lapse_hours", delivery.lapse_hours, 1, LONGEST_DAYS * 24)
    for name in ("accept_days", "confirm_days", "expire_days_after_end"):
        _within(f"delivery.{name}", getattr(delivery, name), 1, LONGEST_DAYS)
    _within("delivery.cooling_off_days", delivery.cooling_off_days, 0, LONGEST_DAYS)
    steps = delivery.milestones
    if len(steps) < 2 or steps[0].code != "start":
        raise wrong("delivery.milestones", _("there are at least two, and the first has the code start"))
    for place, step in enumerate(steps):
        _is_code(f"delivery.milestones[{place}].code", step.code)
        if not step.title.strip() or len(step.title) > 120 or _CONTROL.search(step.title):
            raise wrong(f"delivery.milestones[{place}].title", _("a title has 1 to 120 characters, on one line"))
    _unlike("delivery.milestones", [step.code for step in steps], _("two milestones have the same code"))
    if any(step.percent < 0 for step in steps) or sum(step.percent for step in steps) != 100:
        raise wrong("delivery.milestones", _("their percentages are not negative and make 100"))
    _check_attendance(delivery.attendance)


def _check_attendance(bands: Sequence[AttendanceBand]) -> None:
    for place, band in enumerate(bands):
        where = f"delivery.attendance[{place}]"
        _within(f"{where}.from_percent", band.from_percent, 0, 100)
        # Of what pays nothing at all, a voucher could never be closed by its last redemption.
        _within(f"{where}.pays_percent", band.pays_percent, 1, 100)
    starts = [band.from_percent for band in bands]
    if bands and (starts[0] != 0 or bands[0].pays_percent is None):
        raise wrong("delivery.attendance", _("the first begins at 0 and says what is paid"))
    if starts != sorted(set(starts)):
        raise wrong("delivery.attendance", _("each begins above the one before"))


def _check_budget(budget: Budget) -> None:
    _within("budget.ceiling_minor", budget.ceiling_minor, 1, MOST)
    for place, percent in enumerate(budget.warn_at_percent):
        _within(f"budget.warn_at_percent[{place}]", percent, 1, 100)
    if list(budget.warn_at_percent) != sorted(set(budget.warn_at_percent)):
        raise wrong("budget.warn_at_percent", _("each is more than the one before"))


def _within(where: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise wrong(where, str(_("it is from {least} to {most}")).format(least=least, most=most))


def _among(where: str, values: Sequence[str], known: Sequence[str]) -> None:
    for value, times in Counter(values).items():
        if value not in known:
            raise wrong(where, str(_("each is one of {known}")).format(known=", ".join(filter(None, known))))
        if times > 1:
            raise wrong(where, _("it names one thing twice"))


def _unlike(where: str, values: Sequence[str], why: object) -> None:
    if len(set(values)) != len(values):
        raise wrong(where, str(why))


def _is_code(where: str, value: str) -> None:
    if not _CODE.fullmatch(value):
        raise wrong(where, _("a code is up to 40 small letters, digits and underscores"))


def _are_categories(where: str, values: Sequence[str]) -> None:
    if not all(is_category(value) for value in values):
        raise wrong(where, _("a category is a detailed field of ISCED-F, such as 0611"))
    _among(where, values, values)


def is_category(value: str) -> bool:
    """Whether it is written as a detailed field of ISCED-F is, such as 0611."""
    return _CATEGORY.fullmatch(value) is not None


def _is_month_and_day(value: str) -> bool:
    """Such as 07-01; 29 February is none that each year has."""
    try:
        dt.date.fromisoformat(f"2001-{value}")
    except ValueError:
        return False
    return True

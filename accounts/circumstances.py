"""What schemes ask about a person, and a person described by nothing else: rules are judged on this alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Residence(models.TextChoices):
    """Where somebody lives: a nation of the United Kingdom, or a country whose scheme ships as a preset."""

    ENGLAND = "england", _("England")
    WALES = "wales", _("Wales")
    SCOTLAND = "scotland", _("Scotland")
    NORTHERN_IRELAND = "northern_ireland", _("Northern Ireland")
    FRANCE = "france", _("France")
    GERMANY = "germany", _("Germany")
    LITHUANIA = "lithuania", _("Lithuania")
    NETHERLANDS = "netherlands", _("the Netherlands")
    SINGAPORE = "singapore", _("Singapore")
    UNITED_STATES = "united_states", _("the United States")
    ELSEWHERE = "elsewhere", _("Elsewhere")


class Employment(models.TextChoices):
    EMPLOYED = "employed", _("Employed")
    SELF_EMPLOYED = "self_employed", _("Self-employed")
    UNEMPLOYED = "unemployed", _("Unemployed")
    INACTIVE = "inactive", _("Not looking for work")
    UNKNOWN = "", _("Not known")


class Benefit(models.TextChoices):
    INCOME_SUPPORT = "income_support", _("Income Support")
    JOBSEEKERS_ALLOWANCE = "jobseekers_allowance", _("Jobseeker's Allowance")
    HOUSING_BENEFIT = "housing_benefit", _("Housing Benefit")
    COUNCIL_TAX_BENEFIT = "council_tax_benefit", _("Council Tax Benefit")
    PENSION_CREDIT = "pension_credit", _("Pension Credit")
    WORKING_TAX_CREDIT = "working_tax_credit", _("Working Tax Credit")
    CHILD_TAX_CREDIT = "child_tax_credit", _("Child Tax Credit")
    INCAPACITY_BENEFIT = "incapacity_benefit", _("Incapacity Benefit")
    UNIVERSAL_CREDIT = "universal_credit", _("Universal Credit")
    CARERS_ALLOWANCE = "carers_allowance", _("Carer's Allowance")


class Need(models.TextChoices):
    """What makes learning harder to reach, and what a scheme may give more for."""

    DISABILITY = "disability", _("A disability or a long illness")
    CARE_LEAVER = "care_leaver", _("Having been in care")
    CARER = "carer", _("Caring for somebody")
    LONE_PARENT = "lone_parent", _("Bringing up a child alone")
    EX_OFFENDER = "ex_offender", _("Having been in prison")
    REFUGEE = "refugee", _("Being a refugee")
    HOMELESS = "homeless", _("Having no home")


class Criterion(models.TextChoices):
    """What a scheme may want proof of."""

    AGE = "age", _("Age")
    RESIDENCE = "residence", _("Where you live")
    QUALIFICATION = "qualification", _("Highest qualification")
    EMPLOYMENT = "employment", _("Work")
    BENEFITS = "benefits", _("Benefits")
    NEEDS = "needs", _("Needs")
    INCOME = "income", _("Income")


class Document(models.TextChoices):
    """What proves a criterion."""

    PASSPORT = "passport", _("a passport or an identity card")
    DRIVING_LICENCE = "driving_licence", _("a driving licence")
    UTILITY_BILL = "utility_bill", _("a bill with your address")
    CERTIFICATE = "certificate", _("a certificate")
    PAYSLIP = "payslip", _("a payslip")
    TAX_NOTICE = "tax_notice", _("a tax notice")
    BENEFIT_LETTER = "benefit_letter", _("a letter about your benefit")
    MEDICAL_LETTER = "medical_letter", _("a letter from a doctor")
    OFFICIAL_LETTER = "official_letter", _("a letter from an authority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """A person as rules see them. None, and for employment an empty text, is what we do not know.

    `income_minor` is a year's, in the scheme's currency. `proven` has the criteria for which proof was seen, each with
    its last day, or None where it does not lapse.
    """

    date_of_birth: dt.date | None = None
    residence: str = ""
    qualification_level: int | None = None
    employment: str = ""
    benefits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    income_minor: int | None = None
    proven: Mapping[str, dt.date | None] = field(default_factory=dict)


def age(date_of_birth: dt.date, on: dt.date) -> int:
    """Full years on that day."""
    had_birthday = (on.month, on.day) >= (date_of_birth.month, date_of_birth.day)
    return on.year - date_of_birth.year - (not had_birthday)


def birthday(date_of_birth: dt.date, years: int) -> dt.date:
    """The day on which somebody becomes so many years old; of 29 February, in other years, 1 March."""
    if (date_of_birth.month, date_of_birth.day) == (2, 29):
        return dt.date(date_of_birth.year + years, 3, 1)
    return date_of_birth.replace(year=date_of_birth.year + years)

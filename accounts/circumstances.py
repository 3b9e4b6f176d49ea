"""What schemes ask about a person: where they live, whether they work, which benefits they get."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Residence(models.TextChoices):
    ENGLAND = "england", _("England")
    WALES = "wales", _("Wales")
    SCOTLAND = "scotland", _("Scotland")
    NORTHERN_IRELAND = "northern_ireland", _("Northern Ireland")
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

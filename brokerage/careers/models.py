"""Figures of the labour market, and how learners rate their career skills. Found by Django through `brokerage.models`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Residence
from config.ids import uuid7


class Measure(models.TextChoices):
    MEDIAN_PAY = "median_pay", _("Pay in a year, half get more and half get less")
    PEOPLE = "people", _("People in this work")
    OPENINGS = "openings", _("Jobs expected to be new or to come free")


class MarketFigure(models.Model):
    """What a source says of an occupation in a place and in years; one that is loaded again says the latest.

    `occupation` is a group of ISCO-08, of one to four figures. `value` is in minor units of `currency` where it is pay,
    else a number of people or jobs.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.CharField(max_length=20, choices=Residence.choices)
    occupation = models.CharField(max_length=4)
    measure = models.CharField(max_length=10, choices=Measure.choices)
    value = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=160)
    source_address = models.URLField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "occupation", "measure", "first_year", "last_year"], name="one_market_figure_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(occupation__regex=r"^[0-9]{1,4}$", value__gte=0, last_year__gte=F("first_year"))
                & ~Q(source="")
                & Q(source_address__startswith="http"),
                name="market_figure_says_what_and_whence",
            ),
            models.CheckConstraint(
                condition=Q(measure="median_pay", currency__regex=r"^[A-Z]{3}$")
                | Q(measure__in=["people", "openings"], currency=""),
                name="market_figure_of_pay_has_a_currency",
            ),
        ]

    @property
    def period(self) -> str:
        """2025, or 2025–2030."""
        return f"{self.first_year}" + (f"–{self.last_year}" if self.last_year > self.first_year else "")

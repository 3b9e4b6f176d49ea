"""Figures of the labour market, and how learners rate themselves. Found by Django through `brokerage.models`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Residence
from config.ids import uuid7


class Measure(models.TextChoices):
    MEDIAN_PAY = "median_pay", _("Pay in a year (half get more, half less)")
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
        """2025, or 2025 to 2030."""
        return "\N{EN DASH}".join(map(str, sorted({self.first_year, self.last_year})))


class CareerSkill(models.TextChoices):
    """What somebody needs to find their way in learning and work, two skills for each theme.

    Source: the four themes (self, strengths, horizons, networks) of Skills Development Scotland's Career Management
    Skills Framework for Scotland, 2012. The sentences are ours.
    """

    WHAT_MATTERS = "what_matters", _("I know what matters to me, in life and in work")
    HOW_I_CHANGE = "how_i_change", _("I can say how I have changed, and what helped")
    WHAT_I_DO_WELL = "what_i_do_well", _("I can say what I am good at, and give an example")
    LEARNING_ON = "learning_on", _("I learn from what goes well, and from what does not")
    FINDING_OUT = "finding_out", _("I can find out about courses and work, and judge what I find")
    PLANNING = "planning", _("I can plan what I want to do, and take the next step")
    WHOM_TO_ASK = "whom_to_ask", _("I know whom I can ask for help")
    KEEPING_UP = "keeping_up", _("I keep in touch with people who help me, and help them too")


class Level(models.IntegerChoices):
    NOT_YET = 1, _("Not yet")
    A_LITTLE = 2, _("A little")
    QUITE_WELL = 3, _("Quite well")
    WELL = 4, _("Well")


def _level() -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(choices=Level.choices)


class SelfRating(models.Model):
    """How a learner rated their career skills on a day of their plan. Theirs alone, unless they `shared` these levels:
    then a copy is on their guidance record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    goal = models.ForeignKey("brokerage.Goal", on_delete=models.CASCADE, related_name="ratings")
    rated_on = models.DateField()
    shared = models.BooleanField(default=False)
    what_matters = _level()
    how_i_change = _level()
    what_i_do_well = _level()
    learning_on = _level()
    finding_out = _level()
    planning = _level()
    whom_to_ask = _level()
    keeping_up = _level()

    class Meta:
        ordering = ["rated_on"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "rated_on"], name="one_self_rating_a_day"),
            models.CheckConstraint(
                condition=Q(**{f"{skill}__range": (1, 4) for skill in CareerSkill.values}),
                name="self_rating_has_known_levels",
            ),
        ]

    @property
    def levels(self) -> dict[CareerSkill, Level]:
        return {skill: Level(getattr(self, skill)) for skill in CareerSkill}

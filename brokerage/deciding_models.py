"""What was asked for, and what an adviser approved instead of it. Found by Django through `brokerage.models`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.pricing import Split
from config.ids import uuid7
from vouchers.chosen import ChosenExtra


class Terms(models.Model):
    """A run with its price as it was split and explained: one side of a change that an adviser approved.

    Each such decision has two, what was `asked` and what was `approved`, and neither is changed later. Amounts are
    minor units.
    """

    class Of(models.TextChoices):
        ASKED = "asked", _("What was asked for")
        APPROVED = "approved", _("What was approved")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.ForeignKey("brokerage.Decision", on_delete=models.PROTECT, related_name="terms")
    of = models.CharField(max_length=8, choices=Of.choices)
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="+")
    approvals_needed = models.PositiveSmallIntegerField()
    price_minor = models.BigIntegerField()
    from_purse_minor = models.BigIntegerField()
    own_minor = models.BigIntegerField()
    other_aid_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    band = models.CharField(max_length=40, blank=True)
    lines = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "of"], name="a_change_has_one_of_each_terms"),
            models.CheckConstraint(condition=Q(of__in=["asked", "approved"]), name="terms_are_asked_or_approved"),
            models.CheckConstraint(
                condition=Q(
                    price_minor=F("from_purse_minor") + F("own_minor"), from_purse_minor__gt=0, own_minor__gte=0
                ),
                name="terms_price_is_the_sum_of_its_shares",
            ),
        ]

    @property
    def split(self) -> Split:
        return Split.from_stored(
            price_minor=self.price_minor,
            from_purse_minor=self.from_purse_minor,
            own_minor=self.own_minor,
            band=self.band,
            lines=self.lines,
            extras=[extra.priced for extra in self.extras.all()],
        )


class TermsExtra(ChosenExtra):
    """What came with the course."""

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="extras")

    class Meta(ChosenExtra.Meta):
        constraints = [
            *ChosenExtra.Meta.constraints,
            models.UniqueConstraint(fields=["terms", "extra"], name="one_of_each_extra_the_terms"),
        ]

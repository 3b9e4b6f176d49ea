"""Quality marks: without one of its own, neither a provider nor a course can sell."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.courses import Course
from providers.models.organisations import Provider


class Days(Func):
    """The days from the first to the last, both included."""

    function = "DATERANGE"
    output_field = DateRangeField()


def _validity() -> Days:
    return Days(F("valid_from"), F("valid_until"), RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class AccreditationQuerySet(models.QuerySet["Accreditation"]):
    def valid(self, on: date) -> AccreditationQuerySet:
        """Accreditations whose first day has come and whose last day has not gone."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)


class Accreditation(models.Model):
    """A quality mark held by a provider or by a course, from an issuer, for a scope, on certain days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="accreditations"
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, blank=True, related_name="accreditations")
    issuer = models.CharField(_("issuer"), max_length=200)
    scope = models.CharField(_("scope"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day on which it holds.")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = AccreditationQuerySet.as_manager()

    class Meta:
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        ordering = ("valid_from", "id")
        constraints = [
            CheckConstraint(
                condition=Q(provider=None, course__isnull=False) | Q(provider__isnull=False, course=None),
                name="accreditation_is_of_a_provider_or_a_course",
            ),
            CheckConstraint(condition=~Q(issuer=""), name="accreditation_has_an_issuer"),
            CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="accreditation_dates_are_in_order",
            ),
            *(
                ExclusionConstraint(
                    name=f"one_accreditation_of_a_{holder}_at_a_time",
                    expressions=[
                        (holder, RangeOperators.EQUAL),
                        ("issuer", RangeOperators.EQUAL),
                        ("scope", RangeOperators.EQUAL),
                        (_validity(), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{f"{holder}__isnull": False}),
                )
                for holder in ("provider", "course")
            ),
        ]

    provider_id: uuid.UUID | None
    course_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.issuer} {self.reference}".strip()

"""Quality marks: without one of its own, neither a provider nor a course can sell."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from config.uploads import MediaType
from providers.models.courses import Course
from providers.models.organisations import WEB_ADDRESS, Provider


class Days(Func):
    """The days from the first to the last, both included."""

    function = "DATERANGE"
    output_field = DateRangeField()


def _validity() -> Days:
    return Days(F("valid_from"), F("valid_until"), RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class AccreditationQuerySet(models.QuerySet["Accreditation"]):
    def valid(self, on: date) -> AccreditationQuerySet:
        """Accreditations whose first day has come and whose last day has not gone; not those withdrawn."""
        return self.not_over(on).filter(valid_from__lte=on)

    def not_over(self, on: date) -> AccreditationQuerySet:
        """Accreditations that hold on that day or are still to come."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), withdrawn=False)


class Accreditation(models.Model):
    """A quality mark held by a provider or by a course, from an issuer, for a scope, on certain days.

    One that was ended says when, by whom and why; `withdrawn` is one that has not counted since that moment, whatever
    its days say.
    """

    class EndReason(models.TextChoices):
        ISSUER = "issuer", _("The issuer took it back")
        QUALITY = "quality", _("What is taught is not what was accredited")
        REPLACED = "replaced", _("Another one takes its place")
        MISTAKE = "mistake", _("It was recorded by mistake")
        DECLINED = "declined", _("The course was declined")

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
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(_("why it ended"), max_length=12, choices=EndReason.choices, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

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
            CheckConstraint(
                condition=Q(ended_at=None, end_reason="", withdrawn=False)
                | Q(ended_at__isnull=False, end_reason__in=["issuer", "quality", "replaced", "mistake", "declined"]),
                name="accreditation_ends_for_a_reason",
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
                    condition=Q(withdrawn=False, **{f"{holder}__isnull": False}),
                )
                for holder in ("provider", "course")
            ),
        ]

    provider_id: uuid.UUID | None
    course_id: uuid.UUID | None
    recorded_by_id: uuid.UUID | None
    ended_by_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.issuer} {self.reference}".strip()

    @property
    def subject(self) -> str:
        return f"accreditation:{self.id}"

    def holds(self, on: date) -> bool:
        """Whether it counts on that day, as `objects.valid` has it."""
        return not self.withdrawn and self.valid_from <= on <= (self.valid_until or date.max)


class AccreditationEvidence(models.Model):
    """What shows that an accreditation is true: a document that was uploaded, or a web address.

    `document` is kept under a random name; `media_type` is what its content is, whatever its name said, and
    `original_name` is what whoever uploaded it called it. `size` is in bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="evidence")
    document = models.FileField(max_length=100, blank=True)
    original_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=20, choices=MediaType.choices, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    url = models.CharField(_("web address"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("evidence of an accreditation")
        verbose_name_plural = _("evidence of accreditations")
        ordering = ("recorded_at", "id")
        constraints = [
            CheckConstraint(
                condition=Q(document="", url__iregex=WEB_ADDRESS, media_type="", sha256="", size=0)
                | Q(
                    ~Q(document=""),
                    url="",
                    media_type__in=["application/pdf", "image/jpeg", "image/png"],
                    sha256__regex=r"^[0-9a-f]{64}$",
                    size__gt=0,
                ),
                name="evidence_is_a_document_or_an_address",
            ),
        ]

    accreditation_id: uuid.UUID

    def __str__(self) -> str:
        return self.url or self.original_name


class LapseNotice(models.Model):
    """That a provider was told, so many days before it, that an accreditation comes to its end."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="lapse_notices")
    valid_until = models.DateField()
    days = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice of a lapse")
        verbose_name_plural = _("notices of lapses")
        ordering = ("told_at", "id")
        constraints = [
            # With the last day: one that was lengthened comes to an end again.
            UniqueConstraint(fields=["accreditation", "valid_until", "days"], name="told_of_a_lapse_once"),
        ]

    accreditation_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.accreditation_id}, {self.days} days before {self.valid_until}"

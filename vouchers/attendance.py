"""Attendance: who was there on which day, as the provider's register says it; what was corrected is kept."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class Attended(models.TextChoices):
    PRESENT = "present", _("Present")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")


class AttendanceQuerySet(models.QuerySet["AttendanceRecord"]):
    def standing(self) -> Self:
        """What counts: the latest word on each day."""
        return self.filter(replaced_at__isnull=True)


class AttendanceRecord(models.Model):
    """The provider's word on one day of one voucher. A correction is a new record, which replaces the one before.

    `hours` is how long a learner who was present stayed, where the provider says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey("vouchers.Voucher", on_delete=models.PROTECT, related_name="attendance")
    day = models.DateField()
    attended = models.CharField(max_length=7, choices=Attended.choices)
    hours = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    recorded_at = models.DateTimeField()
    # The event's actor, such as "user:<id>" or "key:<id>".
    recorded_by = models.CharField(max_length=80)
    replaced_at = models.DateTimeField(null=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["day", "recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "day"],
                condition=Q(replaced_at__isnull=True),
                name="one_standing_attendance_a_voucher_and_day",
            ),
            models.CheckConstraint(condition=Q(attended__in=Attended.values), name="attendance_is_known"),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(attended="present", hours__gt=0, hours__lte=24),
                name="attendance_hours_are_of_a_day_present",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id} {self.day:%Y-%m-%d} {self.attended}"

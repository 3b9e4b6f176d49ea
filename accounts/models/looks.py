"""Looks: that somebody else read what Waymark holds about a learner."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Learner, User
from config.ids import uuid7


class Look(models.Model):
    """One person, or an organisation's own system, looked at something of a learner's. Only ever added to, and deleted
    when it is as old as `accounts.looking.KEPT`.

    `organisation` is for whom they looked and `subject` what at, as events name them, such as `provider:<id>`.
    """

    class Role(models.TextChoices):
        ADVISER = "adviser", _("Adviser")
        MANAGER = "manager", _("Scheme's staff")
        PROVIDER = "provider", _("Course provider")
        SYSTEM = "system", _("Course provider's computer system")

    class What(models.TextChoices):
        REQUEST = "request", _("What you asked for, and your talks with advisers")
        VOUCHER = "voucher", _("Your voucher")
        VOUCHERS = "vouchers", _("A list with your voucher in it")
        ATTENDANCE = "attendance", _("Your attendance")
        CASE = "case", _("A case of yours")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="looks")
    role = models.CharField(max_length=8, choices=Role.choices)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=10, choices=What.choices)
    subject = models.CharField(max_length=80)
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ["-looked_at", "-id"]
        indexes = [
            models.Index(fields=["learner", "-looked_at"], name="look_by_learner"),
            models.Index(fields=["looked_at"], name="look_by_age"),
        ]

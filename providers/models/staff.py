"""Who works for a provider, and what each of them may do there."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.organisations import Provider


class Role(models.TextChoices):
    """What somebody may do for their provider. They may have several; each opens its own pages and no others."""

    ADMINISTRATOR = "administrator", _("Organisation, staff and keys")
    COURSES = "courses", _("Courses and feeds")
    DELIVERY = "delivery", _("Vouchers and attendance")
    MONEY = "money", _("Money")


class StaffQuerySet(models.QuerySet["Staff"]):
    def current(self) -> StaffQuerySet:
        """Those who work there now."""
        return self.filter(left_at=None)


class Staff(models.Model):
    """Somebody who works for a provider. Nobody works for two at once; whoever has left may come back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="staff", verbose_name=_("provider"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="works_for", verbose_name=_("person")
    )
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name=_("roles"))
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ("joined_at", "id")
        constraints = [
            UniqueConstraint(fields=["user"], condition=Q(left_at=None), name="nobody_works_for_two_providers_at_once"),
            CheckConstraint(
                condition=Q(roles__contained_by=Role.values, roles__len__gt=0), name="staff_have_known_roles"
            ),
        ]

    provider_id: uuid.UUID
    user_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.user)

    def may(self, role: Role) -> bool:
        return role in self.roles

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


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> InvitationQuerySet:
        """Those that nobody has accepted or taken back; their time may be over."""
        return self.filter(state=Invitation.State.SENT)


class Invitation(models.Model):
    """Somebody is asked, by e-mail, to work for a provider. The link's token is known by its hash alone."""

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("provider")
    )
    email = models.CharField(_("e-mail"), max_length=254)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name=_("roles"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SENT)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    ended_at = models.DateTimeField(_("accepted or withdrawn at"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-invited_at", "-id")
        constraints = [
            UniqueConstraint(
                fields=["provider", "email"], condition=Q(state="sent"), name="one_invitation_an_address_at_a_time"
            ),
            CheckConstraint(
                condition=Q(roles__contained_by=Role.values, roles__len__gt=0), name="invitation_has_known_roles"
            ),
            CheckConstraint(
                condition=Q(state="sent", accepted_by=None, ended_at=None)
                | Q(state="accepted", accepted_by__isnull=False, ended_at__isnull=False)
                | Q(state="withdrawn", accepted_by=None, ended_at__isnull=False),
                name="invitation_ends_as_its_state_says",
            ),
        ]

    provider_id: uuid.UUID

    def __str__(self) -> str:
        return self.email

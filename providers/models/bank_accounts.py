"""Where a provider is paid: proposed by one person, approved by another, and every one that ever was is kept."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.organisations import Provider

IBAN = r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"
BIC = r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def in_force(self) -> BankAccountQuerySet:
        """Those that are paid to now: at most one a provider."""
        return self.filter(state=BankAccount.State.IN_FORCE)

    def waiting(self) -> BankAccountQuerySet:
        """Those that wait for a second person: at most one a provider."""
        return self.filter(state=BankAccount.State.PROPOSED)


class BankAccount(models.Model):
    """A bank account of a provider. What is in it never changes: another number is another bank account."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        IN_FORCE = "in_force", _("In force")
        REPLACED = "replaced", _("Replaced")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="bank_accounts", verbose_name=_("provider")
    )
    holder = models.CharField(_("account holder"), max_length=140)
    iban = models.CharField(_("IBAN"), max_length=34)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ("-proposed_at", "-id")
        constraints = [
            UniqueConstraint(
                fields=["provider"], condition=Q(state="in_force"), name="one_bank_account_in_force_a_provider"
            ),
            UniqueConstraint(
                fields=["provider"], condition=Q(state="proposed"), name="one_bank_account_proposed_a_provider"
            ),
            UniqueConstraint(fields=["iban"], condition=Q(state="in_force"), name="one_provider_a_bank_account"),
            CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | Q(
                    state="withdrawn",
                    decided_by__isnull=False,
                    decided_by=F("proposed_by"),
                    decided_at__isnull=False,
                )
                | (
                    Q(state__in=["in_force", "replaced", "declined"], decided_at__isnull=False)
                    & Q(decided_by__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
                name="bank_account_is_decided_by_a_second_person",
            ),
            CheckConstraint(
                condition=Q(state="replaced", replaced_at__isnull=False)
                | (~Q(state="replaced") & Q(replaced_at__isnull=True)),
                name="bank_account_replaced_has_its_time",
            ),
            CheckConstraint(condition=~Q(holder=""), name="bank_account_has_a_holder"),
            CheckConstraint(condition=Q(iban__regex=IBAN), name="bank_account_iban_is_one"),
            CheckConstraint(condition=Q(bic="") | Q(bic__regex=BIC), name="bank_account_bic_is_one"),
        ]

    provider_id: uuid.UUID
    proposed_by_id: uuid.UUID

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The IBAN as lists show it: its country, and its last four characters."""
        return f"{self.iban[:2]}•• •••• {self.iban[-4:]}"

    @property
    def grouped(self) -> str:
        """The whole IBAN in fours, for those who decide about it."""
        return " ".join(self.iban[start : start + 4] for start in range(0, len(self.iban), 4))

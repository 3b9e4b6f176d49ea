"""Keys that providers' systems sign in with, and the answers that make a retry safe."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

import api.webhook_models  # noqa: F401  a room's tables are found from its models
from api.scopes import Scope
from config.ids import uuid7


class LedgerNow(models.Func):
    """The ledger's time, within a statement that goes to the database anyway."""

    function = "ledger_now"
    output_field = models.DateTimeField()


class Mode(models.TextChoices):
    """Which money a key moves: a sandbox's, or real."""

    TEST = "test", _("Test")
    LIVE = "live", _("Live")


class Key(models.Model):
    """What one system of a provider signs in with. Of the secret only its hash is kept, and a prefix to find it by."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(_("name"), max_length=100)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices)
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    # Look-ups that found nothing, since the beginning of the window they are counted in: `api.trawling`.
    misses = models.PositiveIntegerField(default=0, editable=False)
    misses_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["provider"], name="key_by_provider")]
        constraints = [
            CheckConstraint(condition=Q(mode__in=Mode.values), name="key_mode_is_known"),
            CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0), name="key_has_known_scopes"
            ),
            CheckConstraint(condition=Q(secret_hash__regex=r"^[0-9a-f]{64}$"), name="key_secret_is_hashed"),
            CheckConstraint(condition=Q(misses=0) | Q(misses_since__isnull=False), name="key_misses_have_a_beginning"),
        ]

    provider_id: uuid.UUID

    def __str__(self) -> str:
        return f"wm_{self.mode}_{self.prefix}…"

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"key:{self.id}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def older_than(self, moment: dt.datetime) -> AnswerQuerySet:
        return self.filter(made_at__lt=moment)


class Answer(models.Model):
    """The first answer to a request that came with an idempotency key: what a repetition is answered with.

    It belongs to the provider and not to one of its keys, so that a retry is safe across a key's rotation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    made_at = models.DateTimeField(db_index=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [
            UniqueConstraint(fields=["provider", "idempotency_key"], name="one_answer_an_idempotency_key"),
            CheckConstraint(condition=~Q(status__in=[429, 503]), name="a_refusal_for_now_is_not_remembered"),
        ]

    def __str__(self) -> str:
        return self.idempotency_key


class SandboxMessage(models.Model):
    """A webhook that a sandbox's inbox took in (`api.sandbox.inbox`), as it came."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.CASCADE, related_name="+")
    headers = models.JSONField()
    body = models.TextField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["provider", "-id"], name="sandbox_message_by_provider")]

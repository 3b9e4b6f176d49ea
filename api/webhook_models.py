"""The tables of webhooks out: whose each event is, who wants to be told, and what became of it.

Found by Django through `api.models`. Times here are the real time and not the ledger's: they are about other people's
machines, whose clocks a sandbox does not move.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from config.outbound import LONGEST_URL
from ledger.models import TransactionId
from providers.models import Provider


class ProviderEvent(models.Model):
    """An event that concerns a provider, in the order of the ledger's feed.

    The ledger knows nothing of providers: its events name them in their data, by their subject, or through a feed or
    a course. `webhooks.spreading` finds out once, in the feed's order, and both the events feed and the webhooks read
    what it found. So a poller pays for its provider's events alone, and posting to the ledger pays for no index.
    Nothing of the event is copied but its kind.
    """

    pk = models.CompositePrimaryKey("provider", "era", "xid", "event")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+", db_index=False)
    era = models.PositiveIntegerField()
    xid = TransactionId()
    event = models.ForeignKey("ledger.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["provider", "kind", "era", "xid", "event"], name="provider_event_of_a_kind")]


class EndpointState(models.TextChoices):
    ENABLED = "enabled", _("On")
    DISABLED = "disabled", _("Off")
    REMOVED = "removed", _("Removed")


class WhyDisabled(models.TextChoices):
    BY_HAND = "by_hand", _("You switched it off.")
    GONE = "gone", _("Your server answered 410 Gone: it does not want to be told any more.")
    FAILING = "failing", _("For five days nothing that we sent was taken.")


class EndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def of(self, provider: Provider) -> EndpointQuerySet:
        """A provider's own, less those that it has removed; the oldest first."""
        return self.filter(provider=provider).exclude(state=EndpointState.REMOVED).order_by("id")


class WebhookEndpoint(models.Model):
    """An address of a provider's that is told what happens from (`era`, `since`) on. No `kinds` is all of them.

    enabled <-> disabled -> removed; enabled -> removed. `failing_since` is the first failure after the last success.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    kinds = ArrayField(models.CharField(max_length=60), verbose_name=_("what it is told"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EndpointState.choices, default=EndpointState.ENABLED)
    why_disabled = models.CharField(max_length=10, choices=WhyDisabled.choices, blank=True)
    era = models.PositiveIntegerField()
    since = TransactionId()
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [
            models.Index(fields=["provider"], condition=Q(state=EndpointState.ENABLED), name="webhook_endpoint_enabled")
        ]
        constraints = [
            CheckConstraint(condition=Q(state__in=EndpointState.values), name="webhook_state_is_known"),
            CheckConstraint(
                condition=Q(state=EndpointState.DISABLED, why_disabled__in=WhyDisabled.values)
                | ~Q(state=EndpointState.DISABLED) & Q(why_disabled=""),
                name="webhook_says_why_it_is_disabled",
            ),
        ]

    provider_id: uuid.UUID

    def __str__(self) -> str:
        return self.url

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"webhook:{self.id}"


class SecretQuerySet(models.QuerySet["WebhookSecret"]):
    def signing(self, at: dt.datetime) -> SecretQuerySet:
        """Those that sign at that moment, the newest first."""
        return self.filter(Q(signs_until=None) | Q(signs_until__gt=at)).order_by("endpoint_id", "-id")


class WebhookSecret(models.Model):
    """What signs an endpoint's webhooks, sealed. One that was replaced signs beside the new one until `signs_until`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.TextField(editable=False)
    made_at = models.DateTimeField()
    signs_until = models.DateTimeField(null=True)

    objects = SecretQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["endpoint"], condition=Q(signs_until=None), name="one_present_secret_a_webhook"),
            CheckConstraint(condition=~Q(sealed__startswith="whsec_"), name="webhook_secret_is_sealed"),
        ]

    endpoint_id: uuid.UUID


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


class WebhookDelivery(models.Model):
    """An event that an endpoint is told, once; without an event it is a test.

    `due_at` is the next try, `attempts` counts them since it was last asked for, and after `give_up_at` there are no
    more. `in_flight_until`: somebody is sending it, who has until then to say what came of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey("ledger.Event", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    created_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    in_flight_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
            models.Index(fields=["endpoint", "due_at", "id"], condition=Q(due_at__isnull=False), name="delivery_due"),
            models.Index(fields=["endpoint"], condition=Q(in_flight_until__isnull=False), name="delivery_in_flight"),
        ]
        constraints = [
            UniqueConstraint(fields=["endpoint", "event"], name="one_delivery_an_endpoint_and_event"),
            CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, due_at__isnull=False)
                | ~Q(state=DeliveryState.WAITING) & Q(due_at=None),
                name="delivery_is_due_while_it_waits",
            ),
            CheckConstraint(
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | ~Q(state=DeliveryState.DELIVERED) & Q(delivered_at=None),
                name="delivery_says_when_it_was_delivered",
            ),
        ]

    endpoint_id: uuid.UUID
    event_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.kind} {self.webhook_id}"

    @property
    def webhook_id(self) -> uuid.UUID:
        """By which the receiver knows one that comes twice."""
        return self.event_id or self.id


class WebhookAttempt(models.Model):
    """One try: when, for how long, and what came back. `status` is None without an answer; `said` is its beginning,
    or why there was none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    began_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)

"""Forgetting: what webhooks no longer need is deleted, and their secrets follow a new SECRET_KEY."""

from __future__ import annotations

import datetime as dt

import structlog
from django.utils import timezone

from api import sealing
from api.webhook_models import WebhookDelivery, WebhookSecret

KEPT = dt.timedelta(days=30)
_AT_ONCE = 10_000

log = structlog.get_logger(__name__)


def forget() -> int:
    """Delete the log's deliveries after 30 days and secrets that sign no more; how many deliveries."""
    now = timezone.now()
    WebhookSecret.objects.filter(signs_until__lte=now).delete()
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT, give_up_at__lte=now)
    _all, deleted = WebhookDelivery.objects.filter(pk__in=old.values("pk")[:_AT_ONCE]).delete()
    return deleted.get(WebhookDelivery._meta.label, 0)


def reseal() -> int:
    """Seal secrets afresh that only a former SECRET_KEY unseals, so that it can be dropped; how many."""
    stale = [secret for secret in WebhookSecret.objects.all() if not sealing.is_up_to_date(secret.sealed)]
    count = 0
    for secret in stale:
        try:
            fresh = sealing.resealed(secret.sealed)
        except sealing.CannotUnseal:
            log.error("webhook_secret_cannot_be_read", endpoint=str(secret.endpoint_id))
            continue
        count += WebhookSecret.objects.filter(pk=secret.pk, sealed=secret.sealed).update(sealed=fresh)
    return count

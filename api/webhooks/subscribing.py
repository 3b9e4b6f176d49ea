"""Subscribing: a provider says where it wants to be told what happens, tries it out, and asks for it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import ledger
from api import errors, events, sealing, tasks
from api.webhook_models import (
    DeliveryState,
    EndpointState,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
    WhyDisabled,
)
from api.webhooks.kinds import TEST, TOLD
from api.webhooks.signing import Secret, new_secret
from api.webhooks.spreading import GIVE_UP_AFTER
from config.outbound import is_fit, points_inside
from ledger import Actor, feed
from ledger.models import Book
from providers.models import Provider

MOST_ENDPOINTS = 20
MOST_SECRETS = 4
OLD_SECRET_SIGNS_FOR = dt.timedelta(hours=24)


def add(
    by: Provider, *, url: str, kinds: Sequence[str] = (), description: str = "", actor: Actor
) -> tuple[WebhookEndpoint, Secret]:
    """Tell this address of `by`'s what happens from now on, and its secret, which is shown this once.

    `kinds` are those it is told; none is all of them. Refuses `WebhookUrlWrong`, `WebhookKindsWrong`,
    `TooManyWebhooks`. Locks the provider.
    """
    _judge(url, kinds)
    secret = new_secret()
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=by.pk)
        if WebhookEndpoint.objects.of(by).count() >= MOST_ENDPOINTS:
            raise errors.TooManyWebhooks(most=MOST_ENDPOINTS)
        now = timezone.now()
        endpoint = WebhookEndpoint.objects.create(
            provider=by,
            url=url,
            description=description,
            kinds=sorted(set(kinds)),
            era=Book.objects.get().era,
            # Whatever ends after this one may be told of; what is below the horizon has ended before.
            since=feed.horizon(),
            created_at=now,
        )
        WebhookSecret.objects.create(endpoint=endpoint, sealed=sealing.seal(secret), made_at=now)
        _record(events.WEBHOOK_ADDED, endpoint, actor)
    return endpoint, secret


def change(
    endpoint: UUID,
    by: Provider,
    *,
    actor: Actor,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    description: str | None = None,
    enabled: bool | None = None,
) -> WebhookEndpoint:
    """Change what is not None. What was already owed goes to the new address; one that is off is owed nothing new.

    Refuses `WebhookNotFound`, `WebhookUrlWrong`, `WebhookKindsWrong`. Locks the endpoint.
    """
    with transaction.atomic():
        found = _locked(endpoint, by)
        _judge(found.url if url is None else url, found.kinds if kinds is None else kinds)
        before = (found.url, found.kinds, found.description)
        found.url = found.url if url is None else url
        found.kinds = found.kinds if kinds is None else sorted(set(kinds))
        found.description = found.description if description is None else description
        if (found.url, found.kinds, found.description) != before:
            _record(events.WEBHOOK_CHANGED, found, actor)
        if enabled is True and found.state == EndpointState.DISABLED:
            found.state, found.why_disabled, found.failing_since = EndpointState.ENABLED, "", None
            _record(events.WEBHOOK_ENABLED, found, actor)
        if enabled is False and found.state == EndpointState.ENABLED:
            found.state, found.why_disabled = EndpointState.DISABLED, WhyDisabled.BY_HAND
            _record(events.WEBHOOK_DISABLED, found, actor, reason=str(WhyDisabled.BY_HAND))
        found.save()
    return found


def remove(endpoint: UUID, by: Provider, *, actor: Actor) -> None:
    """Tell it nothing more; its secrets are gone. Refuses `WebhookNotFound`. Locks the endpoint."""
    with transaction.atomic():
        found = _locked(endpoint, by)
        found.state, found.why_disabled = EndpointState.REMOVED, ""
        found.save(update_fields=["state", "why_disabled"])
        found.secrets.all().delete()
        _record(events.WEBHOOK_REMOVED, found, actor)


def rotate(endpoint: UUID, by: Provider, *, actor: Actor) -> tuple[WebhookEndpoint, Secret]:
    """A new secret, shown this once. The one before signs beside it for a day, so that receivers can change over.

    Refuses `WebhookNotFound`, `TooManySecrets`. Locks the endpoint.
    """
    secret, now = new_secret(), timezone.now()
    with transaction.atomic():
        found = _locked(endpoint, by)
        if WebhookSecret.objects.signing(now).filter(endpoint=found).count() >= MOST_SECRETS:
            raise errors.TooManySecrets(most=MOST_SECRETS)
        found.secrets.filter(signs_until=None).update(signs_until=now + OLD_SECRET_SIGNS_FOR)
        WebhookSecret.objects.create(endpoint=found, sealed=sealing.seal(secret), made_at=now)
        _record(events.WEBHOOK_SECRET_ROTATED, found, actor)
    return found, secret


def send_test(endpoint: UUID, by: Provider) -> WebhookDelivery:
    """Owe the endpoint an event of no meaning, at once. While one is on its way there is no second.

    Refuses `WebhookNotFound`, `WebhookDisabled`. Locks the endpoint.
    """
    now = timezone.now()
    with transaction.atomic():
        found = _locked(endpoint, by, enabled=True)
        waiting = found.deliveries.filter(event=None, state=DeliveryState.WAITING).first()
        delivery = waiting or WebhookDelivery(endpoint=found, kind=TEST, created_at=now)
        _ask_for(delivery, now)
    return delivery


def redeliver(delivery: UUID, endpoint: UUID, by: Provider) -> WebhookDelivery:
    """Owe a delivery again from now on, whatever became of it. It has the same id: the receiver may know it.

    Refuses `WebhookNotFound`, `WebhookDisabled`, `DeliveryNotFound`. Locks the endpoint and the delivery.
    """
    with transaction.atomic():
        found = _locked(endpoint, by, enabled=True)
        again = found.deliveries.select_for_update().filter(pk=delivery).first()
        if again is None:
            raise errors.DeliveryNotFound()
        _ask_for(again, timezone.now())
    return again


def _ask_for(delivery: WebhookDelivery, now: dt.datetime) -> None:
    delivery.state, delivery.delivered_at = DeliveryState.WAITING, None
    delivery.due_at, delivery.give_up_at, delivery.attempts = now, now + GIVE_UP_AFTER, 0
    delivery.save()
    transaction.on_commit(tasks.send_webhooks.delay, robust=True)


def _locked(endpoint: UUID, by: Provider, *, enabled: bool = False) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.of(by).filter(pk=endpoint).select_for_update().first()
    if found is None:
        raise errors.WebhookNotFound()
    if enabled and found.state != EndpointState.ENABLED:
        raise errors.WebhookDisabled()
    return found


def _judge(url: str, kinds: Sequence[str]) -> None:
    if not is_fit(url) or points_inside(url):
        raise errors.WebhookUrlWrong(field="url")
    if unknown := [kind for kind in kinds if kind not in TOLD]:
        raise errors.WebhookKindsWrong(field="kinds", unknown=unknown[0][:60], known=", ".join(TOLD))


def _record(kind: ledger.EventKind, endpoint: WebhookEndpoint, actor: Actor, **data: str) -> None:
    ledger.record(kind.by(actor, subject=endpoint.subject, provider=endpoint.provider_id, **data))

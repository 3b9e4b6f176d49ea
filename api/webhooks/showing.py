"""Showing: webhooks and what became of deliveries, as the API writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from api import errors
from api.listing import cursor_of, read_cursor, read_limit
from api.showing import moment
from api.webhook_models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint

Shown = dict[str, Any]


def endpoint(found: WebhookEndpoint) -> Shown:
    return {
        "id": str(found.pk),
        "url": found.url,
        "description": found.description,
        "kinds": found.kinds,
        "state": found.state,
        "why_disabled": found.why_disabled or None,
        "failing_since": moment(found.failing_since),
        "created_at": moment(found.created_at),
    }


def delivery(found: WebhookDelivery) -> Shown:
    """A delivery that came with its tries."""
    return {
        "id": str(found.pk),
        "webhook_id": str(found.webhook_id),
        "kind": found.kind,
        "state": found.state,
        "created_at": moment(found.created_at),
        "delivered_at": moment(found.delivered_at),
        "next_try_at": moment(found.due_at),
        "attempts": [_attempt(each) for each in found.tries.all()],
    }


def _attempt(found: WebhookAttempt) -> Shown:
    return {
        "began_at": moment(found.began_at),
        "took_ms": found.took_ms,
        "status": found.status,
        "said": found.said,
    }


@dataclass(frozen=True, slots=True)
class Page:
    deliveries: list[WebhookDelivery]
    next_cursor: str | None


def deliveries(of: WebhookEndpoint, query: Mapping[str, str]) -> Page:
    """A page of an endpoint's log with its tries, the newest first. Two queries. Refuses `FieldWrong`."""
    limit = read_limit(query.get("limit"))
    found = of.deliveries.all()
    if state := query.get("state"):
        if state not in DeliveryState.values:
            raise errors.FieldWrong(field="state", wanted="one of " + ", ".join(DeliveryState.values))
        found = found.filter(state=state)
    if cursor := query.get("cursor"):
        found = found.filter(id__lt=read_cursor(cursor))
    tries = Prefetch("tries", queryset=WebhookAttempt.objects.order_by("id"))
    rows = list(found.order_by("-id").prefetch_related(tries)[: limit + 1])
    return Page(rows[:limit], cursor_of(rows[limit - 1].pk) if len(rows) > limit else None)

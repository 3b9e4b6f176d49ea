"""Spreading: from the ledger's feed to the providers whose events they are, and to the endpoints that want to hear."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from api import tasks
from api.webhook_models import EndpointState, ProviderEvent, WebhookDelivery, WebhookEndpoint
from api.webhooks.kinds import TOLD
from api.webhooks.telling import subject_of
from ledger import feed
from ledger.models import Event
from providers.models import Course, FeedImport, Provider
from vouchers.models import Voucher

READER = "webhooks"
BATCH = 500
GIVE_UP_AFTER = dt.timedelta(days=3)


def spread(*, below: int | None = None) -> int:
    """Note whose the next events are, and owe them to the endpoints that want them; how many were read.

    The cursor moves with what was noted, or not at all: an event is noted, and owed to an endpoint, once. Of two who
    spread at once the second waits. As events are noted in the feed's order and a batch at a time, whoever reads
    what was noted never sees one come in before another that they have seen. `below` is the feed's horizon; None
    takes the present one.
    """
    return feed.consume(READER, _note, limit=BATCH, below=below)


def _note(events: Sequence[Event]) -> None:
    kinds = TOLD
    theirs = _whose([event for event in events if event.kind in kinds])
    if not theirs:
        return
    ProviderEvent.objects.bulk_create(
        ProviderEvent(provider_id=provider, era=event.era, xid=event.xid, event=event, kind=event.kind)
        for provider, event in theirs
    )
    wanting: dict[UUID, list[WebhookEndpoint]] = defaultdict(list)
    providers = {provider for provider, _event in theirs}
    for endpoint in WebhookEndpoint.objects.filter(provider__in=providers, state=EndpointState.ENABLED):
        wanting[endpoint.provider_id].append(endpoint)
    now = timezone.now()
    owed = [
        WebhookDelivery(
            endpoint=endpoint,
            event=event,
            kind=event.kind,
            created_at=now,
            due_at=now,
            give_up_at=now + GIVE_UP_AFTER,
        )
        for provider, event in theirs
        for endpoint in wanting[provider]
        if (event.era, event.xid) >= (endpoint.era, endpoint.since)
        and (not endpoint.kinds or event.kind in endpoint.kinds)
    ]
    if owed:
        WebhookDelivery.objects.bulk_create(owed)
        transaction.on_commit(tasks.send_webhooks.delay, robust=True)


def _whose(events: Sequence[Event]) -> list[tuple[UUID, Event]]:
    """Each event with the provider that it concerns, in their order; what concerns none is left out.

    Of a voucher that was never made out to its provider, because the learner did not pay, the provider hears nothing.
    """
    subjects = {event.id: subject_of(event) for event in events}
    ids: dict[str, set[UUID]] = defaultdict(set)
    for sort, pk in subjects.values():
        if pk is not None:
            ids[sort].add(pk)
    ids["course"] |= {UUID(event.data["course"]) for event in events if event.data.get("course")}
    made_out = Voucher.objects.filter(pk__in=ids["voucher"], issued_at__isnull=False).values_list("pk", flat=True)
    waiting = ids["voucher"] - set(made_out)
    owners: dict[UUID | None, UUID | None] = dict(
        FeedImport.objects.filter(pk__in=ids["feed"]).values_list("pk", "provider_id")
    )
    owners |= dict(Course.objects.filter(pk__in=ids["course"]).values_list("pk", "provider_id"))
    owners |= {pk: pk for pk in Provider.objects.filter(pk__in=ids["provider"]).values_list("pk", flat=True)}
    found = []
    for event in events:
        _sort, pk = subjects[event.id]
        named, course = event.data.get("provider"), event.data.get("course")
        provider = UUID(named) if named else owners.get(UUID(course) if course else pk)
        if provider is not None and pk not in waiting:
            found.append((provider, event))
    return found

"""Webhook endpoints: where the provider's systems want to be told, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api import bodies
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.errors import WebhookNotFound
from api.scopes import Scope
from api.webhook_models import WebhookEndpoint
from api.webhooks import describing, showing, subscribing


class Webhooks(Endpoint):
    @described(describing.LIST)
    @reads(Scope.EVENTS)
    def get(self, call: Call) -> dict[str, Any]:
        return {"webhooks": [showing.endpoint(each) for each in WebhookEndpoint.objects.of(call.provider)]}

    @described(describing.ADD)
    @writes(Scope.EVENTS, takes=bodies.ADD_WEBHOOK, moves_money=False, tells_secret=True)
    def post(self, call: Call) -> dict[str, Any]:
        endpoint, secret = subscribing.add(call.provider, actor=call.actor, **call.body)
        return {"webhook": showing.endpoint(endpoint), "secret": secret}


class OneWebhook(Endpoint):
    @described(describing.LOOK_UP)
    @reads(Scope.EVENTS)
    def get(self, call: Call, endpoint: UUID) -> dict[str, Any]:
        return {"webhook": showing.endpoint(_mine(call, endpoint))}

    @described(describing.CHANGE)
    @writes(Scope.EVENTS, takes=bodies.CHANGE_WEBHOOK, moves_money=False)
    def patch(self, call: Call, endpoint: UUID) -> dict[str, Any]:
        return {"webhook": showing.endpoint(subscribing.change(endpoint, call.provider, actor=call.actor, **call.body))}

    @described(describing.REMOVE)
    @writes(Scope.EVENTS, moves_money=False)
    def delete(self, call: Call, endpoint: UUID) -> dict[str, Any]:
        subscribing.remove(endpoint, call.provider, actor=call.actor)
        return {"removed": str(endpoint)}


class Rotate(Endpoint):
    @described(describing.ROTATE)
    @writes(Scope.EVENTS, moves_money=False, tells_secret=True)
    def post(self, call: Call, endpoint: UUID) -> dict[str, Any]:
        found, secret = subscribing.rotate(endpoint, call.provider, actor=call.actor)
        return {"webhook": showing.endpoint(found), "secret": secret}


class Test(Endpoint):
    @described(describing.TEST)
    @writes(Scope.EVENTS, moves_money=False)
    def post(self, call: Call, endpoint: UUID) -> dict[str, Any]:
        return {"delivery": showing.delivery(subscribing.send_test(endpoint, call.provider))}


class Deliveries(Endpoint):
    @described(describing.DELIVERIES)
    @reads(Scope.EVENTS, query=("state", "limit", "cursor"))
    def get(self, call: Call, endpoint: UUID) -> dict[str, Any]:
        page = showing.deliveries(_mine(call, endpoint), call.query)
        return {
            "deliveries": [showing.delivery(each) for each in page.deliveries],
            "next_cursor": page.next_cursor,
        }


class Redeliver(Endpoint):
    @described(describing.REDELIVER)
    @writes(Scope.EVENTS, moves_money=False)
    def post(self, call: Call, endpoint: UUID, delivery: UUID) -> dict[str, Any]:
        return {"delivery": showing.delivery(subscribing.redeliver(delivery, endpoint, call.provider))}


def _mine(call: Call, endpoint: UUID) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.of(call.provider).filter(pk=endpoint).first()
    if found is None:
        raise WebhookNotFound()
    return found

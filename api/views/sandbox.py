"""The sandbox: a key for the asking, sample vouchers, the sample learner's word, and an inbox for webhooks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api import errors, idempotency, showing, throttling
from api.bodies import SANDBOX_KEYS, SANDBOX_VOUCHERS
from api.describing import described, for_everybody
from api.endpoint import Call, Endpoint, answer_of, read_body, reads, writes
from api.sandbox import describing, filling, inbox
from api.scopes import Scope
from vouchers.models import Voucher


class Keys(Endpoint):
    """Open to anybody, on a sandbox."""

    authentication_classes = ()

    @for_everybody(describing.KEYS, takes=SANDBOX_KEYS)
    def post(self, request: Request) -> HttpResponse:
        body = SANDBOX_KEYS.read(read_body(request, SANDBOX_KEYS.most_bytes))
        throttling.spend_college(request.META.get("REMOTE_ADDR", ""))
        key, plaintext = filling.open_college(body["name"])
        shown = {
            "key": plaintext,
            "expires_at": showing.moment(key.expires_at),
            "provider": showing.provider(key.provider),
        }
        return answer_of(idempotency.Given(200, idempotency.in_words(shown)))


class Vouchers(Endpoint):
    @described(describing.FILL)
    @writes(Scope.READ, takes=SANDBOX_VOUCHERS, moves_money=False, remembered=False)
    def post(self, call: Call) -> dict[str, Any]:
        made = filling.fill(call.provider, call.body.get("count", 1))
        found = showing.with_details(Voucher.objects.filter(pk__in=[voucher.pk for voucher in made]).order_by("id"))
        return {"vouchers": showing.vouchers_in_full(list(found))}


class Confirm(Endpoint):
    @described(describing.CONFIRM)
    @writes(Scope.DELIVER, moves_money=False)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        voucher, confirmed = filling.confirm(code, by=call.provider)
        left = showing.left_in([voucher])[voucher.account_id]
        return {
            "voucher": showing.state(voucher, left),
            "milestones": [showing.milestone(milestone) for milestone in confirmed],
        }


class Inbox(Endpoint):
    @described(describing.INBOX)
    @reads(Scope.EVENTS)
    def get(self, call: Call) -> dict[str, Any]:
        return {
            "url": inbox.address_of(call.provider),
            "messages": [
                {"received_at": showing.moment(kept.received_at), "headers": kept.headers, "body": kept.body}
                for kept in inbox.messages_of(call.provider)
            ],
        }


class TakeIn(Endpoint):
    """Where webhooks to the inbox arrive, and the newest of them as it came; its address is all that opens it."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, provider: UUID, token: str) -> HttpResponse:
        newest = inbox.newest(provider, token)
        if newest is None:
            raise errors.NothingHere()
        headers = {name: text for name, text in newest.headers.items() if name != "content-type"}
        return HttpResponse(newest.body, content_type="text/plain; charset=utf-8", headers=headers)

    @extend_schema(exclude=True)
    def post(self, request: Request, provider: UUID, token: str) -> HttpResponse:
        body = read_body(request, inbox.MOST_BYTES)
        if not inbox.take_in(provider, token, {name.lower(): text for name, text in request.headers.items()}, body):
            raise errors.NothingHere()
        return HttpResponse("taken in\n", content_type="text/plain")

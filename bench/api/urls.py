"""All that Waymark serves, and beside it an endpoint with the same key, throttle and parsing that does nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from api import bodies, idempotency
from api.endpoint import Call, Endpoint, Operation, answer_of, read_body, writes
from api.reading import Body
from api.scopes import Scope
from config.urls import urlpatterns as served

_NOTHING_DONE = {
    "voucher": {
        "code": "",
        "state": "started",
        "outcome": None,
        "control": "clear",
        "left_minor": 0,
        "currency": "GBP",
    },
    "redemptions": [{"id": "", "milestone": 1, "amount_minor": 0, "made_at": "", "reversed_at": None}],
    "payable": {"scheme": "", "scheme_name": "", "payable_minor": 0, "currency": "GBP"},
}


class DoNothing(Endpoint):
    @writes(Scope.REDEEM, takes=bodies.REDEEM, moves_money=True)
    def post(self, call: Call, code: str) -> dict[str, Any]:
        return _NOTHING_DONE

    def write(
        self, operation: Operation, takes: Body, handler: Any, request: Request, path: dict[str, Any], call: Call
    ) -> HttpResponse:
        """All that a write does up to the database."""
        idempotency.read_key(request.headers.get("Idempotency-Key"), required=True)
        body = takes.read(read_body(request, takes.most_bytes))
        idempotency.fingerprint(str(request.method), request.path, body)
        return answer_of(idempotency.Given(200, idempotency.in_words(handler(call, **path))))


urlpatterns = [
    path("api/v1/vouchers/<str:code>/nothing", DoNothing.as_view()),
    *served,
]

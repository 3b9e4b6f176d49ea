"""Webhooks in: what the card gateway tells us over HTTP."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoint import Endpoint, read_body
from payments.gateway import gateway as configured
from vouchers import copayment

MOST_BYTES = 256_000


class CardPayments(Endpoint):
    """The card gateway of this installation, Stripe or the sandbox; its signature is all it signs in with."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def post(self, request: Request, gateway: str) -> HttpResponse:
        if gateway != configured().name:
            raise Http404
        body = read_body(request, MOST_BYTES)
        refusal = copayment.hear(body, request.headers.get("Stripe-Signature", ""))
        if refusal is not None:
            raise refusal
        return HttpResponse("taken in\n", content_type="text/plain")

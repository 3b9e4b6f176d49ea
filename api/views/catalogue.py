"""The catalogue, for anybody: what could be learned, where, when and at what price."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

import ledger
from api import descriptions, finding, idempotency, throttling
from api.describing import for_everybody
from api.endpoint import Endpoint, answer_of, read_query
from providers.search import find

FRESH_SECONDS = 60


class Search(Endpoint):
    authentication_classes = ()

    @for_everybody(descriptions.SEARCH, query=finding.PARAMETERS)
    def get(self, request: Request) -> HttpResponse:
        rate = throttling.spend_address(str(request.META.get("REMOTE_ADDR", "")))
        asked = finding.read(read_query(request, tuple(finding.PARAMETERS)))
        found = find(
            asked.text, asked.filters, ledger.today(), after=asked.after, most=asked.limit, as_typed=asked.as_typed
        )
        response = answer_of(idempotency.Given(200, idempotency.in_words(finding.shown(found, asked))))
        for name, value in rate.headers().items():
            response[name] = value
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Everybody is answered alike, so what was found may be kept for a little while."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 200:
            response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
        return response

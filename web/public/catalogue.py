"""The open catalogue for other machines: every course that can be joined, as a feed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from providers.exporting import edition, export
from providers.feeds.formats import Format

SECONDS = 300


@require_safe
def xcri_cap(request: HttpRequest) -> HttpResponseBase:
    return _feed(request, Format.XCRI, "application/xml; charset=utf-8")


@require_safe
def schema_org(request: HttpRequest) -> HttpResponseBase:
    return _feed(request, Format.SCHEMA_ORG, "application/ld+json; charset=utf-8")


def _feed(request: HttpRequest, format: Format, content_type: str) -> HttpResponseBase:
    """The whole catalogue, or only that it is the edition that the asker has."""
    now = edition()
    etag, changed = quote_etag(f"{format.value}-{now.mark}"), int(now.changed_at.timestamp())
    answer: HttpResponseBase | None = get_conditional_response(request, etag, changed)
    if answer is None:
        parts = () if request.method == "HEAD" else export(format)
        answer = StreamingHttpResponse(parts, content_type=content_type)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(changed)
    answer["Cache-Control"] = f"public, max-age={SECONDS}"
    return answer

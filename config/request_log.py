"""What is logged of each request: which page, when, for whom; no secret of its address, nor what was searched for."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# A part of an address that is a link's secret: long, and no id of ours, which says nothing to whoever may not see it.
_SECRET = re.compile(r"(?<=/)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:/|$))(?=[^/]*[0-9A-Z_:=])[^/]{24,}")


class RequestLog(RequestMiddleware):
    """django-structlog's, which would write the whole address."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {_SECRET.sub('…', request.path)}"

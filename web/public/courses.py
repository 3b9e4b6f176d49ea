"""Finding a course without an account, at its full price."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from web import searching


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Courses that can be joined. A fixed number of queries a page."""
    return searching.answer(request, wallet=None)

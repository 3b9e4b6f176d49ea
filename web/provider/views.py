"""A provider's first page: what waits for it, and where everything is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from providers.models import Staff
from web.provider.access import for_staff


@for_staff()
def home(request: HttpRequest, staff: Staff) -> HttpResponse:
    return render(request, "provider/home.html", {"staff": staff, "provider": staff.provider})

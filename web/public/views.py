"""The front door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from brokerage.models import Representative
from web.provider.access import staff_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is; somebody who is signed in goes to their own first page."""
    user = request.user
    if user.is_authenticated and hasattr(user, "adviser"):
        return redirect("desk:desk")
    if user.is_authenticated and staff_of(request):
        return redirect("provider:home")
    if user.is_authenticated and hasattr(user, "learner"):
        return redirect("learner:home")
    if user.is_authenticated and hasattr(user, "scheme_manager"):
        return redirect("scheme:home")
    if user.is_authenticated and Representative.objects.acting().filter(user=user.pk).exists():
        return redirect("learner:acting-for")
    return render(request, "public/home.html")

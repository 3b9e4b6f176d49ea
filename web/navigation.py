"""What the top of each page shows: where this person can go, and in a demonstration, what day it is there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _

import ledger
from web.provider.access import pages_of


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: `nav`, `languages` and `sandbox_day`, read only where a template shows them."""
    context: dict[str, Any] = {
        "nav": SimpleLazyObject(lambda: _items(request)),
        "languages": settings.LANGUAGES,
        "sandbox_day": None,
        # The learner for whom whoever is signed in acts on this page; `web.learner.access` says so.
        "acting_for": getattr(request, "acting_for", None),
        # What makes an adviser work that learner's pages, where it is one.
        "assistance": getattr(request, "assistance", None),
    }
    if settings.DEMO:
        context["sandbox_day"] = SimpleLazyObject(lambda: date_format(ledger.today(), "j F Y"))
    return context


def _items(request: HttpRequest) -> list[dict[str, Any]]:
    user = request.user
    links: list[tuple[str, str | Promise]]
    if request.path.startswith("/desk/"):
        links = [
            ("desk:desk", _("Desk")),
            ("desk:learners", _("Learners")),
            ("desk:talks", _("Talks")),
            ("desk:call", _("Log a call")),
            ("desk:copies", _("Documents")),
            ("desk:interests", _("Interests")),
            ("desk:away", _("Days away")),
        ]
        if getattr(request, "leads_advisers", False):
            links.append(("desk:organisation", _("Organisation")))
    elif request.path.startswith("/scheme/"):
        links = [
            ("scheme:home", _("Schemes")),
            ("scheme:vetting", _("Vetting")),
            ("scheme:providers", _("Providers")),
            ("scheme:guidance", _("Guidance")),
            ("scheme:feedback", _("Feedback")),
            ("scheme:cases", _("Cases")),
            ("scheme:copies", _("Documents")),
        ]
    elif request.path.startswith("/provider/"):
        links = pages_of(request)
    elif getattr(request, "acting_for", None):
        links = [
            ("learner:home", _("Home")),
            ("learner:courses", _("Find a course")),
            ("learner:statement", _("Statement")),
        ]
        if getattr(request, "assistance", None):
            links.insert(2, ("learner:saved", _("Saved")))
    elif request.path.startswith("/learner/") or (request.path.startswith("/account/") and hasattr(user, "learner")):
        links = [
            ("learner:home", _("Home")),
            ("learner:courses", _("Find a course")),
            ("learner:saved", _("Saved")),
            ("learner:statement", _("Statement")),
            ("learner:story:story", _("My story")),
        ]
    else:
        links = [("home", _("Home"))]
    urls = [(reverse(name), label) for name, label in links]
    longest = max((url for url, _label in urls if request.path.startswith(url)), key=len, default="")
    return [{"url": url, "label": label, "current": url == longest} for url, label in urls]

"""Somebody at a provider's pages, signed in."""

from __future__ import annotations

from typing import Any

from django.test import Client

from providers.models import Provider, Role
from tests.factories.providers import StaffFactory
from tests.web.learner.visiting import text as text


def at_work(provider: Provider | None = None, *roles: Role) -> Client:
    """A member of a provider's staff with these roles, or with all of them."""
    given: dict[str, Any] = {"provider": provider} if provider else {}
    staff = StaffFactory(**given, **({"roles": list(roles)} if roles else {}))
    client = Client()
    client.force_login(staff.user)
    return client

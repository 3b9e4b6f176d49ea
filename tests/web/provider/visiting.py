"""A member of a provider's staff at a browser: signed in, and where it matters, just shown to be themselves."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from providers.models import Provider, Role
from tests.factories.providers import StaffFactory
from tests.web.learner.visiting import text as text


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def just_shown(user: User) -> Client:
    """The same, after they have given their password again."""
    client = signed_in(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="password", at=time.time(), reauthenticated=True)
    request.session.save()
    return client


def at_work(provider: Provider | None = None, *roles: Role) -> Client:
    """A member of a provider's staff with these roles, or with all of them."""
    given: dict[str, Any] = {"provider": provider} if provider else {}
    staff = StaffFactory(**given, **({"roles": list(roles)} if roles else {}))
    return signed_in(staff.user)

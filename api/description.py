"""How drf-spectacular is told of our authentication."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from api.scopes import Scope


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A bearer token with scopes, as OpenAPI 3.1 writes it."""

    target_class = "api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        scopes = "\n".join(f"- `{value}`: {label}" for value, label in Scope.choices)
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "wm_test_…",
            "description": f"Your key. What it may do is in its scopes:\n{scopes}",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A learner's own session, as the pages use it."""

    target_class = "api.authentication.LearnerSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of a learner who has signed in on the pages.",
        }

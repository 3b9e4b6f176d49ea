"""How drf-spectacular is told of our authentication."""

from __future__ import annotations

from typing import Any

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

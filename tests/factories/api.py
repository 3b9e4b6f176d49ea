"""Keys, and a provider's system that calls the API with one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from api import keys
from api.models import Key
from api.scopes import Scope
from config.ids import uuid7
from ledger import Actor
from providers.models import Provider
from tests.factories.providers import ProviderFactory


def a_key(provider: Provider | None = None, *, scopes: Sequence[Scope] = tuple(Scope), **given: Any) -> tuple[Key, str]:
    """A key with every scope unless told, and its plaintext."""
    return keys.issue(provider or ProviderFactory(), scopes=scopes, actor=Actor.system("test"), **given)


@dataclass
class Caller:
    """A provider's system. Each POST has a fresh idempotency key unless it is given one, or None for none."""

    key: Key
    plaintext: str
    client: Client = field(default_factory=Client)

    @classmethod
    def of(cls, provider: Provider | None = None, **given: Any) -> Caller:
        return cls(*a_key(provider, **given))

    @property
    def provider(self) -> Provider:
        return self.key.provider

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any = None, *, once: str | None = "fresh", **headers: str) -> Any:
        """POST `body` as JSON; text and bytes are sent as they are."""
        return self.send("POST", path, body, once=once, **headers)

    def put(self, path: str, body: Any = None, *, once: str | None = None, **headers: str) -> Any:
        return self.send("PUT", path, body, once=once, **headers)

    def delete(self, path: str, *, once: str | None = None, **headers: str) -> Any:
        return self.send("DELETE", path, once=once, **headers)

    def send(self, method: str, path: str, body: Any = None, *, once: str | None = "fresh", **headers: str) -> Any:
        """A request of any method; `body` as with `post`."""
        if once is not None:
            headers["Idempotency-Key"] = str(uuid7()) if once == "fresh" else once
        raw = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        kind = headers.pop("Content-Type", "application/json")
        return self.client.generic(method, f"/api/v1{path}", raw, kind, headers=self._headers(headers))

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.plaintext}"} | headers

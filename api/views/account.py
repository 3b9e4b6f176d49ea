"""The provider's own account with the API: which key this is, and whose."""

from __future__ import annotations

from typing import Any

from api import descriptions, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads


class Me(Endpoint):
    @described(descriptions.ME)
    @reads(None)
    def get(self, call: Call) -> dict[str, Any]:
        key = call.key
        return {
            "key": {
                "id": str(key.pk),
                "prefix": f"wm_{key.mode}_{key.prefix}",
                "name": key.name,
                "mode": key.mode,
                "scopes": key.scopes,
                "expires_at": showing.moment(key.expires_at),
            },
            "provider": showing.provider(call.provider),
        }

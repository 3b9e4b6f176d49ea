"""Events: what happened and concerns the provider, for those who would rather poll than be told."""

from __future__ import annotations

from typing import Any

from api.describing import described
from api.endpoint import Call, Endpoint, reads
from api.scopes import Scope
from api.webhooks import describing, following, telling


class Events(Endpoint):
    @described(describing.EVENTS)
    @reads(Scope.EVENTS, query=("after", "limit", "kind"))
    def get(self, call: Call) -> dict[str, Any]:
        page = following.page(call.provider, call.query)
        return {"events": telling.shown(page.events), "next_cursor": page.next_cursor}

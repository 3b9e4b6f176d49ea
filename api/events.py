"""What happens to the keys of the API, as the ledger's events."""

from ledger import EventKind

KEY_ISSUED = EventKind("api.key_issued", fields={"provider", "prefix", "mode", "scopes", "expires_at"})
KEY_REVOKED = EventKind("api.key_revoked", fields={"provider", "prefix"})
TRAWLING_SUSPECTED = EventKind("api.trawling_suspected", fields={"provider", "misses"})
WEBHOOK_ADDED = EventKind("webhook.added", fields={"provider"})
WEBHOOK_CHANGED = EventKind("webhook.changed", fields={"provider"})
WEBHOOK_ENABLED = EventKind("webhook.enabled", fields={"provider"})
WEBHOOK_DISABLED = EventKind("webhook.disabled", fields={"provider", "reason"})
WEBHOOK_REMOVED = EventKind("webhook.removed", fields={"provider"})
WEBHOOK_SECRET_ROTATED = EventKind("webhook.secret_rotated", fields={"provider"})

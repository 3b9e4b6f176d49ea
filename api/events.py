"""What happens to the keys of the API, as the ledger's events."""

from ledger import EventKind

KEY_ISSUED = EventKind("api.key_issued", fields={"provider", "prefix", "mode", "scopes", "expires_at"})
KEY_REVOKED = EventKind("api.key_revoked", fields={"provider", "prefix"})
TRAWLING_SUSPECTED = EventKind("api.trawling_suspected", fields={"provider", "misses"})

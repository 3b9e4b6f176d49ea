"""What happens to a learner's story, as the ledger's events: ids, codes and dates only, never a word of it."""

from ledger import EventKind

ADDED = EventKind("story.added", fields={"learner", "kind", "item"})
CHANGED = EventKind("story.changed", fields={"learner", "kind", "item", "version"})
REMOVED = EventKind("story.removed", fields={"learner", "kind", "item"})
SHARED = EventKind("story.shared", fields={"learner", "parts", "ends_at"})
SHARE_ENDED = EventKind("story.share_ended", fields={"learner"})
EXPORTED = EventKind("story.exported", fields={"learner", "format"})
BADGE_ISSUED = EventKind("badge.issued", fields={"learner", "voucher"})
BADGE_REVOKED = EventKind("badge.revoked", fields={"learner", "voucher"})

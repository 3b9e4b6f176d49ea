"""What happens to providers and their courses, as the ledger's events tell it."""

from __future__ import annotations

from ledger import EventKind

PROVIDER_REGISTERED = EventKind("provider.registered", fields={"ukprn"})
PROVIDER_ACTIVATED = EventKind("provider.activated", fields={"from_state", "new_until"})
PROVIDER_STOPPED_NEW_STARTS = EventKind("provider.stopped_new_starts", fields={"from_state"})
PROVIDER_SUSPENDED = EventKind("provider.suspended", fields={"from_state"})
PROVIDER_REMOVED = EventKind("provider.removed", fields={"from_state"})
PROVIDER_ACCREDITED = EventKind("provider.accredited", fields={"accreditation", "valid_from", "valid_until"})
COURSE_ACCREDITED = EventKind("course.accredited", fields={"provider", "accreditation", "valid_from", "valid_until"})
ACCREDITATION_ENDED = EventKind("accreditation.ended", fields={"provider", "course", "valid_until"})
COURSE_CATEGORISED = EventKind("course.categorised", fields={"provider", "from_category", "category"})
CATALOGUE_PUBLISHED = EventKind(
    "catalogue.published", fields={"courses", "runs", "created", "changed", "unchanged", "withdrawn", "refused"}
)
FEED_RECEIVED = EventKind("feed.received", fields={"sha256"})
FEED_IMPORTED = EventKind(
    "feed.imported", fields={"providers", "created", "changed", "unchanged", "withdrawn", "refused", "shift_years"}
)
FEED_REFUSED = EventKind("feed.refused", fields={"refusal"})
COURSE_WITHDRAWN = EventKind("course.withdrawn", fields={"provider", "runs"})
RUN_WITHDRAWN = EventKind("run.withdrawn", fields={"provider", "course"})
FEED_SOURCE_ADDED = EventKind("feed_source.added", fields={"provider", "every_hours", "whole"})
FEED_SOURCE_CHANGED = EventKind("feed_source.changed", fields={"provider", "every_hours", "whole", "moved"})
FEED_SOURCE_PAUSED = EventKind("feed_source.paused", fields={"provider"})
FEED_SOURCE_RESUMED = EventKind("feed_source.resumed", fields={"provider"})
FEED_SOURCE_REMOVED = EventKind("feed_source.removed", fields={"provider"})
FEED_SOURCE_ASKED = EventKind("feed_source.asked", fields={"provider"})
FEED_SOURCE_BROUGHT = EventKind("feed_source.brought", fields={"provider", "feed", "sha256"})
FEED_SOURCE_FAILED = EventKind("feed_source.failed", fields={"provider", "failures", "status"})
FEED_SOURCE_GIVEN_UP = EventKind("feed_source.given_up", fields={"provider", "failures"})

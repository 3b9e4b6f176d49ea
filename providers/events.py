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
ACCREDITATION_ENDED = EventKind(
    "accreditation.ended", fields={"provider", "course", "valid_until", "reason", "withdrawn"}
)
EVIDENCE_RECORDED = EventKind("accreditation.evidence_recorded", fields={"provider", "course", "evidence", "sha256"})
ACCREDITATION_LAPSING = EventKind("accreditation.lapsing", fields={"provider", "course", "valid_until", "days"})
# One for all of a provider's that lapse: a letter is written from it.
PROVIDER_TOLD_OF_LAPSING = EventKind("provider.told_of_lapsing", fields={"own", "courses", "days", "first_day"})
COURSE_VETTED = EventKind(
    "course.vetted",
    fields={"provider", "vetting", "decision", "reason", "category", "price_minor", "currency", "withdrawn"},
)
VETTING_ANSWERED = EventKind("course.vetting_answered", fields={"provider", "vetting"})
# One for all of a provider's courses that were decided on at once: a letter is written from it.
PROVIDER_TOLD_OF_VETTING = EventKind("provider.told_of_vetting", fields={"accepted", "asked", "declined", "course"})
COURSE_CATEGORISED = EventKind("course.categorised", fields={"provider", "from_category", "category"})
CATALOGUE_PUBLISHED = EventKind(
    "catalogue.published", fields={"courses", "runs", "created", "changed", "unchanged", "withdrawn", "refused"}
)
FEED_RECEIVED = EventKind("feed.received", fields={"sha256"})
FEED_IMPORTED = EventKind(
    "feed.imported", fields={"providers", "created", "changed", "unchanged", "withdrawn", "refused", "shift_years"}
)
FEED_REFUSED = EventKind("feed.refused", fields={"refusal"})

"""What happens to providers and their courses, as the ledger's events tell it."""

from __future__ import annotations

from ledger import EventKind

PROVIDER_REGISTERED = EventKind("provider.registered", fields={"ukprn"})
PROVIDER_ACTIVATED = EventKind("provider.activated", fields={"from_state", "new_until", "reason"})
PROVIDER_STOPPED_NEW_STARTS = EventKind("provider.stopped_new_starts", fields={"from_state", "reason"})
PROVIDER_SUSPENDED = EventKind("provider.suspended", fields={"from_state", "reason"})
PROVIDER_REMOVED = EventKind("provider.removed", fields={"from_state", "reason"})
PROVIDER_CORRECTED = EventKind("provider.corrected", fields={"changed"})
VENUE_ADDED = EventKind("venue.added", fields={"provider"})
VENUE_CORRECTED = EventKind("venue.corrected", fields={"provider"})
BANK_ACCOUNT_PROPOSED = EventKind("bank_account.proposed", fields={"bank_account"})
BANK_ACCOUNT_APPROVED = EventKind("bank_account.approved", fields={"bank_account", "replaces"})
BANK_ACCOUNT_DECLINED = EventKind("bank_account.declined", fields={"bank_account"})
BANK_ACCOUNT_WITHDRAWN = EventKind("bank_account.withdrawn", fields={"bank_account"})
STAFF_INVITED = EventKind("staff.invited", fields={"invitation", "roles"})
INVITATION_WITHDRAWN = EventKind("staff.invitation_withdrawn", fields={"invitation"})
STAFF_JOINED = EventKind("staff.joined", fields={"staff", "user", "roles"})
STAFF_ROLES_CHANGED = EventKind("staff.roles_changed", fields={"staff", "user", "from_roles", "roles"})
STAFF_LEFT = EventKind("staff.left", fields={"staff", "user"})
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

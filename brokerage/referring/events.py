"""What becomes of referrals, as the ledger's events: ids, codes and dates only, never a word of it."""

from ledger import EventKind

_ABOUT = {"learner", "adviser", "organisation", "service"}
PROPOSED = EventKind("referral.proposed", fields=_ABOUT)
CONSENTED = EventKind("referral.consented", fields=_ABOUT | {"answer_by", "named"})
# The same once more for whoever is to answer: each event is told to one side.
TOLD_SERVICE = EventKind("referral.told_service", fields=_ABOUT | {"answer_by"})
TOLD_LEAD = EventKind("referral.told_lead", fields=_ABOUT | {"answer_by"})
READ = EventKind("referral.read", fields=_ABOUT)
ANSWERED = EventKind("referral.answered", fields=_ABOUT | {"said"})
TOLD_ADVISER = EventKind("referral.told_adviser", fields=_ABOUT | {"said"})
ENDED = EventKind("referral.ended", fields=_ABOUT)
SERVICE_ADDED = EventKind("service.added", fields={"organisation"})
SERVICE_CLOSED = EventKind("service.closed", fields={"organisation"})

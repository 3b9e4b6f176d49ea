"""What happens between a learner and an adviser, as the ledger's events: ids, codes, amounts and dates only."""

from ledger import EventKind

SUBMITTED = EventKind(
    "request.submitted",
    fields={"learner", "scheme", "run", "policy", "price_minor", "from_purse_minor", "own_minor", "answer_by"},
)
WITHDRAWN = EventKind("request.withdrawn", fields={"learner", "scheme"})
CONSULTED = EventKind("consultation.held", fields={"learner", "adviser", "request", "channel", "minutes"})
DECIDED = EventKind(
    "request.decided", fields={"learner", "scheme", "adviser", "outcome", "reason_codes", "alternatives"}
)
APPROVED_ONCE = EventKind(
    "request.approved_once", fields={"learner", "scheme", "adviser", "second_adviser", "answer_by"}
)
CHANGED = EventKind(
    "request.changed", fields={"learner", "scheme", "run", "price_minor", "from_purse_minor", "own_minor"}
)
APPEALED = EventKind("request.appealed", fields={"learner", "scheme", "adviser", "answer_by"})
ESCALATED = EventKind("request.escalated", fields={"learner", "scheme", "adviser", "answer_by"})
TRIAL_BEGUN = EventKind("trial.begun", fields={"scheme", "trial", "rule_version", "seed_sha256"})
TRIAL_ASSIGNED = EventKind("trial.assigned", fields={"learner", "scheme", "trial", "assignment", "arm", "rule_version"})
BOUGHT = EventKind("request.bought", fields={"learner", "scheme", "voucher", "against_advice", "factor"})
COURSE_SAVED = EventKind("course.saved", fields={"learner", "run"})
COURSE_LET_GO = EventKind("course.let_go", fields={"learner", "run"})
WISH_MADE = EventKind("wish.made", fields={"learner", "category"})
WISH_TAKEN_BACK = EventKind("wish.taken_back", fields={"learner", "category"})
# What a representative does for a learner has the representative as its actor, and the learner as on whose behalf.
REPRESENTATIVE_INVITED = EventKind("representative.invited", fields={"learner"})
REPRESENTATIVE_ACCEPTED = EventKind("representative.accepted", fields={"learner"})
REPRESENTATIVE_ENDED = EventKind("representative.ended", fields={"learner"})
ASSENT_ASKED_FOR = EventKind("request.assent_asked_for", fields={"learner", "scheme", "representative"})

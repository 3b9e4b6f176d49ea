"""What happens to proposals and votes, as the ledger's events: ids, codes and dates only, and never who voted how."""

from ledger import EventKind

PROPOSED = EventKind("proposal.made", fields={"learner", "scheme"})
CHANGED = EventKind("proposal.changed", fields={"learner", "scheme"})
LOOKED_AT = EventKind("proposal.looked_at", fields={"learner", "scheme", "held_back", "closes_on"})
VOTED = EventKind("proposal.voted", fields={"learner", "scheme"})
VOTED_THROUGH_ADVISER = EventKind("proposal.voted_through_adviser", fields={"learner", "scheme", "adviser"})
ANSWERED = EventKind("proposal.answered", fields={"learner", "scheme", "answer", "rule_proposal"})
COMMENTED = EventKind("comment.made", fields={"learner", "scheme", "proposal"})
COMMENT_LOOKED_AT = EventKind("comment.looked_at", fields={"learner", "scheme", "proposal", "held_back"})
SAID_AND_DONE = EventKind("scheme.said_and_done", fields={"scheme", "proposal", "course", "organisation", "corrects"})

"""What happens to people's accounts, as the ledger's events: ids, codes, amounts and dates only."""

from ledger import EventKind

SCHEME_SET_UP = EventKind("scheme.set_up", fields={"rule_version"})
SCHEME_PAID_IN = EventKind("scheme.paid_in", fields={"amount_minor"})
RULES_PUBLISHED = EventKind("rules.published", fields={"rule_version", "number", "valid_from"})
LEARNER_SIGNED_UP = EventKind("learner.signed_up", fields={"user"})
EVIDENCE_SEEN = EventKind("evidence.seen", fields={"learner", "evidence", "criterion", "valid_until"})
ACCOUNT_OPENED = EventKind("learning_account.opened", fields={"learner", "scheme"})
AWARDED = EventKind("award.made", fields={"learner", "scheme", "award", "amount_minor", "expires_on"})
PURSE_YEAR_BEGAN = EventKind("purse.year_began", fields={"learner", "scheme", "expires_on"})
PURSE_EXPIRED = EventKind("purse.expired", fields={"learner", "scheme", "amount_minor"})
PURSE_EXTENDED = EventKind("purse.extended", fields={"learner", "scheme", "expires_on"})
PURSE_REOPENED = EventKind("purse.reopened", fields={"learner", "scheme", "expires_on"})

"""What happens to people's accounts, as the ledger's events: ids, codes, amounts and dates only."""

from ledger import EventKind

SCHEME_SET_UP = EventKind("scheme.set_up", fields={"rule_version"})
SCHEME_PAID_IN = EventKind("scheme.paid_in", fields={"amount_minor"})
SCHEME_PAUSED = EventKind("scheme.paused", fields=set())
SCHEME_REOPENED = EventKind("scheme.reopened", fields=set())
SCHEME_CLOSED = EventKind("scheme.closed", fields={"spend_until"})
CEILING_CHANGED = EventKind("scheme.ceiling_changed", fields={"rule_version", "from_minor", "to_minor"})
BUDGET_WARNED = EventKind("budget.warned", fields={"scheme", "percent", "budget_minor", "gone_minor"})
RULES_PUBLISHED = EventKind("rules.published", fields={"rule_version", "number", "valid_from"})
LEARNER_SIGNED_UP = EventKind("learner.signed_up", fields={"user"})
ACCOUNT_OPENED = EventKind("learning_account.opened", fields={"learner", "scheme"})
ACCOUNT_CLOSES = EventKind("learning_account.closes", fields={"learner", "scheme", "spend_until"})
AWARDED = EventKind("award.made", fields={"learner", "scheme", "award", "amount_minor", "expires_on"})
WAITING_BEGAN = EventKind("waiting.began", fields={"learner", "scheme", "kind", "place"})
WAITING_LEFT = EventKind("waiting.left", fields={"learner", "scheme", "kind"})
PURSE_YEAR_BEGAN = EventKind("purse.year_began", fields={"learner", "scheme", "expires_on"})
PURSE_EXPIRED = EventKind("purse.expired", fields={"learner", "scheme", "amount_minor"})
PURSE_EXTENDED = EventKind("purse.extended", fields={"learner", "scheme", "expires_on"})
PURSE_SHORTENED = EventKind("purse.shortened", fields={"learner", "scheme", "expires_on"})
PURSE_REOPENED = EventKind("purse.reopened", fields={"learner", "scheme", "expires_on"})

"""What happens to people's accounts, as the ledger's events: ids, codes, amounts and dates only."""

from ledger import EventKind

SCHEME_CREATED = EventKind("scheme.created", fields=set())
SCHEME_SET_UP = EventKind("scheme.set_up", fields={"rule_version"})
SCHEME_PAID_IN = EventKind("scheme.paid_in", fields={"amount_minor"})
MANAGER_APPOINTED = EventKind("manager.appointed", fields={"user", "sets_up"})
RULES_PROPOSED = EventKind("rules.proposed", fields={"proposal", "valid_from"})
RULES_DECIDED = EventKind("rules.decided", fields={"proposal", "outcome"})
SCHEME_PAUSED = EventKind("scheme.paused", fields=set())
SCHEME_REOPENED = EventKind("scheme.reopened", fields=set())
SCHEME_CLOSED = EventKind("scheme.closed", fields={"spend_until"})
CEILING_CHANGED = EventKind("scheme.ceiling_changed", fields={"rule_version", "from_minor", "to_minor"})
BUDGET_WARNED = EventKind("budget.warned", fields={"scheme", "percent", "budget_minor", "gone_minor"})
RULES_PUBLISHED = EventKind("rules.published", fields={"rule_version", "number", "valid_from"})
# Which language is not said: it is nobody's business but the person's.
LANGUAGE_CHOSEN = EventKind("user.language_chosen", fields=set())
LEARNER_SIGNED_UP = EventKind("learner.signed_up", fields={"user"})
# `erase_on` is the day from which nothing says any more who it was.
LEARNER_LEFT = EventKind("learner.left", fields={"erase_on"})
LEARNER_ERASED = EventKind("learner.erased", fields=set())
EVIDENCE_SEEN = EventKind("evidence.seen", fields={"learner", "evidence", "criterion", "valid_until"})
ACCOUNT_OPENED = EventKind("learning_account.opened", fields={"learner", "scheme"})
ACCOUNT_FROZEN = EventKind("learning_account.frozen", fields={"learner", "scheme"})
ACCOUNT_RELEASED = EventKind("learning_account.released", fields={"learner", "scheme"})
ACCOUNT_CLOSES = EventKind("learning_account.closes", fields={"learner", "scheme", "spend_until"})
AWARDED = EventKind("award.made", fields={"learner", "scheme", "award", "amount_minor", "expires_on"})
SPONSOR_ADDED = EventKind("sponsor.added", fields={"scheme", "sponsor_kind"})
SPONSOR_DEPARTED = EventKind("sponsor.departed", fields={"scheme", "departed_on"})
TOPPED_UP = EventKind("purse.topped_up", fields={"learner", "scheme", "sponsor", "amount_minor", "expires_on"})
WAITING_BEGAN = EventKind("waiting.began", fields={"learner", "scheme", "kind", "place"})
WAITING_LEFT = EventKind("waiting.left", fields={"learner", "scheme", "kind"})
PURSE_YEAR_BEGAN = EventKind("purse.year_began", fields={"learner", "scheme", "expires_on"})
# `sponsor` is who has what was left, None where the scheme has it.
PURSE_EXPIRED = EventKind("purse.expired", fields={"learner", "scheme", "sponsor", "amount_minor"})
PURSE_EXTENDED = EventKind("purse.extended", fields={"learner", "scheme", "expires_on"})
PURSE_SHORTENED = EventKind("purse.shortened", fields={"learner", "scheme", "expires_on"})
PURSE_REOPENED = EventKind("purse.reopened", fields={"learner", "scheme", "expires_on"})

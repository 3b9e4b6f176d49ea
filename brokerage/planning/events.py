"""What happens to a plan, as the ledger's events: ids and dates only, never a word of it."""

from ledger import EventKind

BEGUN = EventKind("plan.begun", fields={"learner", "goal", "adviser"})
ENDED = EventKind("plan.ended", fields={"learner", "goal"})
ASKED = EventKind("plan.asked_for", fields={"learner", "goal", "requests"})

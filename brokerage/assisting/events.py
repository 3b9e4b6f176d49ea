"""That an adviser works a learner's pages, as the ledger's events. What is done there has its own, with its actor."""

from ledger import EventKind

_WHO = {"learner", "adviser"}
BEGUN = EventKind("assistance.begun", fields=_WHO | {"together", "ends_at"})
ENDED = EventKind("assistance.ended", fields=_WHO)
UNWANTED = EventKind("assistance.unwanted", fields={"learner"})
WANTED = EventKind("assistance.wanted", fields={"learner"})

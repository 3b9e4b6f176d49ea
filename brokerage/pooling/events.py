"""What happens to offers to groups, as the ledger's events: ids, codes, amounts and dates only."""

from ledger import EventKind

_TO_A_LEARNER = frozenset({"learner", "offer", "provider", "course"})

OFFERED = EventKind("group_offer.made", fields={"provider", "run", "category", "answer_by"})
# To each learner by themselves: what a provider reads never says whom it was shown to.
SHOWN = EventKind("group_offer.shown", fields=_TO_A_LEARNER | {"answer_by"})
ANSWERED = EventKind("group_offer.answered", fields={"learner", "offer", "comes"})
AGREED = EventKind("group_offer.agreed", fields={"provider", "run", "came", "price_minor", "holds_until"})
ENDED = EventKind("group_offer.ended", fields={"provider", "run", "outcome"})
TAKES_PLACE = EventKind("group_offer.takes_place", fields=_TO_A_LEARNER | {"price_minor", "holds_until"})
CALLED_OFF = EventKind("group_offer.called_off", fields=_TO_A_LEARNER | {"outcome"})

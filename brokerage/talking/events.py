"""How learners and advisers came to talk, as the ledger's events: ids, codes and dates only, never a word of it."""

from ledger import EventKind

SLOTS_OFFERED = EventKind("slots.offered", fields={"adviser", "count", "first", "last"})
SLOT_WITHDRAWN = EventKind("slot.withdrawn", fields={"adviser"})
_BOOKING = {"learner", "adviser", "slot", "starts_at", "ends_at", "channel", "sequence"}
BOOKED = EventKind("booking.made", fields=_BOOKING)
MOVED = EventKind("booking.moved", fields=_BOOKING | {"side"})
CANCELLED = EventKind("booking.cancelled", fields=_BOOKING | {"side"})
REMINDED = EventKind("booking.reminded", fields=_BOOKING)
MISSED = EventKind("booking.missed", fields={"learner", "adviser", "slot"})
ADVISER_TOLD = EventKind("booking.told_adviser", fields=_BOOKING | {"step"})
CALL_BACK_ASKED = EventKind("call_back.asked", fields={"learner", "adviser", "cover", "call_by"})
CALL_BACK_TRIED = EventKind("call_back.tried", fields={"learner", "adviser", "tries"})
CALL_BACK_NOT_REACHED = EventKind("call_back.not_reached", fields={"learner", "adviser", "tries"})
CALL_BACK_TAKEN_BACK = EventKind("call_back.taken_back", fields={"learner"})
CALL_BACK_HANDED_OVER = EventKind("call_back.handed_over", fields={"learner", "adviser", "call_by"})
CALLER_CHECKED = EventKind("caller.checked", fields={"adviser", "learner"})
TALKED_ANONYMOUSLY = EventKind("talk.anonymous", fields={"adviser", "channel", "topic"})
WRITTEN = EventKind("guidance.written", fields={"learner", "kind", "adviser", "about"})
NOTED = EventKind("guidance.noted_privately", fields={"learner", "adviser"})
TIER_CHOSEN = EventKind("learner.tier_chosen", fields={"learner", "tier"})

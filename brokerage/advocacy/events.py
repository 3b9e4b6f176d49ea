"""What was asked of providers for learners, as the ledger's events: ids, codes and dates only, never a word of it."""

from ledger import EventKind

_ABOUT = {"learner", "adviser", "provider", "run", "wanted"}
PROPOSED = EventKind("advocacy.proposed", fields=_ABOUT)
SENT = EventKind("advocacy.sent", fields=_ABOUT | {"answer_by", "named"})
ANSWERED = EventKind("advocacy.answered", fields=_ABOUT | {"agrees"})
# The same once more, for the adviser: each event is told to one side.
TOLD_ADVISER = EventKind("advocacy.told_adviser", fields=_ABOUT | {"step"})
ENDED = EventKind("advocacy.ended", fields=_ABOUT)
_GOOD_WORD = {"learner", "adviser", "case", "request"}
GOOD_WORD_WISHED = EventKind("good_word.wished", fields=_GOOD_WORD)
GOOD_WORD_SAID = EventKind("good_word.said", fields=_GOOD_WORD)
GOOD_WORD_TAKEN_BACK = EventKind("good_word.taken_back", fields=_GOOD_WORD)

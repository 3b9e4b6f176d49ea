"""What happens to what learners are asked, as the ledger's events: ids and codes only, and never what they answered."""

from ledger import EventKind

_WHOSE = {"learner", "scheme"}
GUIDANCE_ASKED = EventKind("guidance_feedback.asked", fields=_WHOSE | {"organisation", "decision"})
GUIDANCE_GIVEN = EventKind("guidance_feedback.given", fields=_WHOSE | {"organisation", "with_words"})
GUIDANCE_DECLINED = EventKind("guidance_feedback.declined", fields=_WHOSE | {"organisation"})
GUIDANCE_WITHDRAWN = EventKind("guidance_feedback.withdrawn", fields=_WHOSE | {"organisation"})
REMARK_ANSWERED = EventKind("guidance_feedback.remark_answered", fields={"organisation", "remark"})
REMARK_LOOKED_AT = EventKind("guidance_remark.looked_at", fields={"feedback", "by", "held_back"})
DESTINATION_ASKED = EventKind("destination.asked", fields=_WHOSE | {"voucher"})
DESTINATION_TOLD = EventKind("destination.told", fields=_WHOSE | {"voucher"})
DESTINATION_DECLINED = EventKind("destination.declined", fields=_WHOSE | {"voucher"})

"""What happens to guidance organisations and their advisers, as the ledger's events: ids, codes and dates only."""

from ledger import EventKind

ORGANISATION_OPENED = EventKind("guidance.organisation_opened", fields=set())
ORGANISATION_CHANGED = EventKind("guidance.organisation_changed", fields={"caseload_limit"})
MARK_RECORDED = EventKind("guidance.mark_recorded", fields={"mark", "valid_from", "valid_until"})
MARK_WITHDRAWN = EventKind("guidance.mark_withdrawn", fields={"mark", "reason"})
ADVISER_APPOINTED = EventKind("adviser.appointed", fields={"organisation", "user", "leads"})
ADVISER_ARRANGED = EventKind("adviser.arranged", fields={"cover", "caseload_limit"})
ABSENCE_RECORDED = EventKind("adviser.absence_recorded", fields={"absence", "from_day", "until_day"})
ABSENCE_CALLED_OFF = EventKind("adviser.absence_called_off", fields={"absence"})
STOOD_IN_FOR = EventKind("adviser.stood_in_for", fields={"stand_in"})
# Of family it is not said whose.
INTEREST_DECLARED = EventKind("interest.declared", fields={"adviser", "interest_kind", "provider"})
INTEREST_ENDED = EventKind("interest.ended", fields={"adviser"})
HANDED_OVER = EventKind("request.handed_over", fields={"learner", "scheme", "adviser", "former", "why", "answer_by"})
ADVISER_CHANGED = EventKind("learner.adviser_changed", fields={"adviser", "former", "chosen"})

"""Reading: how much of what learners say waits for somebody at the scheme."""

from __future__ import annotations

import ledger
from accounts.models import Scheme, SchemeManager
from brokerage.voice import commenting, proposing
from brokerage.voice.models import Proposal


def waiting_for(scheme: Scheme, manager: SchemeManager) -> int:
    """How many texts are to be read and proposals to be answered. Three queries."""
    to_answer = Proposal.objects.to_answer(ledger.today()).filter(scheme=scheme)
    waiting = (proposing.to_look_at(scheme, manager), commenting.to_look_at(scheme, manager), to_answer)
    return sum(each.count() for each in waiting)

"""Reading: how much of what learners say waits for somebody at the scheme."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from accounts.models import Scheme, SchemeManager
from brokerage.voice import commenting, proposing
from brokerage.voice.models import Proposal


def waiting_for(scheme: Scheme, manager: SchemeManager, today: dt.date) -> int:
    """How many texts are to be read and proposals to be answered. Two queries."""
    to_read = Q(pk__in=proposing.to_look_at(scheme, manager).order_by().values("pk"))
    to_answer = Q(pk__in=Proposal.objects.to_answer(today).order_by().values("pk"))
    proposals = Proposal.objects.filter(to_read | to_answer, scheme=scheme).count()
    return proposals + commenting.to_look_at(scheme, manager).count()

"""What the desk shows: who waits, and what is needed to decide on one request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

import ledger
from accounts.pricing import Split
from brokerage.models import Adviser, Consultation, Decision, Request
from providers.models import CourseRun
from providers.peers import Peers, price_against_peers
from vouchers.holdings import holdings
from vouchers.models import Outcome, State, Voucher
from web.desk.proofs import Row, proofs_of

OFFERS = 4


@dataclass(frozen=True, slots=True)
class History:
    """What became of a learner's earlier vouchers."""

    completed: int
    under_way: int
    not_taken_up: int


@dataclass(frozen=True, slots=True)
class Case:
    """One request with what is needed to decide on it."""

    request: Request
    split: Split
    consultations: list[Consultation]
    decisions: list[Decision]
    history: History
    purse_minor: int
    peers: Peers | None
    offers: list[CourseRun]
    proofs: list[Row]


def waiting_for(adviser: Adviser) -> list[Request]:
    """The adviser's queue, and what they cover, the nearest deadline first. One query."""
    return list(
        Request.objects.on_the_desk_of(adviser)
        .waiting()
        .select_related("learner", "run__course__provider", "learning_account__scheme", "adviser__user")[:200]
    )


def case(request: Request) -> Case:
    """What is needed to decide. A fixed number of queries."""
    today = ledger.today()
    held = holdings([request.learning_account_id], today)[request.learning_account_id]
    return Case(
        request=request,
        split=(split := request.split),
        consultations=list(Consultation.objects.filter(learner=request.learner_id).select_related("adviser__user")[:5]),
        decisions=list(request.decisions.select_related("adviser__user").prefetch_related("alternatives__course")),
        history=_history(request),
        purse_minor=sum(contents.left_minor for contents in held.contents),
        peers=price_against_peers(request.run, today),
        offers=_offers(request, split.course_minor, today),
        proofs=proofs_of(request, today),
    )


def _history(request: Request) -> History:
    counts = Voucher.objects.filter(learner=request.learner_id).aggregate(
        completed=Count("pk", filter=Q(outcome=Outcome.COMPLETED)),
        under_way=Count("pk", filter=~Q(state=State.CLOSED)),
        not_taken_up=Count("pk", filter=Q(state=State.CLOSED) & ~Q(outcome=Outcome.COMPLETED)),
    )
    return History(**counts)


def _offers(request: Request, price_minor: int, today: dt.date) -> list[CourseRun]:
    """Like runs of other courses that cost no more, the cheapest first."""
    if not request.run.course.category:
        return []
    return list(
        CourseRun.objects.on_sale(today)
        .filter(course__category=request.run.course.category, price_minor__lte=price_minor)
        .exclude(course=request.run.course_id)
        .select_related("course__provider")
        .order_by("price_minor", "starts_on", "id")[:OFFERS]
    )
